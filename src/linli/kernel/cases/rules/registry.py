"""The case types this process knows, by key and version; filled once when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.cases.rules.context import Guard
from linli.kernel.cases.rules.decide import BUILT_IN
from linli.kernel.cases.rules.reading import LyingType, Problem, Reading, read_file
from linli.kernel.cases.rules.shapes import CaseType

__all__ = [
    "all_types",
    "current_types",
    "get_type",
    "guards_of",
    "known",
    "problems_found",
    "readings",
    "register_types",
]


@dataclass
class _Shelf:
    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    guards: dict[tuple[str, int], Mapping[str, Guard]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


_shelf = _Shelf()


def register_types(folder: Path, guards: Mapping[str, Guard] | None = None) -> list[CaseType]:
    """Read every ``*.yaml`` of a folder (``NAME.yaml`` the newest version, ``NAME.v1.yaml`` older ones) and enter it.

    Called from an app's ``ready()``. A file that lies is not entered but kept as a problem, which the system check
    shows with file and line: Linli does not start serving with it, yet every other command can say what is wrong.
    """
    entered: list[CaseType] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            reading = read_file(path)
            _enter(reading, {**BUILT_IN, **(guards or {})})
        except LyingType as error:
            _shelf.problems.extend(error.problems)
            continue
        entered.append(reading.kind)
    return entered


def _enter(reading: Reading, guards: Mapping[str, Guard]) -> None:
    kind = reading.kind
    named = Path(reading.file).name.removesuffix(".yaml")
    if named not in (kind.type, f"{kind.type}.v{kind.version}"):
        expected = f"{kind.type}.yaml or {kind.type}.v{kind.version}.yaml"
        raise LyingType([reading.problem(f"the file should be called {expected}", "type")])
    there = _shelf.readings.get((kind.type, kind.version))
    if there is not None and there.file != reading.file:
        raise LyingType([reading.problem(f"version {kind.version} is already in {there.file}", "version")])
    _shelf.readings[kind.type, kind.version] = reading
    _shelf.guards[kind.type, kind.version] = guards
    _shelf.newest[kind.type] = max(kind.version, _shelf.newest.get(kind.type, 0))


def get_type(key: str, version: int | None = None) -> CaseType:
    """A type in a version (default: the newest); Missing if this program does not have it."""
    number = version if version is not None else _shelf.newest.get(key, 0)
    reading = _shelf.readings.get((key, number))
    if reading is None:
        raise Missing(
            Refusal(
                "case_type.unknown",
                gettext_noop("There is no case type “{type}” in version {version}."),
                {"type": key[:40], "version": number},
            )
        )
    return reading.kind


def known(key: str, version: int) -> bool:
    """Whether a type is here in that version."""
    return (key, version) in _shelf.readings


def guards_of(kind: CaseType) -> Mapping[str, Guard]:
    """The guards a type may name: the built-in ones and those registered with it."""
    return _shelf.guards.get((kind.type, kind.version), BUILT_IN)


def current_types() -> list[CaseType]:
    """The newest version of every type, by key."""
    return [_shelf.readings[key, version].kind for key, version in sorted(_shelf.newest.items())]


def all_types() -> list[CaseType]:
    """Every version of every type."""
    return [reading.kind for reading in readings()]


def readings() -> Iterable[Reading]:
    """Every type with its file, in the order of key and version."""
    return [reading for _, reading in sorted(_shelf.readings.items())]


def problems_found() -> list[Problem]:
    """What was wrong with files that could not be entered."""
    return list(_shelf.problems)
