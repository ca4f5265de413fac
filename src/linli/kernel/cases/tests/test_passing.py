"""Who has a case: offered, accepted, returned, disputed, decided."""

from __future__ import annotations

import pytest

from linli.base.errors import Conflict, Denied, Missing, Refused
from linli.kernel.access.rules import Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case, CaseEvent, Clock, Handover
from linli.kernel.cases.queries import get_case, handovers, passing
from linli.kernel.cases.tests.factories import MONDAY, later, works

pytestmark = pytest.mark.django_db
THERE = stage.OTHER_COMMUNITY


def offered(people, case, to=THERE, at=MONDAY):
    actions.hand_over(people.chen, case, to=to, reason="地点在那边", at=at)
    return Case.objects.get(pk=case.pk)


def test_the_old_desk_answers_until_the_new_one_accepts(at_the_desk):
    other = stage.member("ma", "马丽", Role.COMMUNITY_WORKER, THERE)
    ma = stage.as_actor(other)
    case = works(at_the_desk.wang)
    with pytest.raises(Missing):
        get_case(ma, case.pk)
    case = offered(at_the_desk, case)
    assert case.handler == stage.COMMUNITY
    assert get_case(ma, case.pk).pk == case.pk, "whoever is asked must be able to look"
    with pytest.raises(Refused):
        actions.accept_handover(at_the_desk.zhao, case, at=later(hours=1))
    case = actions.accept_handover(ma, case, at=later(hours=1))
    assert case.handler == THERE
    actions.advance(ma, Case.objects.get(pk=case.pk), "accept", at=later(hours=2))


def test_nobody_offers_twice_before_an_answer(at_the_desk):
    case = offered(at_the_desk, works(at_the_desk.wang))
    with pytest.raises(Conflict):
        actions.hand_over(at_the_desk.chen, case, to="410102001", reason="再转", at=later(minutes=1))
    assert Handover.objects.count() == 1
    assert CaseEvent.objects.filter(action="case.hand_over").count() == 1


def test_returned_too_often_someone_decides_and_that_is_final(at_the_desk):
    ma = stage.as_actor(stage.member("ma", "马丽", Role.COMMUNITY_WORKER, THERE))
    case = works(at_the_desk.wang)
    for hour in (0, 2):
        case = offered(at_the_desk, case, at=later(hours=hour))
        case = actions.return_handover(ma, case, reason="不在我们辖区", at=later(hours=hour + 1))
    assert case.returns == 2
    assert handovers(case)[-1].kind == "arbitration"
    assert passing(at_the_desk.sun, case, handovers(case)).decide
    with pytest.raises(Denied):
        actions.arbitrate(at_the_desk.wang, case, to=THERE, reason="就归那边", at=later(hours=4))
    case = actions.arbitrate(at_the_desk.sun, case, to=THERE, reason="道路归互助路", at=later(hours=4))
    assert case.handler == THERE
    with pytest.raises(Refused) as refused:
        actions.return_handover(ma, case, reason="还是不归我们", at=later(hours=5))
    assert refused.value.refusal.code in ("handover.nothing", "handover.final")
    assert not Clock.objects.filter(key="case.arbitration", stopped_at=None).exists()


def test_a_return_has_its_time(at_the_desk):
    ma = stage.as_actor(stage.member("ma", "马丽", Role.COMMUNITY_WORKER, THERE))
    case = actions.accept_handover(ma, offered(at_the_desk, works(at_the_desk.wang)), at=later(hours=1))
    with pytest.raises(Refused) as refused:
        actions.return_handover(ma, case, reason="太晚了", at=later(hours=49))
    assert refused.value.refusal.code == "handover.too_late"


def test_when_nobody_decides_the_fallback_desk_has_it(at_the_desk):
    ma = stage.as_actor(stage.member("ma", "马丽", Role.COMMUNITY_WORKER, THERE))
    case = works(at_the_desk.wang)
    for hour in (0, 2):
        case = offered(at_the_desk, case, at=later(hours=hour))
        case = actions.return_handover(ma, case, reason="不归我们", at=later(hours=hour + 1))
    actions.fire_escalations(later(hours=26))
    assert Case.objects.get(pk=case.pk).handler == stage.COMMUNITY, "one day to decide is not over yet"
    actions.fire_escalations(later(hours=28))
    assert Case.objects.get(pk=case.pk).handler == stage.TOWNSHIP
    assert Handover.objects.get(kind="arbitration").state == "fallen_back"


def test_a_case_is_given_to_a_colleague_only(at_the_desk):
    case = works(at_the_desk.wang)
    case = actions.assign(at_the_desk.wang, case, at_the_desk.zhao.account, at=MONDAY)
    assert str(case.assignee_id) == at_the_desk.zhao.account
    with pytest.raises(Refused):
        actions.assign(at_the_desk.wang, case, at_the_desk.stranger.account, at=MONDAY)


def test_another_desk_works_along_and_says_what_it_did(at_the_desk):
    ma = stage.as_actor(stage.member("ma", "马丽", Role.COMMUNITY_WORKER, THERE))
    case = works(at_the_desk.wang)
    actions.add_co_handler(at_the_desk.wang, case, THERE, task="看住那一头", at=MONDAY)
    assert get_case(ma, case.pk).handler == stage.COMMUNITY
    part = actions.finish_co_handling(ma, Case.objects.get(pk=case.pk), THERE, result="已围挡", at=later(hours=1))
    assert part.done_at == later(hours=1)
