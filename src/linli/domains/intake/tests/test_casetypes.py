"""The case types hold together: no problems, every guard exists, every state has its words, clocks their sources."""

from __future__ import annotations

import pytest

from linli.domains.intake.casetypes import FOLDER, GUARDS
from linli.domains.intake.rules.kinds import STATE_NAMES, Kind
from linli.domains.intake.rules.wording import SENTENCES
from linli.kernel.access.permissions import roles_with
from linli.kernel.cases.rules import get_type
from linli.kernel.cases.rules.decide import permissions_of
from linli.kernel.cases.rules.registry import problems_found


def test_nothing_is_wrong_with_our_files() -> None:
    assert [problem for problem in problems_found() if str(FOLDER) in problem.file] == []


def test_every_state_and_public_step_has_its_words() -> None:
    request = get_type("request")
    assert set(request.states) == set(STATE_NAMES)
    assert {name for name, action in request.actions.items() if action.public} <= set(SENTENCES)


def test_every_step_can_be_taken_by_somebody() -> None:
    for name in ("request", "rectification"):
        for action in get_type(name).actions.values():
            assert action.who and all(roles_with(permission) for permission in permissions_of(action.who))


def test_guards_named_are_guards_written_and_the_other_way_round() -> None:
    named = {guard for action in get_type("request").actions.values() for guard in action.guards}
    assert named == set(GUARDS)


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        (Kind.CONSULT, "3wd"),
        (Kind.HELP, "5wd"),
        (Kind.SUGGESTION, "5wd"),
        (Kind.COMPLAINT, "10wd"),
        (Kind.REPORT, "10wd"),
    ],
)
def test_the_clocks_of_henan(kind: Kind, span: str) -> None:
    clocks = get_type("request").clocks
    assert clocks["handle"].span_for({"kind": kind.value}) == span
    assert clocks["dispatch"].span_for({"pace": "urgent"}) == "2h" and clocks["dispatch"].span_for({}) == "24h"
    assert all(clock.source for clock in clocks.values())
    assert clocks["handle"].extend is not None and clocks["handle"].extend.by == "5wd"
