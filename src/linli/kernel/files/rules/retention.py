"""Retention classes: how long a file is kept, since when, by which source."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, field_validator

_KEEP = re.compile(r"^(?:(\d+)(y|mo|d)|forever|until_told)$")


class Retention(BaseModel):
    """One class. ``keep``: ``10y``, ``6mo``, ``30d``, ``forever`` or ``until_told``; ``source`` is the law or the
    decision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    keep: str
    sensitive: bool = False
    confirmed: bool
    source: str
    note: str = ""

    @field_validator("keep")
    @classmethod
    def _known_form(cls, value: str) -> str:
        if not _KEEP.match(value):
            raise ValueError("keep is 10y, 6mo, 30d, forever or until_told")
        return value

    @field_validator("source")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a retention class names its source")
        return value


def parse_retention(data: Mapping[str, object]) -> dict[str, Retention]:
    """Classes by name, as read from YAML; a wrong shape raises pydantic's ValidationError."""
    return {name: Retention.model_validate(row) for name, row in data.items()}


def keep_until(retention: Retention, start: date) -> date | None:
    """The last day on which the file is kept, counted from ``start``; None where no day is known."""
    match = _KEEP.match(retention.keep)
    if match is None or match[1] is None:
        return None
    amount, unit = int(match[1]), match[2]
    if unit == "d":
        return start + timedelta(days=amount)
    months = start.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
