"""Step two: from the instance data to the database, by difference, so that it can be repeated and interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from linli.base.errors import Refusal, Refused
from linli.base.text import gettext_noop
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import SYSTEM, Who
from linli.kernel.regions.actions.instance import Instance, Unit, read_instance
from linli.kernel.regions.actions.readings import read_aloud
from linli.kernel.regions.actions.source import Progress
from linli.kernel.regions.models import Edition, Figure, Region, RegionName, ReportingUnit, Succession
from linli.kernel.regions.rules import (
    ChangeKind,
    Level,
    UnitType,
    ancestors_of,
    county_of,
    level_of,
    parent_of,
    short_name,
    subtree,
)

BATCH = 2_000
MOST_RETIRED = 0.05
T = TypeVar("T")


@dataclass
class Loaded:
    """What a load changed; ``refused``: ended codes that the data would use again; ``orphaned``: ended without heir."""

    added: int = 0
    renamed: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether the database is different from before."""
        return bool(self.added or self.renamed or self.changed or self.retired)


@dataclass(frozen=True)
class _Diff:
    new: list[Unit]
    altered: list[tuple[Unit, Region]]
    gone: list[Region]
    refused: list[str]
    unchanged: int


def load_regions(
    folder: Path,
    *,
    at: datetime,
    within: str = "",
    who: Who = SYSTEM,
    progress: Progress | None = None,
    allow_mass_retirement: bool = False,
) -> Loaded:
    """Bring the tree in line with the instance data: add, rename, retire with successor; never rewrite or reuse a code.

    ``within`` loads one subtree and the way up to it. Refused when more than 5 % of the units would be retired, unless
    allowed: a cut-off file looks just like that. Safe to repeat: written in batches, each a transaction of its own.
    """
    tell = progress or (lambda *_: None)
    instance = read_instance(folder, within)
    tell("read", len(instance.units), len(instance.units))
    diff = _compare(instance, within)
    _refuse_mass_retirement(diff, len(instance.units), allow_mass_retirement)
    loaded = Loaded(unchanged=diff.unchanged, refused=diff.refused)
    _add(diff.new, loaded, tell)
    _alter(diff.altered, loaded, instance)
    _retire(diff.gone, loaded, instance)
    tell("around", 0, 1)
    with transaction.atomic():
        _history(instance)
        _around(instance)
        if loaded.anything or not Edition.objects.filter(digest=instance.digest).exists():
            _note(instance, loaded, who, at)
    tell("done", 1, 1)
    return loaded


def _compare(instance: Instance, within: str) -> _Diff:
    low, high = subtree(within or instance.root)
    stored = {
        region.code: region
        for region in Region.objects.filter(code__gte=low, code__lt=high, level__lt=Level.GRID).iterator(BATCH)
    }
    above = ancestors_of(within) if within else []
    stored |= Region.objects.in_bulk(above)
    new, altered, refused, unchanged = [], [], [], 0
    for unit in instance.units.values():
        region = stored.pop(unit.code, None)
        if region is None:
            new.append(unit)
        elif region.valid_to is not None:
            refused.append(unit.code)
        elif unit.differs_from(region):
            altered.append((unit, region))
        else:
            unchanged += 1
    gone = [region for region in stored.values() if region.valid_to is None]
    return _Diff(new, altered, sorted(gone, key=lambda one: one.code), refused, unchanged)


def _refuse_mass_retirement(diff: _Diff, units: int, allowed: bool) -> None:
    if not allowed and len(diff.gone) > max(20, units * MOST_RETIRED):
        message = gettext_noop("This would retire {count} regions at once; the data looks cut off.")
        advice = gettext_noop("Check the file, then allow it explicitly.")
        raise Refused(Refusal("region.mass_retirement", message, {"count": len(diff.gone)}, advice=advice))


def _add(units: Sequence[Unit], loaded: Loaded, tell: Progress) -> None:
    # Parents first: shorter codes are higher units, and a killed load leaves no child without its parent.
    ordered = sorted(units, key=lambda unit: (len(unit.code), unit.code))
    for batch in _batches(ordered):
        with transaction.atomic():
            Region.objects.bulk_create([_region(unit) for unit in batch])
        loaded.added += len(batch)
        tell("add", loaded.added, len(ordered))


def _region(unit: Unit) -> Region:
    level = level_of(unit.code)
    spelled, initials = read_aloud(short_name(unit.name, level, UnitType(unit.unit_type)))
    return Region(
        code=unit.code,
        name=unit.name,
        level=level,
        parent_id=parent_of(unit.code) or None,
        unit_type=unit.unit_type,
        unit_type_basis=unit.basis,
        is_statistical_only=unit.statistical,
        county=county_of(unit.code),
        valid_from=unit.valid_from,
        pinyin=spelled,
        initials=initials,
        full_name=unit.full_name,
        grid_code_regex=unit.grid_code_regex,
    )


def _alter(pairs: Sequence[tuple[Unit, Region]], loaded: Loaded, instance: Instance) -> None:
    fields = ["name", "full_name", "unit_type", "unit_type_basis", "is_statistical_only", "pinyin", "initials"]
    for batch in _batches(pairs):
        former = [
            RegionName(
                county=region.county, region=region, name=region.name, kind="former",
                valid_to=instance.cut_off, source=instance.name,
            )
            for unit, region in batch
            if unit.name != region.name
        ]  # fmt: skip
        fresh = [_region(replace(unit, valid_from=region.valid_from)) for unit, region in batch]
        with transaction.atomic():
            RegionName.objects.bulk_create(former, ignore_conflicts=True)
            Region.objects.bulk_update(fresh, fields, batch_size=200)
        loaded.renamed += len(former)
        loaded.changed += len(batch) - len(former)


def _retire(gone: Sequence[Region], loaded: Loaded, instance: Instance) -> None:
    heirs = instance.heirs()
    for region in gone:
        on = next((step.on for step in instance.history if step.old == region.code), instance.cut_off)
        if region.code not in heirs:
            heir = instance.same_name_under(heirs.get(parent_of(region.code), parent_of(region.code)), region.name)
            if heir:
                heirs[region.code] = heir
        with transaction.atomic():
            Region.objects.filter(pk=region.code, valid_to=None).update(valid_to=on)
            if region.code in heirs and all(step.old != region.code for step in instance.history):
                Succession.objects.get_or_create(
                    county=region.county, old=region, new_id=heirs[region.code], on=on,
                    defaults={"kind": ChangeKind.REPARENT, "source": instance.name, "mark": "same name"},
                )  # fmt: skip
        loaded.retired += 1
        if region.code not in heirs:
            loaded.orphaned.append(region.code)


def _history(instance: Instance) -> None:
    """Units that ended before this edition, and what took over from them."""
    for step in instance.history:
        above = parent_of(step.old)
        if Region.objects.filter(pk__in=[above, step.new]).count() != 2:
            continue
        unit = instance.unit_of_the_past(step)
        if not Region.objects.filter(pk=step.old).exists():
            region = _region(unit)
            region.valid_to = step.on
            region.save(force_insert=True)
        Succession.objects.update_or_create(
            county=county_of(step.old), old_id=step.old, new_id=step.new, on=step.on,
            defaults={"kind": step.kind, "source": step.source, "mark": step.mark, "precision": step.precision},
        )  # fmt: skip


def _around(instance: Instance) -> None:
    """Names people use, who reports, and the census counts."""
    for alias in instance.names:
        RegionName.objects.update_or_create(
            county=county_of(alias["code"]), region_id=alias["code"], name=alias["name"], kind=alias["kind"],
            defaults={"source": alias["source"], "valid_to": alias["valid_to"] or None},
        )  # fmt: skip
    known = set(Region.objects.filter(level__lte=Level.COUNTY).values_list("code", flat=True))
    for position, unit in enumerate(instance.reporting_units, start=1):
        if unit["region"] in known:
            values = {name: unit[name] for name in ("name", "source", "mark", "note")}
            defaults = {**values, "region_id": unit["region"], "position": position}
            ReportingUnit.objects.update_or_create(key=unit["key"], defaults=defaults)
    figures = [
        Figure(county=county_of(code), region_id=code, year=year, key=key, value=value, source=source)
        for code, year, key, value, source in instance.figures
        if code in known
    ]
    Figure.objects.bulk_create(
        figures,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["county", "region", "year", "key"],
        update_fields=["value", "source"],
    )


def _note(instance: Instance, loaded: Loaded, who: Who, at: datetime) -> None:
    edition = Edition.objects.create(
        name=instance.name,
        cut_off=instance.cut_off,
        source=instance.source,
        digest=instance.digest,
        loaded_at=at,
        added=loaded.added,
        renamed=loaded.renamed,
        retired=loaded.retired,
        notes={"findings": instance.findings, "refused": loaded.refused, "orphaned": loaded.orphaned},
    )
    counts = {"added": loaded.added, "renamed": loaded.renamed, "retired": loaded.retired}
    record(who, "regions.load", f"edition:{edition.id}", at=at, county="", detail={"edition": instance.name, **counts})


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
