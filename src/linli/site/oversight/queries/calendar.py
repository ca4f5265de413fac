"""A year of working days at a glance."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.calendar.queries import YearState, years

ACROSS, DOWN = 7, 6


@dataclass(frozen=True)
class Cell:
    """One day as it is drawn: column and row from 0, and what it is: work, weekend, rest or makeup."""

    day: int
    column: int
    row: int
    kind: str
    is_today: bool


@dataclass(frozen=True)
class Month:
    """One month: its days, how many are worked, and its unusual days in words."""

    title: str
    number: int
    cells: tuple[Cell, ...]
    working: int
    rows: int


@dataclass(frozen=True)
class Holiday:
    """The days off and made up for under one name, in order."""

    name: str
    rest: tuple[date, ...]
    makeup: tuple[date, ...]


@dataclass(frozen=True)
class YearPage:
    """A whole year."""

    table: YearState
    months: tuple[Month, ...]
    holidays: tuple[Holiday, ...]
    working: int
    off: int
    made_up: int

    @property
    def notice(self) -> str:
        """What the notice is called, without where it stands."""
        return self.table.source.partition(" http")[0]


MISSING = Refusal(
    "calendar.no-year",
    gettext_noop("There is no table of working days for {year}."),
    advice=gettext_noop("Load it with “linli calendar load”."),
)


def year_page(number: int, *, today: date) -> YearPage:
    """One year of the nation's table; Missing when it was not loaded."""
    table = next((one for one in years() if one.year == number), None)
    if table is None:
        raise Missing(Refusal(MISSING.code, MISSING.message, {"year": number}, advice=MISSING.advice))
    kinds = {date.fromisoformat(day): kind for day, kind, _name in table.days}
    months = tuple(_month(number, month, kinds, today) for month in range(1, 13))
    return YearPage(
        table, months, _holidays(table), sum(month.working for month in months),
        sum(kind == "rest" for kind in kinds.values()), sum(kind == "makeup" for kind in kinds.values()),
    )  # fmt: skip


def _month(year: int, month: int, kinds: dict[date, str], today: date) -> Month:
    first, length = monthrange(year, month)
    cells = []
    for number in range(1, length + 1):
        day = date(year, month, number)
        kind = kinds.get(day) or ("weekend" if day.weekday() >= 5 else "work")
        place = first + number - 1
        cells.append(Cell(number, place % ACROSS, place // ACROSS, kind, day == today))
    working = sum(cell.kind in ("work", "makeup") for cell in cells)
    return Month(date_format(date(year, month, 1), "F"), month, tuple(cells), working, cells[-1].row + 1)


def _holidays(table: YearState) -> tuple[Holiday, ...]:
    named: dict[str, dict[str, list[date]]] = {}
    for day, kind, name in table.days:
        named.setdefault(name, {"rest": [], "makeup": []})[kind].append(date.fromisoformat(day))
    found = [Holiday(name, tuple(days["rest"]), tuple(days["makeup"])) for name, days in named.items()]
    return tuple(sorted(found, key=lambda holiday: min(holiday.rest or holiday.makeup)))
