"""A case type that lies is told where, by file and line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from linli.kernel.cases.casetypes.checks import every_problem, held
from linli.kernel.cases.casetypes.docs import out_of_date
from linli.kernel.cases.rules.checks import longer, problems
from linli.kernel.cases.rules.decide import BUILT_IN
from linli.kernel.cases.rules.diagrams import diagram
from linli.kernel.cases.rules.reading import LyingType, read_type
from linli.kernel.cases.rules.registry import current_types

GOOD = """\
type: thing
version: 1
title: {en: Thing, zh: 事}
initial: a
open: {who: [cases.open], start: [law]}
states:
  a: {title: {en: A, zh: 甲}, limit: 1wd}
  b: {title: {en: B, zh: 乙}, final: true}
clocks:
  law: {kind: statutory, title: {en: Law, zh: 法}, span: 20wd, source: 行政许可法 42}
actions:
  go: {title: {en: Go, zh: 办}, who: [cases.handle], from: a, to: b}
  nudge: {title: {en: Nudge, zh: 催}, who: [system], from: a}
escalations:
  - {state: a, action: nudge}
"""


def found(text: str) -> list[tuple[int, str]]:
    reading = read_type(text, "thing.yaml")
    return [(problem.line, problem.message) for problem in problems(reading, BUILT_IN, held)]


def test_a_good_type_has_nothing_wrong():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("to: b}", "to: c}", 12, "no state “c”"),
        ("initial: a", "initial: b", 4, "cannot begin in a final state"),
        ("final: true}", "final: true}\n  lost: {title: {en: L, zh: 丢}, final: true}", 9, "cannot be reached"),
        ("final: true}", "final: false}", 8, "dead end"),
        ("from: a, to: b}", "from: a}", 7, "dead end"),
        ("who: [cases.handle]", "who: [cases.fly]", 12, "no permission “cases.fly”"),
        ("who: [cases.handle]", "who: []", 12, "nobody may do this"),
        ("to: b}", "to: b, guards: [replied]}", 12, "no guard “replied”"),
        ("start: [law]}", "start: [lawn]}", 5, "no clock “lawn”"),
        ("start: [law]}", "start: []}", 10, "nothing starts this clock"),
        (", source: 行政许可法 42}", "}", 10, "names its source"),
        ("to: b}", "to: b, form: {type: strange}}", 12, "not a JSON Schema"),
        ("to: b}", "to: b, form: {type: object, properties: {x: {type: string}}}}", 12, "x-zh"),
        ("to: b}", "to: b, other_than: [come]}", 12, "no action “come”"),
        ("who: [system]", "who: [cases.handle]", 15, "not for the system"),
        ("limit: 1wd}", "help: {en: h, zh: 助}}", 15, "no limit"),
        ("action: nudge", "action: shout", 15, "no action “shout”"),
        (
            "law: {",
            "pledge: {kind: promise, title: {en: P, zh: 诺}, span: 21wd, within: law}\n  law: {",
            10,
            "statutory 20wd",
        ),
    ],
)
def test_every_lie_is_told_with_its_line(old, new, line, words):
    text = GOOD.replace(old, new)
    assert text != GOOD
    told = found(text)
    assert any(words in message and where == line for where, message in told), told


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("type: [", 2, ""),
        (GOOD.replace("version: 1", "version: 1\nversion: 2"), 3, "given twice"),
        (GOOD.replace("version: 1", "version: 1\ncolour: red"), 3, "Extra inputs"),
        (GOOD.replace("version: 1", "version: many"), 2, "valid integer"),
        (GOOD.replace("span: 20wd", "span: soon"), 10, "not a length of time"),
        (GOOD.replace("{en: Thing, zh: 事}", "&t {en: Thing, zh: 事}\nsummary: *t"), 4, "aliases"),
        (GOOD.replace("zh: 事", "cn: 事"), 3, "Field required"),
        ("!!python/object/apply:os.system [ls]", 1, ""),
    ],
)
def test_a_file_that_is_no_type_is_told_by_line(text, line, words):
    with pytest.raises(LyingType) as lying:
        read_type(text, "thing.yaml")
    assert any(words in p.message and (p.line == line or not words) for p in lying.value.problems), lying.value.problems
    assert str(lying.value).startswith("thing.yaml:")


def test_no_stays_a_word_and_layout_is_no_meaning():
    text = GOOD.replace("en: Thing", "en: no")
    assert read_type(text, "x").kind.title.en == "no"
    assert read_type(GOOD, "x").digest == read_type("# a remark\n" + GOOD, "y").digest != read_type(text, "x").digest


def test_promises_are_compared_as_they_end_not_as_they_are_written():
    assert longer("21wd", "20wd")
    assert not longer("20wd", "20wd")
    assert longer("7d", "3wd")
    assert not longer("24h", "3wd")
    assert longer("1mo", "15wd")


def test_every_type_of_the_house_can_work_and_its_pages_are_as_made():
    root = Path(__file__).resolve().parents[5]
    assert every_problem() == []
    assert out_of_date(root / "docs" / "casetypes", root) == []


def test_a_diagram_draws_every_state_and_arrow():
    kind = next(kind for kind in current_types() if kind.type == "well_cover_patrol")
    drawn = diagram(kind)
    assert all(f" as {state}" in drawn for state in kind.states)
    assert "[*] --> reported" in drawn
    assert "closed --> reported: 重新办理 Open again" in drawn
    assert textwrap.dedent(drawn).startswith("stateDiagram-v2")
