"""The calendar of a jurisdiction, kept in the process and checked for changes every few seconds."""

from __future__ import annotations

import time as timer
from dataclasses import dataclass
from datetime import datetime, time
from threading import Lock
from uuid import UUID

from linli.kernel.calendar.models import Day, Year
from linli.kernel.calendar.rules import WorkCalendar

NATION = "CN"
RECHECK_SECONDS = 2.0
"""How long another process's change may go unnoticed."""


@dataclass(frozen=True)
class YearState:
    """One yearly table as an administrator sees it."""

    jurisdiction: str
    year: int
    opens: time
    closes: time
    source: str
    mark: str
    confirmed_at: datetime | None
    days: tuple[tuple[str, str, str], ...]


@dataclass
class _Kept:
    calendar: WorkCalendar
    revisions: tuple[UUID, ...]
    checked: float


_kept: dict[str, _Kept] = {}
_lock = Lock()


def work_calendar(jurisdiction: str = "41") -> WorkCalendar:
    """The working days of a region (its code, at any level): for each year the nearest table, else the nation's."""
    kept = _kept.get(jurisdiction)
    moment = timer.monotonic()
    if kept is not None and moment - kept.checked < RECHECK_SECONDS:
        return kept.calendar
    revisions = _revisions(jurisdiction)
    if kept is None or kept.revisions != revisions:
        kept = _Kept(_read(jurisdiction), revisions, moment)
    kept.checked = moment
    with _lock:
        _kept[jurisdiction] = kept
    return kept.calendar


def forget() -> None:
    """Drop what this process keeps, so that the next question reads the tables anew."""
    with _lock:
        _kept.clear()


def years(jurisdiction: str = NATION) -> list[YearState]:
    """A jurisdiction's own tables with their days, newest first."""
    return [
        YearState(
            year.jurisdiction,
            year.year,
            year.opens,
            year.closes,
            year.source,
            year.mark,
            year.confirmed_at,
            tuple((day.date.isoformat(), day.kind, day.name) for day in year.days.all()),
        )
        for year in Year.objects.filter(jurisdiction=jurisdiction).prefetch_related("days").order_by("-year")
    ]


def _layers(jurisdiction: str) -> list[str]:
    lengths = [length for length in (12, 9, 6, 4, 2) if length <= len(jurisdiction)]
    return [jurisdiction[:length] for length in lengths] + [NATION]


def _revisions(jurisdiction: str) -> tuple[UUID, ...]:
    rows = Year.objects.filter(jurisdiction__in=_layers(jurisdiction)).order_by("revision")
    return tuple(rows.values_list("revision", flat=True))


def _read(jurisdiction: str) -> WorkCalendar:
    layers = _layers(jurisdiction)
    nearest: dict[int, Year] = {}
    for layer in reversed(layers):
        nearest.update({year.year: year for year in Year.objects.filter(jurisdiction=layer)})
    if not nearest:
        return WorkCalendar()
    days = Day.objects.filter(year__in=[year.pk for year in nearest.values()]).values_list("kind", "date")
    newest = nearest[max(nearest)]
    return WorkCalendar(
        off=frozenset(day for kind, day in days if kind == "rest"),
        makeup=frozenset(day for kind, day in days if kind == "makeup"),
        opens=newest.opens,
        closes=newest.closes,
        confirmed_years=frozenset(number for number, year in nearest.items() if year.confirmed_at is not None),
    )
