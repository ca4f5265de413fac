"""What must hold for every period, wherever it begins and however often it stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.calendar.rules import Pause, Span, Unit, due_at, due_with, local_day
from linli.kernel.calendar.tests.factories import shipped

units = st.sampled_from(["minutes", "hours", "office_hours", "days", "working_days", "months"])
starts = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
amounts = st.integers(1, 40)
spans = st.builds(Span, amounts, units)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    made = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(minutes=draw(st.integers(-3000, 60_000)))
        end = begin + timedelta(minutes=draw(st.integers(0, 20_000)))
        made.append(Pause(begin, end if draw(st.booleans()) or draw(st.booleans()) else None))
    return made


few = settings(max_examples=80, deadline=None)


@few
@given(spans, starts)
def test_nothing_is_due_before_it_begins(span: Span, start: datetime) -> None:
    assert due_at(span, start, shipped()) > start


@few
@given(spans, starts)
def test_what_is_counted_in_days_is_due_at_closing_time_of_a_working_day(span: Span, start: datetime) -> None:
    due = due_at(span, start, shipped())
    day = local_day(due)
    if span.unit in ("days", "working_days", "months"):
        assert shipped().is_working_day(day)
        assert due == shipped().closing(day)
    elif span.unit == "office_hours":
        assert shipped().opening(day) < due <= shipped().closing(day)


@few
@given(units, amounts, amounts, starts)
def test_a_longer_period_never_ends_earlier(unit: Unit, shorter: int, more: int, start: datetime) -> None:
    early, late = due_at(Span(shorter, unit), start, shipped()), due_at(Span(shorter + more, unit), start, shipped())
    assert early <= late
    if unit not in ("days", "months"):
        assert early < late


@few
@given(spans, starts, st.integers(0, 5000))
def test_what_begins_later_never_ends_earlier(span: Span, start: datetime, minutes: int) -> None:
    assert due_at(span, start, shipped()) <= due_at(span, start + timedelta(minutes=minutes), shipped())


@few
@given(st.data(), spans, starts)
def test_standing_still_never_makes_it_end_earlier(data: st.DataObject, span: Span, start: datetime) -> None:
    stops = data.draw(pauses(start))
    dues = [due_with(span, start, stops[:count], (), shipped()) for count in range(len(stops) + 1)]
    assert dues == sorted(dues)


@few
@given(st.data(), spans, starts)
def test_the_order_in_which_pauses_are_told_does_not_matter(data: st.DataObject, span: Span, start: datetime) -> None:
    stops = data.draw(pauses(start))
    shuffled = data.draw(st.permutations(stops))
    assert due_with(span, start, stops, (), shipped()) == due_with(span, start, shuffled, (), shipped())


@few
@given(st.data(), spans, starts, st.lists(spans, max_size=2), spans)
def test_an_extension_always_extends(
    data: st.DataObject, span: Span, start: datetime, before: list[Span], more: Span
) -> None:
    stops = data.draw(pauses(start))
    assert due_with(span, start, stops, [*before, more], shipped()) >= due_with(span, start, stops, before, shipped())


@few
@given(amounts, starts, st.integers(0, 20_000), st.integers(0, 20_000))
def test_hours_lose_exactly_the_time_of_the_pause(hours: int, start: datetime, after: int, length: int) -> None:
    pause = Pause(start + timedelta(minutes=after), start + timedelta(minutes=after + length))
    due = due_at(Span(hours, "hours"), start, shipped())
    expected = due + timedelta(minutes=length) if pause.start < due else due
    assert due_with(Span(hours, "hours"), start, [pause], (), shipped()) == expected
