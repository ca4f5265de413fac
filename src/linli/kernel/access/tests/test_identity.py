"""The guarded doors to people's data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.base.errors import Denied, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties.actions import register_person
from linli.kernel.parties.rules import DocumentValue

AT = stage.LONG_AGO + timedelta(days=10)
WHY = "回访核实办理结果"
NUMBER = "11010519491231002X"


@pytest.fixture
def person(people):
    card = DocumentValue("resident_id", NUMBER)
    return register_person(SYSTEM, region=stage.COMMUNITY, name="韩梅", phone="13800010001", documents=[card], at=AT)


def test_the_desk_of_the_place_sees_the_number_for_a_reason_and_it_is_written_down(people, person):
    wang = stage.as_actor(people.wang, AT)
    assert actions.reveal_identity(wang, person.pk, "phone", reason=WHY, at=AT) == "13800010001"
    assert actions.reveal_document(wang, person.documents.get().pk, reason=WHY, at=AT) == NUMBER
    entry = Entry.objects.filter(action="reveal").first()
    assert (entry.kind, entry.role, entry.chain) == ("read", "community_worker", stage.COMMUNITY)


def test_without_a_reason_nobody_does(people, person):
    with pytest.raises(Refused):
        actions.reveal_identity(stage.as_actor(people.wang, AT), person.pk, "phone", reason="", at=AT)
    assert not Entry.objects.filter(action="reveal").exists()


@pytest.mark.parametrize("who", ["stranger", "li", "sysadmin", "secadmin", "auditor"])
def test_for_strangers_the_person_does_not_exist(people, person, who: str):
    actor = stage.as_actor(getattr(people, who), AT)
    with pytest.raises(Missing):
        actions.reveal_identity(actor, person.pk, "phone", reason=WHY, at=AT)
    with pytest.raises(Missing):
        actions.reveal_document(actor, person.documents.get().pk, reason=WHY, at=AT)
    with pytest.raises(Missing):
        actions.erase_person(actor, person.pk, reason=WHY, at=AT)
    assert not Entry.objects.filter(action="reveal").exists()


def test_who_may_see_people_may_not_therefore_unmask_them(people, person):
    with pytest.raises(Denied) as denied:
        actions.reveal_identity(stage.as_actor(people.zhao, AT), person.pk, "phone", reason=WHY, at=AT)
    assert denied.value.refusal.code == "access.denied"


def test_erasing_is_for_the_township(people, person):
    with pytest.raises(Denied):
        actions.erase_person(stage.as_actor(people.wang, AT), person.pk, reason="保存期满", at=AT)
    assert actions.erase_person(stage.as_actor(people.chen, AT), person.pk, reason="保存期满", at=AT).erased_at == AT


def test_people_are_entered_where_one_works(people):
    wang = stage.as_actor(people.wang, AT)
    assert actions.enter_person(wang, region=stage.COMMUNITY, name="新居民", at=AT).county == stage.COUNTY
    with pytest.raises(Denied):
        actions.enter_person(wang, region=stage.OTHER_COMMUNITY, name="新居民", at=AT)


def test_notices_are_published_by_the_security_administrator(people):
    words = {"zh-hans": "账号", "en": "Account"}
    wanted = {"purpose": "account", "basis": "consent", "title": words, "text": words}
    assert actions.tell_people(stage.as_actor(people.secadmin, AT), **wanted, at=AT).version == 1
    with pytest.raises(Denied):
        actions.tell_people(stage.as_actor(people.chen, AT), **wanted, at=AT)
