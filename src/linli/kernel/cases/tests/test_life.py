"""A case's whole life by a type that is only a file."""

from __future__ import annotations

import pytest

from linli.base.errors import Conflict, Denied, Refused
from linli.kernel.access.tests import cast as stage
from linli.kernel.access.tests.cast import as_actor
from linli.kernel.audit.models import Entry, Event
from linli.kernel.cases.actions import advance
from linli.kernel.cases.models import Case, CaseEvent, Clock
from linli.kernel.cases.tests.factories import MONDAY, later, patrol

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> stage.Cast:
    return stage.cast()


def test_a_case_goes_from_report_to_closing_and_says_so_everywhere(people):
    wang, zhao = as_actor(people.wang), as_actor(people.zhao)
    case = patrol(zhao)
    assert case.state == "reported"
    assert case.due_at == later(hours=2)
    case = advance(wang, case, "secure", at=later(hours=1))
    case = advance(wang, case, "repair", data={"work": "fixed", "cost": 300}, at=later(hours=5))
    case = advance(zhao, case, "confirm", at=later(hours=6))
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, fresh.outcome, fresh.due_at) == ("closed", "closed", None)
    assert fresh.data["work"] == "fixed"
    assert [event.action for event in CaseEvent.objects.order_by("seq")] == ["open", "secure", "repair", "confirm"]
    assert not Clock.objects.filter(stopped_at=None).exists()
    assert [entry.action for entry in Entry.objects.order_by("id")] == [
        "cases.open",
        "cases.secure",
        "cases.repair",
        "cases.confirm",
    ]
    topics = list(Event.objects.order_by("seq").values_list("topic", flat=True))
    assert topics == ["case.opened", "case.advanced", "case.advanced", "case.advanced", "case.closed"]


def test_who_repaired_may_not_confirm(people):
    wang = as_actor(people.wang)
    case = advance(wang, patrol(wang), "secure", at=later(hours=1))
    case = advance(wang, case, "repair", data={"work": "fixed"}, at=later(hours=2))
    with pytest.raises(Refused) as refused:
        advance(wang, case, "confirm", at=later(hours=3))
    assert refused.value.refusal.code == "case.same_person"


def test_a_stranger_may_not_touch_it(people):
    case = patrol(as_actor(people.wang))
    with pytest.raises(Denied):
        advance(as_actor(people.stranger), case, "secure", at=MONDAY)
    with pytest.raises(Denied):
        patrol(as_actor(people.stranger))


def test_two_hands_on_one_case_the_slower_is_told(people):
    wang = as_actor(people.wang)
    case = patrol(wang)
    mine, yours = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    advance(wang, mine, "secure", at=later(hours=1))
    with pytest.raises(Conflict):
        advance(wang, yours, "not_found", note="没有", at=later(hours=1))
    assert Case.objects.get(pk=case.pk).state == "secured"
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_the_same_key_does_it_once(people):
    wang = as_actor(people.wang)
    first = patrol(wang, key="k1")
    assert patrol(wang, key="k1").pk == first.pk
    assert Case.objects.count() == 1
    with pytest.raises(Conflict):
        patrol(wang, key="k1", title="另一件事")
    done = advance(wang, first, "secure", at=later(hours=1), key="k2")
    again = advance(wang, Case.objects.get(pk=first.pk), "secure", at=later(hours=2), key="k2")
    assert again.pk == done.pk
    assert CaseEvent.objects.filter(action="secure").count() == 1
