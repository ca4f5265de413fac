"""What an import linter cannot see: relations of tables that go upwards or sideways, models fetched by name."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps

from linli.site.tests.house import KERNEL, SOURCE, packages, python_files, short, tree

pytestmark = pytest.mark.house


def height(module: str) -> tuple[int, int, str]:
    """How high a model's package stands: floor, place in the kernel, and its name (siblings differ only in that)."""
    parts = module.split(".")
    if parts[0] != "linli":
        return (-1, 0, "")
    floor = {"kernel": 1, "domains": 2, "exchange": 3, "site": 4}[parts[1]]
    return (floor, len(KERNEL) - KERNEL.index(parts[2]) if floor == 1 else 0, parts[2])


def test_relations_go_downwards_only():
    wrong = []
    for model in apps.get_models():
        here = height(model.__module__)
        if here[0] < 0:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or (field.auto_created and not field.concrete):
                continue
            there = height(target.__module__)
            if there[0] >= 0 and there[2] != here[2] and there[:2] >= here[:2]:
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong, f"relations upwards or sideways: {wrong}"


def test_every_table_that_grows_with_residents_carries_its_county():
    """Growth by county: see docs/adr. The exceptions are small, whole-system tables, each with its reason."""
    whole = {
        "access.Account": "one may sign in anywhere", "access.Grant": "read with the account",
        "access.PasswordTrace": "with the account", "access.Token": "with the account",
        "access.Lockout": "counts attempts before anybody is known", "site.Lease": "one row per job",
        "parties.Notice": "versions of a public text", "cases.CaseTypeUse": "versions of case types",
        "calendar.Year": "one row per year", "calendar.Day": "a few dozen rows per year",
    }  # fmt: skip
    small = {"regions"}  # the tree itself, grows with the province, not with residents
    missing = []
    for model in apps.get_models():
        label = model._meta.label
        if not model.__module__.startswith("linli.") or model._meta.app_label in small or label in whole:
            continue
        if not any(field.name == "county" for field in model._meta.get_fields()):
            missing.append(label)
    assert not missing, f"tables without a county: {missing}"


def test_unique_constraints_of_county_tables_include_the_county():
    loose = []
    for model in apps.get_models():
        if not model.__module__.startswith("linli.") or not any(f.name == "county" for f in model._meta.get_fields()):
            continue
        if model._meta.label == "access.Account":
            continue  # names are unique in the whole system; see its docstring
        singles = [f.name for f in model._meta.local_fields if f.unique and not f.primary_key and not f.one_to_one]
        many = [
            constraint.name
            for constraint in model._meta.constraints
            if constraint.__class__.__name__ == "UniqueConstraint" and "county" not in constraint.fields
        ]
        loose += [f"{model._meta.label}: {name}" for name in singles + many]
    assert not loose, f"a table split by county can only keep these unique within it: {loose}"


def test_nobody_fetches_a_model_by_name_from_above():
    found = []
    for package in packages():
        for path in python_files(package):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                    ("get_model", "import_module", "import_string")
                ):
                    name = ast.unparse(node.args[0]) if node.args else ""
                    if package.name not in name:
                        found.append(f"{short(path)}:{node.lineno} {ast.unparse(node)[:60]}")
    assert not found, f"fetched by name, so no contract can see it: {found}"


def test_floors_are_the_floors():
    assert {p.name for p in SOURCE.iterdir() if p.is_dir() and p.name != "__pycache__"} == {
        "base", "kernel", "domains", "exchange", "site",
    }  # fmt: skip
