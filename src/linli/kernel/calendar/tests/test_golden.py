"""The worked examples that every version must reproduce."""

from __future__ import annotations

from datetime import date

from linli.kernel.calendar.rules import Span, due_at, received_on
from linli.kernel.calendar.tests.factories import moment, shipped, told


def test_golden_1_five_working_days_across_spring_festival() -> None:
    # 14 February is a working day made up for, 15 to 23 are off
    received = moment("2026-02-11 10:00")
    assert told(due_at(Span.parse("5wd"), received, shipped())) == "2026-02-25 17:30"


def test_golden_14_a_correction_notice_on_working_day_six_is_late() -> None:
    # 行政许可法 32: not told within five days what is missing: accepted since the day of receipt
    received = moment("2026-03-02 10:00")
    last = due_at(Span.parse("5wd"), received, shipped())
    assert told(last) == "2026-03-09 17:30"
    assert moment("2026-03-09 17:30") <= last
    sixth = moment("2026-03-10 09:00")
    assert shipped().working_days_between(date(2026, 3, 2), date(2026, 3, 10)) == 6
    assert sixth > last
    assert received_on(received, shipped()) == date(2026, 3, 2)


def test_golden_16_orders_signed_on_a_monday_morning() -> None:
    signed = moment("2026-03-02 09:00")
    assert told(due_at(Span.parse("10wd"), signed, shipped())) == "2026-03-16 17:30"
    assert told(due_at(Span.parse("3wd"), signed, shipped())) == "2026-03-05 17:30"
    assert told(due_at(Span.parse("2h"), signed, shipped())) == "2026-03-02 11:00"
