"""Rates about requests, kept apart and exact: each with what was counted, out of what, and what was left out and why.

Response, solution and satisfaction are the three rates of 北京市接诉即办工作条例 32; satisfied are the upper three
grades of GB/T 39734-2020. They are never added up here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

SMALLEST = 10


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
