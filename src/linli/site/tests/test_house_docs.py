"""Docs that fail the build: sentences on what is public, links that lead somewhere, commands that exist, words kept."""

from __future__ import annotations

import ast
import os
import re

import pytest
from typer.main import get_command

from linli.site.tests.house import ROOT, SOURCE, packages, room, short, tracked, tree

pytestmark = pytest.mark.house

DOCS = [path for path in tracked() if path.suffix == ".md"]
WORDS = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"(?<![\w-])(make|linli) ([a-z][\w-]*)(?: ([a-z][\w-]*))?")
FENCE = re.compile(r"```.*?```|`[^`\n]+`", re.S)


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.name)
def test_every_public_verb_question_and_rule_has_a_sentence(package):
    silent = [
        f"{short(path)}:{node.lineno} {node.name}"
        for name in ("actions", "queries", "rules", "measures")
        for path in room(package, name)
        for node in tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, f"say in one sentence what it does, with units, errors and source: {silent}"


def test_every_file_of_code_says_what_it_is_for():
    silent = [
        short(path)
        for package in packages()
        for name in ("actions", "queries", "rules", "pages", "api", "models")
        for path in room(package, name)
        if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_every_package_is_in_the_house():
    assert not [package.name for package in packages() if f"`{package.name}`" not in HOUSE]


def test_links_lead_somewhere():
    dead = [
        f"{short(path)} → {target}"
        for path in DOCS
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://", "mailto:")) and not (path.parent / target).exists()
    ]
    assert not dead


def test_commands_in_the_docs_exist():
    from linli.site.cli import app

    linli = get_command(app)
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.M))
    unknown = []
    for path in DOCS:
        for block in FENCE.findall(path.read_text(encoding="utf-8")):
            for program, word, second in COMMAND.findall(block):
                known = targets if program == "make" else linli.commands
                group = getattr(linli.commands.get(word), "commands", None) if program == "linli" else None
                if word not in known or (group is not None and second and second not in group):
                    unknown.append(f"{short(path)}: {program} {word} {second}")
    assert not unknown


def test_settings_are_documented():
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in tracked() if path.suffix == ".py" and "tests" not in path.parts
    )
    used = set(re.findall(r"[\"'](LINLI_[A-Z_]+|DATABASE_URL)[\"']", code)) - {
        "LINLI_REQUIRE_ALL",  # of tests, in the README
    }
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert not sorted(name for name in used if name not in text)


def test_the_nouns_of_the_kernel_are_words():
    """Every table of the kernel and the domains is a word of the glossary, English and Chinese."""
    from django.apps import apps

    english = {match.lower() for match in re.findall(r"^\| ([^|]+?) \|", WORDS, re.M)}
    spoken = {re.sub(r"[^a-z]", "", part) for word in english for part in re.sub(r"\(.*?\)", "", word).split(",")}
    silent = []
    for model in apps.get_models():
        if not model.__module__.startswith(("linli.kernel", "linli.domains")):
            continue
        name = model.__name__.lower()
        if name not in spoken and not any(
            part.lower() in spoken for part in re.findall(r"[A-Z][a-z]+", model.__name__)
        ):
            silent.append(model._meta.label)
    assert not silent, f"add to docs/words.md: {silent}"


def test_every_word_has_its_chinese_twin():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", WORDS, re.M)
    alone = [
        english
        for english, chinese in rows
        if english.strip() not in {"English", "---"} and not re.search(r"[一-鿿]", chinese)
    ]
    assert len(rows) > 40 and not [word for word in alone if not word.startswith("--")]


def test_decisions_are_listed():
    listed = set(LINK.findall((ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")))
    assert listed == {name for name in os.listdir(ROOT / "docs" / "adr") if re.match(r"\d{4}-", name)}


def test_domains_say_where_they_stand():
    for package in packages():
        text = (package / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# "), short(package)
    assert SOURCE.name == "linli"
