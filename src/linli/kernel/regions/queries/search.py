"""Search by name, pinyin, initials and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from linli.base.clock import BEIJING
from linli.base.text import fold
from linli.kernel.regions.models import Region, Succession
from linli.kernel.regions.queries.shelf import shelf
from linli.kernel.regions.queries.tree import in_subtree
from linli.kernel.regions.rules import Level, is_code, short
from linli.kernel.regions.rules.addresses import match

LONGEST_QUERY = 100
MOST_HITS = 100


@dataclass(frozen=True)
class Hit:
    """One found unit: by what (code, name, pinyin, initials, address) and, when it has ended, what took over."""

    code: str
    name: str
    full_name: str
    level: int
    reason: str
    retired: bool = False
    successors: tuple[tuple[str, str], ...] = ()


def search(text: str, within: str | None = None, limit: int = 20, at: datetime | None = None) -> list[Hit]:
    """Units by Chinese name, pinyin, initials or code, best first; at most 100.

    ``within`` keeps to one subtree. Ended units are found too, marked, with what took over; with ``at`` ended means on
    that day in Beijing, and units that had not begun by then are left out. Grids are found by code, and inside a
    township or community by name.
    """
    words, limit = fold(text)[:LONGEST_QUERY], max(1, min(limit, MOST_HITS))
    if not words or (within and not is_code(within)):
        return []
    scope = short(within) if within else ""
    held = shelf()
    found = held.directory.search(words, within=scope, limit=limit)
    if len(found) < limit and len(words) >= 4 and not words.isascii():
        known = {code for code, _ in found}
        matches = match(held.addresses, words, within=scope, limit=limit - len(found))
        found += [(one.code, "address") for one in matches if one.code not in known]
    grids = _grids(words, scope, limit - len(found)) if len(found) < limit else []
    return _hits([*found, *grids], at.astimezone(BEIJING).date() if at else None)


def _grids(words: str, scope: str, limit: int) -> list[tuple[str, str]]:
    if words.isascii() and words.isdigit():
        codes = in_subtree(scope).filter(level=Level.GRID, code__gte=words, code__lt=words + "a")
        return [(code, "code") for code in codes.values_list("code", flat=True)[:limit]]
    if len(scope) < 9:
        return []
    named = Q(name__contains=words) | Q(pinyin__startswith=words.lower()) | Q(initials__startswith=words.lower())
    codes = in_subtree(scope).filter(named, level=Level.GRID)
    return [(code, "name") for code in codes.values_list("code", flat=True)[:limit]]


def _hits(found: Sequence[tuple[str, str]], on: date | None) -> list[Hit]:
    regions = Region.objects.in_bulk([code for code, _ in found])
    ended = {code for code, one in regions.items() if _ended(one, on)}
    heirs: dict[str, list[tuple[str, str]]] = {}
    if ended:
        for step in Succession.objects.filter(old_id__in=ended).select_related("new"):
            heirs.setdefault(step.old_id, []).append((step.new_id, step.new.full_name))
    return [
        Hit(code, one.name, one.full_name, one.level, why, code in ended, tuple(heirs.get(code, ())))
        for code, why in found
        if (one := regions.get(code)) is not None and (on is None or one.valid_from is None or one.valid_from <= on)
    ]


def _ended(region: Region, on: date | None) -> bool:
    return region.valid_to is not None and (on is None or region.valid_to <= on)
