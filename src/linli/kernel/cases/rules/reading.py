"""Reading a case type from YAML, strictly: a file that lies is told where, by file and line, in a sentence."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from linli.kernel.cases.rules.shapes import CaseType

LIMIT = 256 * 1024
_BOOL = "tag:yaml.org,2002:bool"


@dataclass(frozen=True)
class Problem:
    """Something wrong with a case type. ``line`` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.where + ': ' if self.where else ''}{self.message}"


class LyingType(ValueError):
    """A file that is no case type; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _Strict(yaml.SafeLoader):
    """Only true and false are booleans (so that ``no`` and ``on`` stay words) and nothing is a date."""


_Strict.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in resolvers if tag not in {_BOOL, "tag:yaml.org,2002:timestamp"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))

Lines = dict[tuple[str | int, ...], int]


@dataclass(frozen=True)
class Reading:
    """A type with where it came from, so that later checks can name a line too."""

    kind: CaseType
    file: str
    lines: Lines
    digest: str

    def problem(self, message: str, *where: str | int) -> Problem:
        """A problem at a place of this file."""
        return Problem(self.file, line_of(self.lines, where), ".".join(str(part) for part in where), message)


def read_type(text: str, file: str) -> Reading:
    """One case type from YAML text; LyingType with every problem at once."""
    lines: Lines = {}
    values = _plain(text, file, lines)
    try:
        kind = CaseType.model_validate(values)
    except ValidationError as error:
        raise LyingType(
            Problem(file, line_of(lines, found["loc"]), ".".join(str(part) for part in found["loc"]), found["msg"])
            for found in error.errors()
        ) from error
    return Reading(kind, file, lines, digest_of(kind))


def read_file(path: Path) -> Reading:
    """One case type from a file."""
    if path.stat().st_size > LIMIT:
        raise LyingType([Problem(str(path), 0, "", f"longer than {LIMIT // 1024} KiB")])
    try:
        return read_type(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise LyingType([Problem(str(path), 0, "", "not UTF-8 text")]) from error


def digest_of(kind: CaseType) -> str:
    """SHA-256 of what a type means; comments, order and layout do not count."""
    meaning = json.dumps(kind.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(meaning.encode()).hexdigest()


def line_of(lines: Lines, where: Iterable[str | int]) -> int:
    """The line of a place, or of the nearest place above it that the file has."""
    path = tuple(where)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _plain(text: str, file: str, lines: Lines) -> object:
    loader = _Strict(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise LyingType([Problem(file, 1, "", "the file is empty")])
        problems = list(_walk(node, (), lines, file, set()))
        if problems:
            raise LyingType(problems)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise LyingType([Problem(file, line, "", str(error.problem or "not YAML"))]) from error
    except yaml.YAMLError as error:
        raise LyingType([Problem(file, 0, "", f"not YAML: {error}")]) from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: tuple[str | int, ...], lines: Lines, file: str, seen: set[int]) -> Iterable[Problem]:
    """Note the line of every place; find keys given twice (YAML would silently keep the last) and aliases (they can
    explode)."""
    if id(node) in seen:
        line = lines.get(path, node.start_mark.line + 1)
        yield Problem(file, line, ".".join(map(str, path)), "write it out: aliases are not allowed")
        return
    seen.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in names:
                yield Problem(file, key.start_mark.line + 1, ".".join(map(str, (*path, name))), "given twice")
            names.add(name)
            lines[(*path, name)] = key.start_mark.line + 1
            yield from _walk(value, (*path, name), lines, file, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*path, index), lines, file, seen)
