"""The instance data in memory: units, history, names, counts, as the files in its folder say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from linli.kernel.regions.actions.source import read_table, read_yaml
from linli.kernel.regions.models import Region
from linli.kernel.regions.rules import UnitType, ancestors_of, covers, own_part, parent_of, unit_type_of

CENSUS_YEAR = 2020
FILES = (
    "regions.csv",
    "census_2020.csv",
    "history.csv",
    "names.csv",
    "reporting_units.csv",
    "province.yaml",
    "reconciliation.json",
)


@dataclass(frozen=True)
class Unit:
    """One unit as it should be."""

    code: str
    name: str
    unit_type: str
    basis: str
    statistical: bool
    full_name: str
    valid_from: date | None = None
    grid_code_regex: str = ""

    def differs_from(self, region: Region) -> bool:
        """Whether the stored unit must be altered."""
        mine = (self.name, self.full_name, self.unit_type, self.basis, self.statistical)
        theirs = (
            region.name,
            region.full_name,
            region.unit_type,
            region.unit_type_basis,
            region.is_statistical_only,
        )
        return mine != theirs


@dataclass(frozen=True)
class Step:
    """One unit that ended and the one that took over."""

    old: str
    old_name: str
    new: str
    kind: str
    new_began: bool
    on: date
    precision: str
    source: str
    mark: str


@dataclass(frozen=True)
class Instance:
    """Everything the folder says about one province."""

    root: str
    name: str
    cut_off: date
    source: str
    digest: str
    units: Mapping[str, Unit]
    history: tuple[Step, ...]
    names: tuple[Mapping[str, str], ...]
    reporting_units: tuple[Mapping[str, str], ...]
    figures: tuple[tuple[str, int, str, int, str], ...]
    findings: list[dict[str, Any]]

    def heirs(self) -> dict[str, str]:
        """Which unit took over, by the code of the one that ended."""
        return {step.old: step.new for step in self.history}

    def same_name_under(self, above: str, name: str) -> str:
        """The code of the only unit of that name right under another; "" when there is none or several."""
        found = [unit.code for unit in self.units.values() if unit.name == name and parent_of(unit.code) == above]
        return found[0] if len(found) == 1 else ""

    def unit_of_the_past(self, step: Step) -> Unit:
        """The unit that ended, as it was."""
        kind, basis = unit_type_of(step.old, step.old_name)
        above = self.units.get(parent_of(step.old))
        full_name = (above.full_name if above else "") + step.old_name
        return Unit(step.old, step.old_name, kind.value, basis.value, False, full_name)


def read_instance(folder: Path, within: str = "") -> Instance:
    """Read the folder's files, or of one subtree only; Invalid if a needed file is missing."""
    about = read_yaml(folder / "province.yaml")
    edition = about["edition"]
    history = tuple(_step(row) for row in read_table(folder / "history.csv"))
    units = _units(folder, about, within, {step.new: step.on for step in history if step.new_began})
    findings = folder / "reconciliation.json"
    return Instance(
        root=str(about["code"]),
        name=str(edition["name"]),
        cut_off=edition["cut_off"],
        source=str(edition["source"]),
        digest=_digest(folder, within),
        units=units,
        history=tuple(step for step in history if step.new in units and parent_of(step.old) in units),
        names=tuple(row for row in read_table(folder / "names.csv") if row["code"] in units),
        reporting_units=tuple(read_table(folder / "reporting_units.csv")),
        figures=_figures(folder),
        findings=json.loads(findings.read_text(encoding="utf-8")) if findings.exists() else [],
    )


def _units(folder: Path, about: Mapping[str, Any], within: str, began: Mapping[str, date]) -> dict[str, Unit]:
    names: dict[str, str] = {}
    chains: dict[str, tuple[str, ...]] = {}
    units: dict[str, Unit] = {}
    above = set(ancestors_of(within)) if within else set()
    grids = about.get("grid_code_regex", {})
    # Sorted by code: a parent's chain of names is known before its children's.
    for row in read_table(folder / "regions.csv", required=True):
        code, parent = row["code"], parent_of(row["code"])
        if within and code not in above and not covers(within, code):
            continue
        chain = chains.get(parent, ())
        full_name = names.get(parent, "") + own_part(row["name"], chain)
        placeholder = row["unit_type"] == UnitType.PLACEHOLDER
        names[code] = names[parent] if placeholder else full_name
        chains[code] = chain if placeholder else (*chain, row["name"])
        units[code] = Unit(
            code,
            row["name"],
            row["unit_type"],
            row["basis"],
            row["statistical"] == "1",
            full_name,
            began.get(code),
            grids.get(code, ""),
        )
    return units


def _step(row: Mapping[str, str]) -> Step:
    return Step(
        row["old"], row["old_name"], row["new"], row["kind"], row["new_began"] == "yes",
        date.fromisoformat(row["on"]), row["precision"], row["source"], row["mark"],
    )  # fmt: skip


def _figures(folder: Path) -> tuple[tuple[str, int, str, int, str], ...]:
    source = "第七次全国人口普查"
    return tuple(
        (row["code"], CENSUS_YEAR, key, int(value), source)
        for row in read_table(folder / "census_2020.csv")
        for key, value in row.items()
        if key not in ("code", "name") and value
    )


def _digest(folder: Path, within: str) -> str:
    told = sha256(within.encode())
    for name in FILES:
        path = folder / name
        told.update(name.encode() + (path.read_bytes() if path.exists() else b""))
    return told.hexdigest()
