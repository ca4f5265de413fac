"""Two at once, with real connections: one thing is done once, and everyone is told the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.base.errors import Conflict, LinliError, Refused
from linli.kernel.audit.models import Event
from linli.kernel.audit.queries import verify
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case, CaseEvent
from linli.kernel.cases.queries.facts import history_of, type_of
from linli.kernel.cases.rules.replay import replay
from linli.kernel.cases.tests.conftest import People
from linli.kernel.cases.tests.factories import MONDAY, later, part_of, patrol, works

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each work returned or raised; all start together, each with a connection of its own."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            gate.wait(10)
            return work()
        except LinliError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(60) for done in [pool.submit(run, work) for work in works]]


@pytest.fixture
def people(transactional_db: None) -> People:
    return People()


def test_one_key_opens_one_case_whoever_is_faster(people):
    wang = people.wang
    patrol(wang)
    results = at_once(*[lambda: patrol(wang, key="once")] * 5)
    cases = {result.pk for result in results if isinstance(result, Case)}
    assert len(cases) == 1
    assert not [result for result in results if isinstance(result, LinliError)], "each is told of the one case"
    assert Case.objects.count() == 2
    assert Event.objects.filter(topic="case.opened").count() == 2
    assert verify() == []


def test_one_step_is_taken_once_by_five_clicks(people):
    wang, case = people.wang, patrol(people.wang)

    def click() -> Case:
        return actions.advance(wang, Case.objects.get(pk=case.pk), "secure", at=later(hours=1), key="click")

    results = at_once(*[click] * 5)
    assert all(isinstance(result, Case) and result.state == "secured" for result in results)
    assert CaseEvent.objects.filter(case=case, action="secure").count() == 1


def test_two_clerks_take_different_steps_and_one_is_told(people):
    case = patrol(people.wang)
    mine, yours = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    wang, zhao = people.wang, people.zhao
    results = at_once(
        lambda: actions.advance(wang, mine, "secure", at=later(hours=1)),
        lambda: actions.advance(zhao, yours, "not_found", note="没找到", at=later(hours=1)),
    )
    assert {type(result) for result in results} == {Case, Conflict}
    loser = mine if isinstance(results[0], Conflict) else yours
    assert loser.state == "reported", "what was not written is not shown"
    case.refresh_from_db()
    assert replay(type_of(case), history_of(case)) == case.state


def test_two_sweeps_at_once_set_everything_off_once(people):
    for _ in range(6):
        patrol(people.wang)
    fired = at_once(*[lambda: actions.fire_escalations(later(hours=2))] * 3)
    actions.fire_escalations(later(hours=2))
    assert CaseEvent.objects.filter(action="case.clock_exceeded").count() == 6
    assert CaseEvent.objects.filter(action="urge").count() == 6
    assert Event.objects.filter(topic="clock.exceeded").count() == 6
    assert all(isinstance(count, int) for count in fired)
    assert verify() == []


def test_no_parent_closes_while_a_child_opens(people):
    wang, sun = people.wang, people.sun
    for _ in range(4):
        case = actions.advance(wang, works(wang), "accept", at=MONDAY)
        case = actions.advance(wang, case, "finish", at=MONDAY)
        mine, yours = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
        results = at_once(
            lambda mine=mine: part_of(wang, mine), lambda yours=yours: actions.advance(sun, yours, "confirm", at=MONDAY)
        )
        assert any(isinstance(result, Conflict | Refused) for result in results)
        case.refresh_from_db()
        assert not (case.closed_at and Case.objects.filter(parent=case, closed_at=None).exists())
