"""The only place that asks what time it is. Doors (pages, api, worker, command line) call it; everyone else is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """An instant as text that survives every database: UTC, always six decimals (``2026-11-23T01:00:00.000000Z``)."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
