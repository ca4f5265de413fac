"""Rates about requests, kept apart and exact: each with what was counted, out of what, and what was left out and why.

Response, solution and satisfaction are the three rates of 北京市接诉即办工作条例 32; satisfied are the upper three
grades of GB/T 39734-2020. They are never added up here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

SMALLEST = 10
RANKED_FROM = 30
"""Below thirty answers a single one moves a share by more than three points: such a region is shown, not ranked."""
Z95 = 1.959964
"""The two-sided 95 % point of the normal distribution."""
LONGEST_BY_DAY = 62
"""Days up to which a chart has one bar a day; beyond, one a week."""


@dataclass(frozen=True)
class Rate:
    """A share: ``part`` of ``whole``; ``excluded`` counts by reason (key) what does not belong in the whole."""

    part: int
    whole: int
    excluded: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The exact share, None when nothing can be counted."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> float | None:
        """For showing only: percent with one decimal."""
        return None if self.share is None else round(float(self.share * 100), 1)


@dataclass(frozen=True)
class Tally:
    """Plain counts of one region and period, as the database gives them."""

    received: int = 0
    open: int = 0
    finished: int = 0
    on_time: int = 0
    with_clock: int = 0
    refused: int = 0
    merged: int = 0
    withdrawn: int = 0
    transferred: int = 0
    anonymous: int = 0
    called_back: int = 0
    responded: int = 0
    solved: int = 0
    solved_known: int = 0
    satisfied: int = 0
    rated: int = 0
    rated_by_self: int = 0
    reopened: int = 0
    replied: int = 0
    bad: int = 0
    bad_fixed: int = 0


@dataclass(frozen=True)
class Figures:
    """What the numbers page shows for one region and period."""

    tally: Tally
    on_time: Rate
    response: Rate
    solution: Rate
    satisfaction: Rate
    reopening: Rate
    active_rating: Rate
    rectified: Rate
    median: timedelta | None = None
    by_kind: tuple[tuple[str, int], ...] = field(default=())
    by_category: tuple[tuple[str, int], ...] = field(default=())


def figures(tally: Tally, median_of: timedelta | None = None) -> Figures:
    """The rates of a tally; exclusions are named so that part, whole and exclusions add up to what was received."""
    left_out = (
        ("refused", tally.refused),
        ("transferred", tally.transferred),
        ("merged", tally.merged),
        ("withdrawn", tally.withdrawn),
    )
    uncalled = tally.received - sum(number for _key, number in left_out) - tally.called_back
    without_call = (*left_out, ("not_called_back", uncalled))
    return Figures(
        tally=tally,
        on_time=Rate(
            tally.on_time, tally.with_clock, (*left_out, ("no_clock_ended", _rest(tally, tally.with_clock, left_out)))
        ),
        response=Rate(tally.responded, tally.called_back, without_call),
        solution=Rate(
            tally.solved, tally.solved_known, (*left_out, ("not_asked", _rest(tally, tally.solved_known, left_out)))
        ),
        satisfaction=Rate(
            tally.satisfied, tally.rated, (*left_out, ("not_rated", _rest(tally, tally.rated, left_out)))
        ),
        reopening=Rate(
            tally.reopened, tally.replied, (*left_out, ("never_answered", _rest(tally, tally.replied, left_out)))
        ),
        active_rating=Rate(tally.rated_by_self, tally.rated),
        rectified=Rate(tally.bad_fixed, tally.bad),
        median=median_of,
    )


def _rest(tally: Tally, whole: int, left_out: Sequence[tuple[str, int]]) -> int:
    return tally.received - whole - sum(number for _key, number in left_out)


def median(durations: Sequence[timedelta]) -> timedelta | None:
    """The middle duration (mean of the middle two), None of nothing."""
    ordered = sorted(durations)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def hide_small(number: int, *, restricted: bool) -> int | None:
    """A count of the restricted class below ten is not shown (None): it could point at a person."""
    return None if restricted and 0 < number < SMALLEST else number


def wilson(part: int, whole: int, z: float = Z95) -> tuple[float, float]:
    """The interval (low, high, both 0 to 1) in which the true share lies with 95 % confidence; ValueError without
    anything to count. Unlike the textbook one it stays inside 0 to 1 and holds for small numbers and shares near the
    ends (E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209-212)."""
    if whole <= 0 or not 0 <= part <= whole:
        raise ValueError(f"no share: {part} of {whole}")
    share, square = part / whole, z * z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Standing:
    """Where a unit stands among its siblings; ``place`` is None for one with too few answers to be ranked."""

    code: str
    name: str
    rate: Rate
    place: int | None
    low: float
    high: float


def ranked(units: Sequence[tuple[str, str, Rate]], smallest: int = RANKED_FROM) -> tuple[Standing, ...]:
    """Units (code, name, rate) by exact share, best first, equal shares on one place; then those with fewer answers
    than ``smallest`` by code, without a place; units without any answer are left out."""
    enough = sorted((unit for unit in units if unit[2].whole >= smallest), key=lambda unit: (-_share(unit[2]), unit[0]))
    few = sorted((unit for unit in units if 0 < unit[2].whole < smallest), key=lambda unit: unit[0])
    found = []
    for code, name, rate in enough:
        place = 1 + sum(_share(other[2]) > _share(rate) for other in enough)
        found.append(Standing(code, name, rate, place, *wilson(rate.part, rate.whole)))
    return (*found, *(Standing(code, name, rate, None, *wilson(rate.part, rate.whole)) for code, name, rate in few))


def _share(rate: Rate) -> Fraction:
    return Fraction(rate.part, rate.whole)


@dataclass(frozen=True)
class Bar:
    """How many requests came in from one day to another (the same day, or up to seven)."""

    first: date
    last: date
    number: int


def series(counts: Mapping[date, int], first: date, last: date) -> tuple[Bar, ...]:
    """One bar for every day of a period, or for every week (Monday to Sunday, cut at the period's ends) where it is
    longer than ``LONGEST_BY_DAY`` days; days without any count as nought."""
    by_day = (last - first).days < LONGEST_BY_DAY
    bars: list[Bar] = []
    start = first
    while start <= last:
        end = start if by_day else min(last, start + timedelta(days=6 - start.weekday()))
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        bars.append(Bar(start, end, sum(counts.get(day, 0) for day in days)))
        start = end + timedelta(days=1)
    return tuple(bars)
