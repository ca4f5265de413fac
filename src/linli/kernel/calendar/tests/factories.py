"""The real tables, an administrator, and moments told in Beijing time."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from linli.base.clock import BEIJING
from linli.kernel.audit.rules import Who
from linli.kernel.calendar.actions import read_table
from linli.kernel.calendar.rules import WorkCalendar

FOLDER = Path(__file__).resolve().parents[5] / "instances" / "calendar"
AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
ADMIN = Who("0195-admin", "赵敏", "system_admin", "410000000000", "", "10.0.0.1", "web")


def moment(text: str) -> datetime:
    """A moment in Beijing: ``2026-02-11 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def told(at: datetime) -> str:
    """A moment as it reads in Beijing."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


@cache
def shipped() -> WorkCalendar:
    """The calendar of the files that come with Linli, without a database."""
    tables = [read_table(path) for path in sorted(FOLDER.glob("*.yaml"))]
    days = {day: kind for table in tables for day, (kind, _) in table.days.items()}
    return WorkCalendar(
        off=frozenset(day for day, kind in days.items() if kind == "rest"),
        makeup=frozenset(day for day, kind in days.items() if kind == "makeup"),
        opens=tables[-1].opens,
        closes=tables[-1].closes,
        confirmed_years=frozenset(table.year for table in tables if table.confirmed),
    )
