"""Pure arithmetic of periods: which days are worked, when a period ends, what a pause does. No Django, no clock.

All days are days in Beijing. Counting follows 民法典 200–204; working days for administrative periods 行政许可法 82.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from linli.base.clock import BEIJING

Unit = Literal["minutes", "hours", "office_hours", "days", "working_days", "months"]
_SHORT: dict[str, Unit] = {
    "m": "minutes", "h": "hours", "wh": "office_hours", "d": "days", "wd": "working_days", "mo": "months",
}  # fmt: skip
_SPAN = re.compile(r"([1-9][0-9]{0,4})(wd|wh|mo|m|h|d)")
_DAY = timedelta(days=1)
_WEEKEND = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Which days and hours are worked. ``off`` and ``makeup`` are exceptions to Monday–Friday; office hours are local.

    ``confirmed_years`` are those whose table someone vouches for; dates in other years are provisional.
    """

    off: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    opens: time = time(9)
    closes: time = time(17, 30)
    confirmed_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("an office opens before it closes")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on a day: made-up days yes, days off no, else Monday to Friday."""
        return day in self.makeup or (day.weekday() < _WEEKEND and day not in self.off)

    def is_provisional(self, day: date) -> bool:
        """Whether a date may still move, because its year's table is unknown or nobody has confirmed it."""
        return day.year not in self.confirmed_years

    def closing(self, day: date) -> datetime:
        """The end of office hours on a day, as an instant in UTC."""
        return datetime.combine(day, self.closes, BEIJING).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """The beginning of office hours on a day, as an instant in UTC."""
        return datetime.combine(day, self.opens, BEIJING).astimezone(UTC)

    def office_day(self) -> timedelta:
        """How long offices are open on a working day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def working_days_from(self, day: date) -> Iterator[date]:
        """Working days after a day, that day not counted, without end."""
        while True:
            day += _DAY
            if self.is_working_day(day):
                yield day

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a working day, else the next one."""
        return day if self.is_working_day(day) else next(self.working_days_from(day))

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and including ``last``; negative when ``last`` comes earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working_day(first + _DAY * step) for step in range(1, (last - first).days + 1))


@dataclass(frozen=True)
class Span:
    """A length of time in the unit that the law uses; ``office_hours`` run only while offices are open."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1 or self.unit not in _SHORT.values():
            raise ValueError(f"not a length of time: {self.amount} {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Span:
        """A span from its short form: ``30m 24h 24wh 15d 10wd 3mo``; ValueError for anything else."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"not a length of time: {text!r} (30m, 24h, 24wh, 15d, 10wd or 3mo)")
        return cls(int(found[1]), _SHORT[found[2]])

    def __str__(self) -> str:
        return f"{self.amount}{next(short for short, unit in _SHORT.items() if unit == self.unit)}"


@dataclass(frozen=True)
class Pause:
    """A time in which a clock stands still; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a pause ends after it begins")


@dataclass(frozen=True)
class Remaining:
    """What is left until a due date, in whole units (0 working days: today), or how long it is ``overdue``."""

    amount: int
    unit: Literal["minutes", "working_days"]
    overdue: bool


def local_day(at: datetime) -> date:
    """The day in Beijing on which an instant falls."""
    return at.astimezone(BEIJING).date()


def received_on(at: datetime, calendar: WorkCalendar) -> date:
    """The working day on which something counts as received: after closing or on a day off, the next working day."""
    local = at.astimezone(BEIJING)
    if local.time() > calendar.closes:
        return next(calendar.working_days_from(local.date()))
    return calendar.on_or_after(local.date())


def due_at(span: Span, start: datetime, calendar: WorkCalendar) -> datetime:
    """The instant (UTC) at which a period ends that begins at ``start``."""
    return due_with(span, start, (), (), calendar)


def due_with(
    span: Span, start: datetime, pauses: Sequence[Pause], extensions: Sequence[Span], calendar: WorkCalendar
) -> datetime:
    """The end (UTC) of a period with its pauses and extensions.

    Hours run from the moment (民法典 201); a day on which a period begins is not counted. Days and months end with
    office hours, and on the next working day when the last one is a day off (民法典 203); a month without the day
    ends on its last day (民法典 202). A pause takes out the days after the one on which it begins, up to and including
    the one on which it ends. An extension of the same unit lengthens the period; of another unit, it begins where the
    period ends. A pause without an end moves nothing yet: a clock that stands still has no due date.
    """
    closed = sorted(((p.start, p.end) for p in pauses if p.end is not None and p.end > start), key=lambda pair: pair[0])
    due = start
    for part in _parts(span, extensions):
        due = _ends(part, due, _merged(due, closed), calendar)
    return due


def _parts(span: Span, extensions: Sequence[Span]) -> list[Span]:
    parts = [span]
    for more in extensions:
        if more.unit == parts[-1].unit:
            parts[-1] = Span(parts[-1].amount + more.amount, more.unit)
        else:
            parts.append(more)
    return parts


_Gap = tuple[datetime, datetime]


def _merged(start: datetime, pauses: Sequence[_Gap]) -> list[_Gap]:
    merged: list[_Gap] = []
    for begin, end in pauses:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((max(begin, start), end))
    return merged


def _ends(span: Span, start: datetime, gaps: Sequence[_Gap], calendar: WorkCalendar) -> datetime:
    if span.unit in ("minutes", "hours"):
        return _run(timedelta(**{span.unit: span.amount}), start, gaps)
    if span.unit == "office_hours":
        return _run_in_office(timedelta(hours=span.amount), start, gaps, calendar)
    lost = [(local_day(begin), local_day(end)) for begin, end in gaps]
    if span.unit == "working_days":
        return calendar.closing(_working_day(span.amount, received_on(start, calendar), lost, calendar))
    first = local_day(start)
    last = _months_later(first, span.amount) if span.unit == "months" else first + _DAY * span.amount
    return calendar.closing(calendar.on_or_after(_pushed(first, last, lost)))


def _run(length: timedelta, start: datetime, gaps: Sequence[_Gap]) -> datetime:
    due = start.astimezone(UTC) + length
    for begin, end in gaps:
        if begin < due:
            due += end - begin
    return due


def _run_in_office(length: timedelta, start: datetime, gaps: Sequence[_Gap], calendar: WorkCalendar) -> datetime:
    day = local_day(start)
    while True:
        if calendar.is_working_day(day):
            for begin, end in _open_times(day, start, gaps, calendar):
                if end - begin >= length:
                    return begin + length
                length -= end - begin
        day += _DAY


def _open_times(day: date, start: datetime, gaps: Sequence[_Gap], calendar: WorkCalendar) -> Iterator[_Gap]:
    begin, close = max(calendar.opening(day), start.astimezone(UTC)), calendar.closing(day)
    for gap_begin, gap_end in gaps:
        if begin < gap_begin < close:
            yield begin, gap_begin.astimezone(UTC)
        if gap_begin < close:
            begin = max(begin, gap_end.astimezone(UTC))
    if begin < close:
        yield begin, close


def _working_day(amount: int, received: date, lost: Sequence[tuple[date, date]], calendar: WorkCalendar) -> date:
    for day in calendar.working_days_from(received):
        if not any(begin < day <= end for begin, end in lost):
            amount -= 1
            if amount == 0:
                return day
    raise AssertionError("working days never end")


def _pushed(first: date, last: date, lost: Sequence[tuple[date, date]]) -> date:
    for begin, end in lost:
        if begin < last:
            last += end - max(begin, first)
    return last


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def remaining(due: datetime, at: datetime, calendar: WorkCalendar, unit: Unit = "working_days") -> Remaining:
    """What is left at ``at`` until ``due``: whole minutes for clocks in minutes or hours, else working days."""
    overdue = at > due
    if unit in ("minutes", "hours", "office_hours"):
        return Remaining(abs(due - at) // timedelta(minutes=1), "minutes", overdue)
    return Remaining(abs(calendar.working_days_between(local_day(at), local_day(due))), "working_days", overdue)
