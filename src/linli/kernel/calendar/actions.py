"""Loading yearly tables and vouching for them. Whether someone may is decided by the door: access stands above this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from linli.base.errors import Invalid, Missing, Refusal
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import SYSTEM, Who
from linli.kernel.calendar.models import Day, Kind, Year
from linli.kernel.calendar.queries import NATION, forget

_JURISDICTION = re.compile(f"{NATION}|[0-9]{{2}}|[0-9]{{4}}|[0-9]{{6}}|[0-9]{{9}}|[0-9]{{12}}")


@dataclass(frozen=True)
class Loaded:
    """What loading one file came to; ``unconfirmed``: a confirmation was dropped with the facts it was for."""

    jurisdiction: str
    year: int
    days: int
    changed: bool
    confirmed: bool
    unconfirmed: bool = False


@dataclass(frozen=True)
class Table:
    """One year's table as a file states it."""

    jurisdiction: str
    year: int
    source: str
    mark: str
    confirmed: bool
    opens: time
    closes: time
    days: dict[date, tuple[str, str]]


def load_calendar(folder: Path, *, at: datetime, who: Who = SYSTEM) -> list[Loaded]:
    """Load every ``*.yaml`` of a folder in order of name, all or nothing; loading again changes nothing."""
    with transaction.atomic():
        return [load_year(path, at=at, who=who) for path in sorted(folder.glob("*.yaml"))]


@transaction.atomic
def load_year(path: Path, *, at: datetime, who: Who = SYSTEM) -> Loaded:
    """Load one year's table from a file; an administrator's confirmation stays as long as the facts stay the same."""
    table = read_table(path)
    year = Year.objects.select_for_update().filter(jurisdiction=table.jurisdiction, year=table.year).first()
    before = _facts(year) if year else {}
    after = _facts_of(table)
    if before == after:
        assert year is not None
        return Loaded(table.jurisdiction, table.year, len(table.days), False, year.confirmed_at is not None)
    was_confirmed = year is not None and year.confirmed_at is not None
    year = _write(year, table, at)
    changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
    changes["confirmed"] = (was_confirmed, table.confirmed)
    record(who, "calendar.load_year", _subject(year), at=at, changes=changes, detail={"file": path.name})
    forget()
    transaction.on_commit(forget)
    dropped = was_confirmed and not table.confirmed
    return Loaded(table.jurisdiction, table.year, len(table.days), True, table.confirmed, dropped)


@transaction.atomic
def confirm_year(who: Who, year: int, at: datetime, *, jurisdiction: str = NATION) -> bool:
    """An administrator vouches that a year's table is that of the published notice; False when someone already has."""
    table = Year.objects.filter(jurisdiction=jurisdiction, year=year).first()
    if table is None:
        message = gettext_noop("There is no table of working days for {year}.")
        raise Missing(Refusal("calendar.no-year", message, {"year": year}))
    if not Year.objects.filter(pk=table.pk, confirmed_at=None).update(confirmed_at=at, revision=new_id()):
        return False
    record(who, "calendar.confirm_year", _subject(table), at=at, changes={"confirmed": (False, True)})
    forget()
    transaction.on_commit(forget)
    return True


def _subject(year: Year) -> str:
    return f"calendar:{year.jurisdiction}/{year.year}"


def _write(year: Year | None, table: Table, at: datetime) -> Year:
    year = year or Year(jurisdiction=table.jurisdiction, year=table.year)
    year.source, year.mark = table.source, table.mark
    year.opens, year.closes = table.opens, table.closes
    year.confirmed_at = at if table.confirmed else None
    year.revision = new_id()
    year.save()
    year.days.all().delete()
    Day.objects.bulk_create(
        [Day(year=year, date=day, kind=kind, name=name) for day, (kind, name) in table.days.items()]
    )
    return year


def _facts(year: Year) -> dict[str, object]:
    days = {day.date: (day.kind, day.name) for day in year.days.all()}
    return _as_facts(year.source, year.mark, year.opens, year.closes, days)


def _facts_of(table: Table) -> dict[str, object]:
    return _as_facts(table.source, table.mark, table.opens, table.closes, table.days)


def _as_facts(
    source: str, mark: str, opens: time, closes: time, days: dict[date, tuple[str, str]]
) -> dict[str, object]:
    lines = [f"{day} {kind} {name}" for day, (kind, name) in sorted(days.items())]
    return {"source": source, "mark": mark, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}", "days": lines}


def read_table(path: Path) -> Table:
    """A year's table from its file; Invalid with the file's name and the reason when it is none."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        number, opens, closes = int(raw["year"]), time.fromisoformat(raw["opens"]), time.fromisoformat(raw["closes"])
        if not _JURISDICTION.fullmatch(str(raw["jurisdiction"])):
            raise ValueError(f"the jurisdiction is {NATION} or the code of a region, not {raw['jurisdiction']}")
        if opens >= closes:
            raise ValueError("an office opens before it closes")
        return Table(
            str(raw["jurisdiction"]), number, str(raw["source"]), str(raw["mark"]), raw["confirmed"] is True,
            opens, closes, _days(raw["days"], number),
        )  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        message = gettext_noop("{file} is not a table of working days: {reason}")
        raise Invalid(Refusal("calendar.file", message, {"file": path.name, "reason": str(error)})) from error


def _days(rows: list[dict[str, Any]], year: int) -> dict[date, tuple[str, str]]:
    days: dict[date, tuple[str, str]] = {}
    for row in rows:
        day, kind = row["date"], Kind(row["kind"])
        if not isinstance(day, date) or day.year != year:
            raise ValueError(f"{day} is not a day of {year}")
        if day in days:
            raise ValueError(f"{day} stands there twice")
        if kind is Kind.MAKEUP and day.weekday() < 5:
            raise ValueError(f"{day} is made up for, but is a working day by itself")
        days[day] = (kind.value, str(row["name"]))
    return days
