"""Clocks of a case: three kinds, pauses, extensions, and what the sweep sets off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linli.base.errors import Conflict, Denied, Refused
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Event
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case, CaseEvent, Clock, ClockRequest
from linli.kernel.cases.queries import clocks
from linli.kernel.cases.tests.factories import MONDAY, later, patrol, works

pytestmark = pytest.mark.django_db


def due(case, key):
    return Clock.objects.filter(case=case, key=key).latest("run").due_at


def test_three_clocks_run_and_the_earliest_is_shown(at_the_desk):
    case = works(at_the_desk.wang, data={"size": "small"})
    assert {clock.kind for clock in Clock.objects.filter(case=case)} == {"statutory", "promise", "state"}
    assert case.due_at == min(clock.due_at for clock in Clock.objects.filter(case=case))
    assert due(case, "promise") == datetime(2026, 11, 26, 9, 30, tzinfo=UTC), "three working days: Thursday 17:30"


def test_a_corrected_field_corrects_the_term_from_the_same_start(at_the_desk):
    case = works(at_the_desk.wang, data={"size": "small"})
    case = actions.advance(at_the_desk.wang, case, "resize", data={"size": "large"}, at=later(days=1))
    assert due(case, "promise") == datetime(2026, 12, 14, 9, 30, tzinfo=UTC), "fifteen working days from Monday"


def test_asking_for_papers_pauses_the_clocks_and_it_is_asked_once(at_the_desk):
    wang = at_the_desk.wang
    case = actions.advance(wang, works(wang), "accept", at=later(hours=1))
    before = due(case, "law")
    case = actions.advance(wang, case, "ask_papers", at=later(days=1))
    assert case.due_at is None, "nothing runs while the papers are missing"
    case = actions.advance(wang, case, "papers_came", at=later(days=3))
    assert due(case, "law") > before
    with pytest.raises(Refused) as refused:
        actions.advance(wang, case, "ask_papers", at=later(days=4))
    assert refused.value.refusal.code == "case.often_enough"


def test_more_time_is_asked_by_one_and_approved_by_another(at_the_desk):
    case = works(at_the_desk.wang)
    before = due(case, "law")
    asked = actions.ask_clock(at_the_desk.wang, case, "law", "extend", reason="等检测报告", at=MONDAY)
    with pytest.raises(Denied):
        actions.answer_clock(at_the_desk.wang, case, asked.pk, approve=True, at=MONDAY)
    case = actions.answer_clock(at_the_desk.sun, case, asked.pk, approve=True, at=later(hours=1))
    assert due(case, "law") == datetime(2027, 1, 4, 9, 30, tzinfo=UTC) > before
    with pytest.raises(Refused) as refused:
        actions.ask_clock(at_the_desk.wang, case, "law", "extend", reason="还要等", at=later(hours=2))
    assert refused.value.refusal.code == "clock.extended_enough"


def test_the_same_person_never_approves_their_own_request(at_the_desk):
    case = works(at_the_desk.wang)
    asked = actions.ask_clock(at_the_desk.sun, case, "law", "extend", reason="等检测报告", at=MONDAY)
    with pytest.raises(Refused) as refused:
        actions.answer_clock(at_the_desk.sun, case, asked.pk, approve=True, at=MONDAY)
    assert refused.value.refusal.code == "clock.same_person"
    assert ClockRequest.objects.get().state == "asked"


def test_a_pause_on_request_and_its_end(at_the_desk):
    case = works(at_the_desk.wang)
    before = due(case, "promise")
    asked = actions.ask_clock(at_the_desk.wang, case, "promise", "pause", reason="雨季停工", at=MONDAY)
    case = actions.answer_clock(at_the_desk.sun, case, asked.pk, approve=True, at=MONDAY)
    view = next(clock for clock in clocks(case, later(days=1)) if clock.key == "promise")
    assert (view.paused, view.running) == (True, False)
    case = actions.resume(at_the_desk.wang, case, "promise", at=later(days=4))
    assert due(case, "promise") > before


def test_exceeded_clocks_are_told_once_and_escalate_as_their_file_says(at_the_desk):
    case = patrol(at_the_desk.wang)
    assert actions.fire_escalations(later(hours=1, minutes=59)) == 0
    assert actions.fire_escalations(later(hours=2)) == 2
    assert actions.fire_escalations(later(hours=3)) == 0
    assert list(CaseEvent.objects.filter(case=case).values_list("action", flat=True)) == [
        "open", "case.clock_exceeded", "urge",
    ]  # fmt: skip
    assert Event.objects.filter(topic="clock.exceeded").count() == 1
    actions.fire_escalations(later(hours=6))
    assert Case.objects.get(pk=case.pk).handler == stage.TOWNSHIP
    assert CaseEvent.objects.filter(action="raise").get().role == "system"


def test_a_case_that_moved_on_is_not_urged_for_the_state_it_left(at_the_desk):
    case = patrol(at_the_desk.wang)
    actions.advance(at_the_desk.wang, case, "secure", at=later(hours=1))
    assert actions.fire_escalations(later(hours=8)) == 0


def test_a_sweep_takes_no_more_than_it_is_allowed(at_the_desk):
    for _ in range(3):
        patrol(at_the_desk.wang)
    assert actions.fire_escalations(later(hours=2), limit=2) == 4
    assert actions.fire_escalations(later(hours=2), limit=2) == 2


def test_nothing_runs_backwards_when_a_server_s_clock_does(at_the_desk):
    case = actions.advance(at_the_desk.wang, patrol(at_the_desk.wang), "secure", at=later(hours=1))
    case = actions.advance(at_the_desk.wang, case, "repair", data={"work": "fixed"}, at=later(minutes=30))
    assert case.changed_at == later(hours=1)
    moments = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_asking_twice_is_one_request(at_the_desk):
    case = works(at_the_desk.wang)
    actions.ask_clock(at_the_desk.wang, case, "law", "extend", reason="等报告", at=MONDAY)
    with pytest.raises(Conflict):
        actions.ask_clock(at_the_desk.wang, Case.objects.get(pk=case.pk), "law", "extend", reason="等报告", at=MONDAY)


def test_no_door_believes_a_caller_about_who_asked():
    assert not {"extend", "pause"} & set(dir(actions)), "only what was asked on the record is approved"
