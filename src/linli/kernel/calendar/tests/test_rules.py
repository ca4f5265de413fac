"""Periods in every unit, receipt, pauses and extensions, told in dates that one can check on a wall calendar."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from linli.kernel.calendar.rules import Pause, Remaining, Span, WorkCalendar, due_at, due_with, received_on, remaining
from linli.kernel.calendar.tests.factories import moment, shipped, told


def due(span: str, start: str, *pauses: tuple[str, str | None], more: tuple[str, ...] = ()) -> str:
    stops = [Pause(moment(begin), moment(end) if end else None) for begin, end in pauses]
    return told(due_with(Span.parse(span), moment(start), stops, [Span.parse(text) for text in more], shipped()))


@pytest.mark.parametrize("text", ["30m", "24h", "24wh", "15d", "10wd", "3mo"])
def test_short_forms_are_read_and_written(text: str) -> None:
    assert str(Span.parse(text)) == text


@pytest.mark.parametrize("text", ["", "0d", "-1d", "1.5h", "5", "wd", "5 wd", "5y", "5wds", "999999d", "５d", "1d\n1d"])
def test_anything_else_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        Span.parse(text)


def test_an_office_that_closes_before_it_opens() -> None:
    with pytest.raises(ValueError, match="opens"):
        WorkCalendar(opens=time(18), closes=time(9))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-02 08:00", date(2026, 3, 2)),  # Monday before opening: the same day
        ("2026-03-02 17:30", date(2026, 3, 2)),  # at closing time still in time
        ("2026-03-02 17:31", date(2026, 3, 3)),  # after closing: the next working day
        ("2026-03-06 18:00", date(2026, 3, 9)),  # Friday evening: Monday
        ("2026-03-07 10:00", date(2026, 3, 9)),  # Saturday
        ("2026-02-28 10:00", date(2026, 2, 28)),  # a Saturday that is made up for
        ("2026-02-14 18:00", date(2026, 2, 24)),  # the evening before Spring Festival
    ],
)
def test_the_day_of_receipt(at: str, day: date) -> None:
    assert received_on(moment(at), shipped()) == day


def test_days_are_days_in_beijing() -> None:
    late = datetime.fromisoformat("2026-03-01T16:30:00+00:00")  # 2 March, 00:30 in Beijing
    assert received_on(late, shipped()) == date(2026, 3, 2)
    assert told(due_at(Span.parse("1d"), late, shipped())) == "2026-03-03 17:30"


class TestUnits:
    def test_hours_run_from_the_moment_day_and_night(self) -> None:
        assert due("24h", "2026-02-14 22:15") == "2026-02-15 22:15"
        assert due("30m", "2026-02-15 23:45") == "2026-02-16 00:15"

    def test_office_hours_stand_still_outside(self) -> None:
        assert due("2wh", "2026-03-02 10:00") == "2026-03-02 12:00"
        assert due("2wh", "2026-03-02 16:30") == "2026-03-03 10:00"
        assert due("2wh", "2026-03-06 16:30") == "2026-03-09 10:00", "over a weekend"
        assert due("2wh", "2026-02-14 16:30") == "2026-02-24 10:00", "over Spring Festival"
        assert due("2wh", "2026-03-07 03:00") == "2026-03-09 11:00", "from a Saturday night"
        assert due("24wh", "2026-03-02 09:00") == "2026-03-04 16:00", "8.5 hours a day"

    def test_working_days_do_not_count_the_day_of_receipt(self) -> None:
        assert due("1wd", "2026-03-02 09:00") == "2026-03-03 17:30"
        assert due("1wd", "2026-03-02 20:00") == "2026-03-04 17:30", "received on the 3rd"
        assert due("3wd", "2026-09-24 09:00") == "2026-09-30 17:30", "Mid-autumn, with the 20th made up for before"

    def test_calendar_days_end_with_office_hours(self) -> None:
        assert due("15d", "2026-03-02 09:00") == "2026-03-17 17:30"
        assert due("15d", "2026-03-02 23:00") == "2026-03-17 17:30", "the evening makes no difference"

    def test_calendar_days_that_end_on_a_day_off_move_on(self) -> None:
        assert due("5d", "2026-03-02 09:00") == "2026-03-09 17:30", "Saturday the 7th moves to Monday"
        assert due("5d", "2026-02-12 09:00") == "2026-02-24 17:30", "17 February is New Year"
        assert due("2d", "2026-02-26 09:00") == "2026-02-28 17:30", "a Saturday that is made up for does not move"

    def test_months_end_on_the_same_day_or_on_the_last(self) -> None:
        assert due("1mo", "2026-03-03 09:00") == "2026-04-03 17:30"
        assert due("1mo", "2024-01-31 09:00") == "2024-02-29 17:30", "民法典 202"
        assert due("3mo", "2025-11-30 09:00") == "2026-02-28 17:30"
        assert due("2mo", "2026-11-23 09:00") == "2027-01-25 17:30", "23 January 2027 is a Saturday"

    def test_into_a_year_without_a_table(self) -> None:
        end = due_at(Span.parse("10wd"), moment("2026-12-25 10:00"), shipped())
        assert told(end) == "2027-01-08 17:30"
        assert shipped().is_provisional(end.date())


class TestPauses:
    def test_hours_wait_exactly_as_long(self) -> None:
        assert due("24h", "2026-03-02 09:00", ("2026-03-02 12:00", "2026-03-02 15:30")) == "2026-03-03 12:30"

    def test_a_pause_after_the_end_changes_nothing(self) -> None:
        assert due("2h", "2026-03-02 09:00", ("2026-03-02 12:00", "2026-03-04 15:30")) == "2026-03-02 11:00"
        assert due("2wd", "2026-03-02 09:00", ("2026-03-05 12:00", "2026-03-09 15:30")) == "2026-03-04 17:30"

    def test_overlapping_pauses_count_once(self) -> None:
        pauses = (("2026-03-02 12:00", "2026-03-02 14:00"), ("2026-03-02 10:00", "2026-03-02 13:00"))
        assert due("24h", "2026-03-02 09:00", *pauses) == "2026-03-03 13:00"

    def test_a_pause_from_before_the_beginning_counts_from_the_beginning(self) -> None:
        assert due("2h", "2026-03-02 09:00", ("2026-03-01 09:00", "2026-03-02 10:00")) == "2026-03-02 12:00"
        assert due("2h", "2026-03-02 09:00", ("2026-02-01 09:00", "2026-02-02 10:00")) == "2026-03-02 11:00"

    def test_office_hours_wait_only_for_office_hours(self) -> None:
        assert due("4wh", "2026-03-02 15:00", ("2026-03-02 16:00", "2026-03-03 10:00")) == "2026-03-03 13:00"
        assert due("2wh", "2026-03-02 15:00", ("2026-03-02 18:00", "2026-03-03 08:00")) == "2026-03-02 17:00"

    def test_working_days_lose_the_days_after_it_began(self) -> None:
        # Monday to Friday would be the 9th; from Tuesday to Thursday two working days are lost
        assert due("5wd", "2026-03-02 09:00", ("2026-03-03 10:00", "2026-03-05 10:00")) == "2026-03-11 17:30"

    def test_a_pause_within_one_day_loses_no_working_day(self) -> None:
        assert due("5wd", "2026-03-02 09:00", ("2026-03-03 10:00", "2026-03-03 16:00")) == "2026-03-09 17:30"

    def test_a_pause_over_a_weekend_loses_only_the_monday(self) -> None:
        assert due("5wd", "2026-03-02 09:00", ("2026-03-06 10:00", "2026-03-09 10:00")) == "2026-03-10 17:30"

    def test_calendar_days_lose_calendar_days(self) -> None:
        assert due("15d", "2026-03-02 09:00", ("2026-03-04 10:00", "2026-03-06 10:00")) == "2026-03-19 17:30"

    def test_a_pause_that_lasts_has_moved_nothing_yet(self) -> None:
        assert due("5wd", "2026-03-02 09:00", ("2026-03-03 10:00", None)) == "2026-03-09 17:30"

    def test_a_pause_can_not_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="pause"):
            Pause(moment("2026-03-02 10:00"), moment("2026-03-02 09:00"))


class TestExtensions:
    def test_of_the_same_unit_lengthen(self) -> None:
        assert due("10wd", "2026-03-02 09:00", more=("5wd",)) == due("15wd", "2026-03-02 09:00")

    def test_of_calendar_days_count_from_the_unmoved_end(self) -> None:
        assert due("5d", "2026-03-02 09:00", more=("5d",)) == "2026-03-12 17:30"

    def test_of_another_unit_begin_at_the_end(self) -> None:
        assert due("15d", "2026-03-02 09:00", more=("5wd",)) == "2026-03-24 17:30"
        assert due("5wd", "2026-03-02 09:00", more=("24h",)) == "2026-03-10 17:30"

    def test_with_a_pause_before(self) -> None:
        pause = ("2026-03-03 10:00", "2026-03-05 10:00")
        assert due("5wd", "2026-03-02 09:00", pause, more=("5wd",)) == "2026-03-18 17:30"


class TestRemaining:
    end = moment("2026-02-25 17:30")

    @pytest.mark.parametrize(
        ("at", "left"),
        [
            ("2026-02-11 10:00", Remaining(5, "working_days", False)),
            ("2026-02-14 10:00", Remaining(2, "working_days", False)),
            ("2026-02-20 10:00", Remaining(2, "working_days", False)),
            ("2026-02-25 09:00", Remaining(0, "working_days", False)),
            ("2026-02-25 18:00", Remaining(0, "working_days", True)),
            ("2026-02-27 09:00", Remaining(2, "working_days", True)),
        ],
    )
    def test_in_working_days(self, at: str, left: Remaining) -> None:
        assert remaining(self.end, moment(at), shipped()) == left

    def test_in_minutes(self) -> None:
        assert remaining(self.end, moment("2026-02-25 15:00"), shipped(), "hours") == Remaining(150, "minutes", False)
        assert remaining(self.end, moment("2026-02-25 17:31"), shipped(), "hours") == Remaining(1, "minutes", True)
