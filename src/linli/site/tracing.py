"""Following one verb through the house without running it: address, page, action, engine, case type, rules.

Everything is found by reading the files, so that it stays true; what cannot be found says where the shape differs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).resolve().parents[1]
ENGINE = SOURCE / "kernel" / "cases" / "actions"
ENTRIES = ("advance", "open_case")


@dataclass(frozen=True)
class Hop:
    """One step on the way: what it is, where it stands, what it says."""

    what: str
    path: str
    line: int
    text: str


class NotThere(Exception):
    """The verb leads nowhere; the sentence says what was looked for."""


def trace(package: str, noun: str, verb: str) -> list[Hop]:
    """The hops from the URL to the rules for ``verb`` on a ``noun`` of a domain (intake, request, close)."""
    folder = SOURCE / "domains" / package
    if not folder.is_dir():
        raise NotThere(f"There is no domain {package}.")
    functions = _functions(folder, "actions")
    action = next((functions[name] for name in (f"{verb}_{noun}", verb) if name in functions), None)
    if action is None:
        has = ", ".join(_public(functions))
        raise NotThere(f"{package} has no action {verb}_{noun} or {verb}; it has: {has}.")
    step = _step(action, functions)
    hops = [*_address(folder, action[1].name, verb), *_doors(folder, action[1].name), _hop("action", *action)]
    entry, name = step
    hops.append(_hop("engine", *_functions(ENGINE.parent, "actions")[entry]))
    return [*hops, *_casetype(folder, noun, name if entry == "advance" else "open")]


Found = tuple[Path, ast.FunctionDef]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _files(folder: Path, room: str) -> list[Path]:
    single = folder / f"{room}.py"
    return [single] if single.exists() else sorted((folder / room).glob("*.py"))


def _functions(folder: Path, room: str) -> dict[str, Found]:
    return {
        node.name: (path, node)
        for path in _files(folder, room)
        for node in _tree(path).body
        if isinstance(node, ast.FunctionDef)
    }


def _public(functions: dict[str, Found]) -> list[str]:
    return sorted(name for name in functions if not name.startswith("_"))


def _called(node: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield ast.unparse(part.func).rsplit(".", 1)[-1], part


def _literals(call: ast.Call) -> Iterator[str]:
    for part in ast.walk(call):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _step(action: Found, functions: dict[str, Found]) -> tuple[str, str]:
    """Which entry of the engine an action ends in, and the first word it hands on: the name of the step."""
    waiting, seen, word = [action], set[str](), ""
    while waiting:
        _path, node = waiting.pop(0)
        for name, call in _called(node):
            word = word or next((text for text in _literals(call) if re.fullmatch(r"[a-z_]+", text)), "")
            if name in ENTRIES:
                return name, word
            if name in functions and name not in seen:
                seen.add(name)
                waiting.append(functions[name])
    raise NotThere(f"{action[1].name} does not end in {' or '.join(ENTRIES)}.")


def _doors(folder: Path, action: str) -> list[Hop]:
    """Every page and API operation that calls the action."""
    doors = [
        _hop(room, path, node)
        for room, word in (("pages", "page"), ("api", "API"))
        for path, node in _functions(folder, room).values()
        if any(name == action for name, _call in _called(node)) or _named(node, action)
    ]
    if not doors:
        raise NotThere(f"No page and no API operation of {folder.name} calls {action}.")
    return doors


def _named(node: ast.FunctionDef, action: str) -> bool:
    """The action may also be handed on as a value: ``do(request, actions.close_request)``."""
    return any(isinstance(part, ast.Attribute) and part.attr == action for part in ast.walk(node))


def _address(folder: Path, action: str, verb: str) -> list[Hop]:
    site = _line(SOURCE / "site" / "urls.py", f"linli.domains.{folder.name}")
    pages = {
        node.name
        for _path, node in _functions(folder, "pages").values()
        if any(name == action for name, _call in _called(node)) or _named(node, action)
    }
    hops = [Hop("site", *site)]
    urls = folder / "urls.py"
    if urls.exists():
        for node in ast.walk(_tree(urls)):
            if not (
                isinstance(node, ast.Call) and ast.unparse(node.func) in {"path", "re_path"} and len(node.args) > 1
            ):
                continue
            if ast.unparse(node.args[1]).rsplit(".", 1)[-1] in pages:
                hops.append(Hop("address", _short(urls), node.lineno, ast.unparse(node)[:90]))
    return hops


def _casetype(folder: Path, noun: str, step: str) -> list[Hop]:
    path = folder / "casetypes" / f"{noun}.yaml"
    if not path.exists():
        raise NotThere(f"{_short(path)} does not exist.")
    shape = yaml.safe_load(path.read_text(encoding="utf-8"))
    chosen = shape["open"] if step == "open" else shape["actions"].get(step)
    if chosen is None:
        raise NotThere(f"{_short(path)} has no action {step}.")
    where = _line(path, "open:" if step == "open" else f"  {step}:")
    said = f"{step}: {', '.join(chosen.get('from', [])) or '·'} → {chosen.get('to', shape['initial'])}"
    names = chosen.get("guards", [])
    return [Hop("case type", where[0], where[1], said), *(_rule(folder, name) for name in names)]


def _rule(folder: Path, guard: str) -> Hop:
    """Where a guard named in a case type is written."""
    for room in ("rules", "casetypes"):
        functions = _functions(folder, room)
        for path in _files(folder, room):
            for node in ast.walk(_tree(path)):
                if not isinstance(node, ast.Dict):
                    continue
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == guard:
                        name = ast.unparse(value).rsplit(".", 1)[-1]
                        found = functions.get(name) or _functions(folder, "rules").get(name)
                        return _hop("rule", *found) if found else Hop("rule", _short(path), key.lineno, guard)
    kernel = _functions(ENGINE.parent, "rules")
    if guard in kernel:
        return _hop("rule", *kernel[guard])
    raise NotThere(f"No rule is registered as {guard}.")


def _hop(what: str, path: Path, node: ast.FunctionDef) -> Hop:
    names = {"pages": "page", "api": "API", "actions": "action"}
    doc = (ast.get_docstring(node) or "").split("\n")[0]
    return Hop(names.get(what, what), _short(path), node.lineno, f"{node.name}: {doc}" if doc else node.name)


def _line(path: Path, start: str) -> tuple[str, int, str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(start) or (start.startswith("linli") and start in line):
            return _short(path), number, line.strip()
    raise NotThere(f"{_short(path)} does not mention {start}.")


def _short(path: Path) -> str:
    return str(path.relative_to(SOURCE.parents[1]))
