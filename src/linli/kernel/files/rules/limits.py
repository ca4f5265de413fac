"""Sizes and other ends, as dated data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict, PositiveInt

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.files.rules.kinds import Kind


class Limits(BaseModel):
    """What may be handed in from ``valid_from`` on: bytes per kind, pixels, seconds, and how far an archive may
    unfold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    source: str
    bytes: Mapping[Kind, PositiveInt]
    picture_pixels: PositiveInt
    thumbnails: Mapping[str, PositiveInt]
    film_seconds: PositiveInt
    archive_bytes: PositiveInt
    archive_ratio: PositiveInt
    archive_members: PositiveInt
    reserve_bytes: PositiveInt

    @property
    def largest(self) -> int:
        """The largest size of any kind, bytes: where reading a stream stops before anything is known about it."""
        return max(self.bytes.values())


def limits_on(day: date, versions: Iterable[Limits]) -> Limits:
    """The version in force on ``day``; LookupError when none is."""
    known = [version for version in versions if version.valid_from <= day]
    if not known:
        raise LookupError(f"no file limits in force on {day}")
    return max(known, key=lambda version: version.valid_from)


def too_large(kind: Kind, size: int, limits: Limits) -> Refusal | None:
    """Refuse a body of ``size`` bytes that is larger than its kind may be; a kind without a limit isn't taken at
    all."""
    most = limits.bytes.get(kind, 0)
    if size <= most:
        return None
    return Refusal(
        "files.too_large",
        gettext_noop("This file is too large: at most {most} MB for its kind."),
        {"most": max(1, most // 1_000_000)},
        advice=gettext_noop("Make it smaller, or hand in several parts."),
    )
