"""Every package has the same rooms, none has a drawer nobody ordered, and nothing outgrows its room."""

from __future__ import annotations

import ast
import re

import pytest

from linli.site.tests.house import SOURCE, packages, python_files, room, short, tracked, tree

pytestmark = pytest.mark.house

NEEDED = ("README.md", "apps.py", "models", "queries", "actions", "tests")
ROOMS = {
    "__init__.py", "README.md", "apps", "models", "permissions", "rules", "queries", "actions", "measures", "casetypes",
    "forms", "schemas", "pages", "api", "urls", "admin", "tasks", "management", "templates", "templatetags",
    "migrations", "locale", "tests", "__pycache__", "static",
}  # fmt: skip
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
DRAWERS = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager|base|handlers?|mixins?)(_|\.|$)")
NOUNS = {"CoHandler"}  # 协办: somebody who handles a matter along with others; a person, not software
TOWERS = re.compile(r"(Manager|Helper|Util|Utils|Base|Handler|Mixin)$")


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_a_package_has_its_rooms(package):
    missing = [name for name in NEEDED if not (package / name).exists() and not (package / f"{name}.py").exists()]
    assert not missing, f"{short(package)} lacks {', '.join(missing)}"


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_a_package_has_no_other_rooms(package):
    strange = [path.name for path in package.iterdir() if path.name not in ROOMS and path.stem not in ROOMS]
    assert not strange, f"{short(package)} has rooms the house does not know: {', '.join(strange)}"


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_a_readme_says_it_in_ten_lines(package):
    lines = [line for line in (package / "README.md").read_text(encoding="utf-8").splitlines() if line.strip()]
    own = [line for line in lines if not line.startswith(("|", "```", "<!--")) and "-->" not in line]
    assert 3 <= len(own) <= 30, f"{short(package)}/README.md has {len(own)} lines; what is generated belongs in docs"


def test_no_file_outgrows_its_room():
    kinds = {".py": LONGEST_FILE, ".html": 400, ".ts": 400, ".scss": 500}
    big = [
        f"{short(path)} ({lines})"
        for path in tracked()
        if path.suffix in kinds and "migrations" not in path.parts
        and (lines := path.read_text(encoding="utf-8").count("\n")) > kinds[path.suffix]
    ]  # fmt: skip
    assert not big, "make a folder of the same name with one noun per file: " + ", ".join(big)


def test_no_function_is_longer_than_a_page():
    long = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in python_files(SOURCE)
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, "the shape is wrong where it hurts: " + ", ".join(long)


def test_no_drawers_and_no_towers():
    drawers = [short(path) for path in python_files(SOURCE) if DRAWERS.search(path.stem)]
    towers = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in python_files(SOURCE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and TOWERS.search(node.name) and node.name not in NOUNS
    ]
    assert not drawers and not towers, f"a name that says nothing: {drawers + towers}"


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_only_actions_open_transactions(package):
    found = [
        f"{short(path)}:{node.lineno}"
        for path in python_files(package)
        if path not in room(package, "actions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "atomic" and ast.unparse(node.value) == "transaction"
    ]
    assert not found, f"transactions are opened by actions: {found}"


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_only_doors_ask_what_time_it_is(package):
    doors = {path for name in ("pages", "api", "forms", "management", "tasks", "apps") for path in room(package, name)}
    asking = []
    for path in python_files(package):
        if path in doors:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "now", "clock.now", "timezone.now", "datetime.now", "date.today", "time.time", "datetime.utcnow",
            }:  # fmt: skip
                asking.append(f"{short(path)}:{node.lineno}")
    allowed = CLOCKS.get(package.name, 0)
    assert len(asking) <= allowed, f"time is passed in (at=…): {asking}"


# Places where a time cannot be passed in, each with its reason; a new one needs one too.
CLOCKS = {
    "access": 1,  # actor_for(request): grants are read as of the request, from pages of every package
}
