"""The indexes over names, kept in memory until the tree changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from linli.kernel.regions.models import Edition, Region, RegionName, Succession
from linli.kernel.regions.rules import Level
from linli.kernel.regions.rules.directory import Directory, Entry
from linli.kernel.regions.rules.gazetteer import Gazetteer

_lock = threading.Lock()


@dataclass(frozen=True)
class Shelf:
    """Both indexes and the mark of the data they were built from."""

    mark: str
    addresses: Gazetteer
    directory: Directory


_held: list[Shelf] = []


def shelf() -> Shelf:
    """The indexes for the data as it is now; built on first use and after every load, in about two seconds."""
    mark = _mark()
    if _held and _held[0].mark == mark:
        return _held[0]
    with _lock:
        if not _held or _held[0].mark != mark:
            _held[:] = [_build(mark)]
        return _held[0]


def address_book() -> Gazetteer:
    """The index of names for reading many addresses: ``rules.addresses.match(book, text)`` asks no database."""
    return shelf().addresses


def _mark() -> str:
    newest = Edition.objects.order_by("-id").values_list("pk", flat=True).first()
    # Before the first load is finished there is no edition; then the number of rows tells.
    return str(newest) if newest else f"rows:{Region.objects.filter(level__lt=Level.GRID).count()}"


def _build(mark: str) -> Shelf:
    heirs = dict(Succession.objects.order_by("on").values_list("old_id", "new_id"))
    rows = list(
        Region.objects.filter(level__lt=Level.GRID)
        .order_by("code")
        .values_list("code", "name", "unit_type", "pinyin", "initials", "valid_to")
    )
    others: dict[str, list[str]] = {}
    aliases = []
    for code, name in RegionName.objects.values_list("region_id", "name"):
        others.setdefault(code, []).append(name)
        aliases.append((name, code))
    return Shelf(
        mark,
        Gazetteer(
            ((code, name, kind) for code, name, kind, _, _, ended in rows if ended is None),
            aliases=aliases,
            former=(
                (code, name, heirs[code]) for code, name, _, _, _, ended in rows if ended is not None and code in heirs
            ),
        ),
        Directory(
            Entry(code, name, kind, spelled, initials, tuple(others.get(code, ())))
            for code, name, kind, spelled, initials, _ in rows
        ),
    )
