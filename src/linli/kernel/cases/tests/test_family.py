"""Cases that belong together: sub-cases, duplicates, links; and those that only a few may see."""

from __future__ import annotations

import pytest

from linli.base.errors import Denied, Missing, Refused
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry, Event
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import comments, find_case, get_case, history, links, own_cases, queue
from linli.kernel.cases.tests.factories import MONDAY, later, part_of, works

pytestmark = pytest.mark.django_db


def in_check(people, **more):
    case = actions.advance(people.wang, works(people.wang, **more), "accept", at=later(hours=1))
    return actions.advance(people.wang, case, "finish", at=later(hours=2))


def test_a_case_closes_after_those_below_it(at_the_desk):
    case = in_check(at_the_desk)
    child = part_of(at_the_desk.wang, case, at=later(hours=3))
    with pytest.raises(Refused) as refused:
        actions.advance(at_the_desk.sun, case, "confirm", at=later(hours=4))
    assert child.number in refused.value.refusal.params["numbers"]
    actions.advance(at_the_desk.wang, child, "make", at=later(hours=5))
    case = actions.advance(at_the_desk.sun, case, "confirm", at=later(hours=6))
    assert case.closed_at
    with pytest.raises(Refused):
        part_of(at_the_desk.wang, case, at=later(hours=7))
    with pytest.raises(Refused) as refused:
        actions.advance(at_the_desk.wang, Case.objects.get(pk=child.pk), "unmake", at=later(hours=7))
    assert refused.value.refusal.code == "case.parent_closed"


def test_a_type_takes_only_the_children_it_names(at_the_desk):
    case = works(at_the_desk.wang)
    child = part_of(at_the_desk.wang, case)
    with pytest.raises(Refused):
        part_of(at_the_desk.wang, child)


def test_a_duplicate_closes_as_its_master_did_and_followers_hear_of_it(at_the_desk):
    master, case = in_check(at_the_desk), works(at_the_desk.wang, title="同一处")
    actions.link(at_the_desk.wang, case, master, "duplicate", at=later(hours=3))
    actions.advance(at_the_desk.sun, Case.objects.get(pk=master.pk), "confirm", at=later(hours=4))
    actions.fire_escalations(later(hours=4))
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("done", "done")
    told = Event.objects.filter(topic="case.closed", key=str(case.pk)).get()
    assert str(master.pk) in told.payload
    assert [line.action for line in history(case)][-1] == "follow_master"


def test_duplicates_of_duplicates_follow_the_first(at_the_desk):
    first, second, third = (works(at_the_desk.wang, title=f"第{n}次") for n in range(3))
    actions.link(at_the_desk.wang, third, second, "duplicate", at=MONDAY)
    actions.link(at_the_desk.wang, second, first, "duplicate", at=MONDAY)
    assert Case.objects.get(pk=third.pk).master_id == first.pk
    with pytest.raises(Refused):
        actions.link(at_the_desk.wang, first, Case.objects.get(pk=third.pk), "duplicate", at=MONDAY)


def test_a_follower_that_is_moved_has_it_in_its_history_and_on_the_record(at_the_desk):
    first, second, third = (works(at_the_desk.wang, title=f"第{n}次") for n in range(3))
    actions.link(at_the_desk.wang, third, second, "duplicate", at=MONDAY)
    actions.link(at_the_desk.wang, second, first, "duplicate", at=MONDAY)
    third = Case.objects.get(pk=third.pk)
    lines = history(third)
    assert [line.action for line in lines] == ["open", "case.link", "case.link"]
    assert lines[-1].data["other"] == str(first.pk) and third.counter == lines[-1].seq
    assert Entry.objects.filter(subject=third.subject, action="cases.link").count() == 2


def test_two_cases_never_follow_each_other_even_by_an_old_view_of_them(at_the_desk):
    one, other = works(at_the_desk.wang), works(at_the_desk.wang, title="同一处")
    seen_before = Case.objects.get(pk=one.pk)
    actions.link(at_the_desk.wang, one, other, "duplicate", at=MONDAY)
    with pytest.raises(Refused) as refused:
        actions.link(at_the_desk.wang, other, seen_before, "duplicate", at=MONDAY)
    assert refused.value.refusal.code == "link.itself"
    assert Case.objects.get(pk=other.pk).master_id is None


def test_a_duplicate_leads_to_no_master_that_one_may_not_see(at_the_desk):
    first, second, third = (works(at_the_desk.wang, title=f"第{n}次") for n in range(3))
    actions.link(at_the_desk.wang, second, first, "duplicate", at=MONDAY)
    Case.objects.filter(pk=first.pk).update(sealed=True)
    with pytest.raises(Missing):
        actions.link(at_the_desk.wang, third, Case.objects.get(pk=second.pk), "duplicate", at=MONDAY)
    assert Case.objects.get(pk=third.pk).master_id is None


def test_a_link_shows_from_both_sides_to_those_who_may_see(at_the_desk):
    one, other = works(at_the_desk.wang), works(at_the_desk.wang, title="旁边那一件")
    actions.link(at_the_desk.wang, one, other, "related", at=MONDAY)
    assert [(link.direction, link.case) for link in links(at_the_desk.wang, other)] == [("in", one.pk)]
    assert links(at_the_desk.stranger, other) == []


def test_a_sealed_case_does_not_exist_for_colleagues(at_the_desk):
    case = works(at_the_desk.li, data={"topic": "family"})
    assert case.sealed
    for name in ("wang", "chen", "sun", "qian", "he"):
        actor = getattr(at_the_desk, name)
        with pytest.raises(Missing):
            get_case(actor, case.pk)
        with pytest.raises(Missing):
            find_case(actor, case.number)
        assert queue(actor, at=MONDAY).rows == ()
    assert get_case(at_the_desk.zhou, case.pk).pk == case.pk
    assert [row.id for row in queue(at_the_desk.zhou, at=MONDAY).rows] == [case.pk]


def test_whoever_is_named_on_a_sealed_case_sees_it(at_the_desk):
    case = works(at_the_desk.li, data={"topic": "family"})
    with pytest.raises(Denied):
        actions.name_watcher(at_the_desk.wang, case, at_the_desk.wang.account, reason="好奇", at=MONDAY)
    actions.name_watcher(at_the_desk.zhou, case, at_the_desk.wang.account, reason="陪同上门", at=MONDAY)
    assert get_case(at_the_desk.wang, case.pk).pk == case.pk
    with pytest.raises(Missing):
        get_case(at_the_desk.chen, case.pk)


def test_internal_words_stay_inside(at_the_desk):
    case = works(at_the_desk.li)
    actions.comment(at_the_desk.wang, case, "他以前也报过", at=MONDAY)
    actions.comment(at_the_desk.wang, case, "师傅明天来", is_public=True, at=MONDAY)
    assert [row.text for row in comments(case, public_only=True)] == ["师傅明天来"]
    with pytest.raises(Denied):
        actions.comment(at_the_desk.stranger, case, "路过", at=MONDAY)


def test_people_find_what_they_asked_for(at_the_desk):
    case = works(at_the_desk.li)
    works(at_the_desk.wang, title="别人的")
    assert [row.pk for row in own_cases(at_the_desk.li)] == [case.pk]


def test_personal_answers_stay_out_of_the_chained_record(at_the_desk):
    works(at_the_desk.li, data={"phone": "13812345678"})
    assert not Entry.objects.filter(body__contains="13812345678").exists()


def test_a_desk_sees_only_its_own_place(at_the_desk):
    here = works(at_the_desk.li)
    there = works(at_the_desk.li, region=stage.OTHER_COMMUNITY)
    assert {row.id for row in queue(at_the_desk.wang, at=MONDAY).rows} == {here.pk}
    assert {row.id for row in queue(at_the_desk.chen, at=MONDAY).rows} == {here.pk, there.pk}
    assert queue(at_the_desk.wang, region=stage.OTHER_COMMUNITY, at=MONDAY).rows == ()
    assert queue(at_the_desk.stranger, at=MONDAY).rows == ()


def test_what_people_wrote_stays_in_the_case_and_out_of_the_chained_record(at_the_desk):
    words = "张三家的水管又漏了"
    case = works(at_the_desk.wang)
    actions.add_co_handler(at_the_desk.wang, case, "410102/housing", task=words, at=MONDAY)
    case = actions.advance(at_the_desk.wang, case, "accept", note=words, at=later(hours=1))
    case = actions.advance(at_the_desk.wang, case, "finish", note=words, data={"result": words}, at=later(hours=2))
    assert (case.data["result"], history(case)[-1].note) == (words, words), "the case itself keeps them"
    assert not Entry.objects.filter(body__contains=words).exists()
    assert Entry.objects.filter(action="cases.finish", body__contains="sha256:").exists()


def test_the_record_of_a_sealed_case_tells_no_answer_and_no_note(at_the_desk):
    case = works(at_the_desk.li, data={"topic": "family"})
    actions.advance(at_the_desk.zhou, case, "resize", data={"size": "large"}, note="已上门", at=later(hours=1))
    body = Entry.objects.get(action="cases.resize").body
    assert "***" in body and "large" not in body and "sha256:" not in body and "已上门" not in body
