"""People at the desk: found by whole numbers in one's own area only, looked behind with a reason, entered with care."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from linli.base.clock import now
from linli.base.errors import Conflict, Denied, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.models import Account
from linli.kernel.access.queries import search_people
from linli.kernel.access.rules import Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import Consent, HouseholdMember, Organisation, Person
from linli.kernel.parties.rules import DocumentValue

AT = stage.LONG_AGO + timedelta(days=10)
NUMBER, PHONE = "11010519491231002X", "13800010001"
CHILD = date(2020, 5, 1)


@pytest.fixture
def han(people):
    card = DocumentValue("resident_id", NUMBER)
    return parties.register_person(SYSTEM, region=stage.COMMUNITY, name="韩梅梅", phone=PHONE, documents=[card], at=AT)


def signed_in(web, account: Account, settings):
    settings.DEMO = True
    Account.objects.update(password_changed_at=now(), is_demo=True)
    web.post(reverse("account_login"), {"login": account.username, "password": stage.PASSWORD})
    return web


@pytest.mark.parametrize("words", [PHONE, NUMBER, NUMBER.lower(), "韩梅梅", "韩梅", "１３８０００１０００１"])
def test_found_by_whole_numbers_or_the_name(people, han, words: str):
    assert [one.id for one in search_people(stage.as_actor(people.wang), words)] == [str(han.pk)]


@pytest.mark.parametrize("words", [PHONE[:10], NUMBER[:17], "梅梅", "韩", ""])
def test_parts_of_numbers_find_nobody(people, han, words: str):
    assert search_people(stage.as_actor(people.wang), words) == []


@pytest.mark.parametrize("words", [PHONE, NUMBER, "韩梅梅"])
def test_a_clerk_of_the_next_county_finds_nobody(people, han, words: str):
    assert search_people(stage.as_actor(people.stranger), words) == []


def test_strangers_meet_a_404_at_every_door(people, han, web, settings):
    browser = signed_in(web, people.stranger, settings)
    assert browser.get(reverse("access:person", args=[han.pk])).status_code == 404
    for name in ("reveal", "correct_person", "add_document", "found_household", "join_household", "erase_person"):
        data = {"field": "phone", "reason": "想看一看号码", "name": "x", "address": "x"}
        answer = browser.post(reverse(f"access:{name}", args=[han.pk]), data)
        assert answer.status_code == 404, name
        assert "韩梅梅" not in answer.content.decode()
    assert not Entry.objects.filter(action="reveal").exists()


def test_the_entry_is_masked_and_opening_it_is_recorded_once(people, han, web, settings):
    browser = signed_in(web, people.wang, settings)
    for _ in range(2):
        page = browser.get(reverse("access:person", args=[han.pk])).content.decode()
    assert "138****0001" in page
    assert PHONE not in page
    assert NUMBER not in page
    assert Entry.objects.filter(action="open_person", subject=f"parties.person:{han.pk}").count() == 1


def test_looking_someone_up_is_recorded_without_the_word(people, han, web, settings):
    page = signed_in(web, people.wang, settings).post(reverse("access:people"), {"q": PHONE}).content.decode()
    assert "韩梅梅" in page
    entry = Entry.objects.get(action="search_people")
    assert entry.kind == "read"
    assert PHONE not in entry.body


def test_a_number_is_shown_once_for_a_reason(people, han, web, settings):
    browser, door = signed_in(web, people.wang, settings), reverse("access:reveal", args=[han.pk])
    refused = browser.post(door, {"field": "phone", "reason": "aa"})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    shown = browser.post(door, {"field": "phone", "reason": "回访核实地址"})
    assert PHONE in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert Entry.objects.filter(action="reveal", kind="read").count() == 1
    document = str(han.documents.get().pk)
    assert NUMBER in browser.post(door, {"field": document, "reason": "核对身份证"}).content.decode()


def test_another_persons_document_cannot_be_reached_through_this_one(people, han, web, settings):
    other = parties.register_person(
        SYSTEM, region="410103001001", name="外县人", documents=[DocumentValue("passport", "E12345678")], at=AT
    )
    answer = signed_in(web, people.wang, settings).post(
        reverse("access:reveal", args=[han.pk]), {"field": str(other.documents.get().pk), "reason": "核对身份证"}
    )
    assert answer.status_code == 404
    assert "E12345678" not in answer.content.decode()


def test_a_wrong_check_digit_is_told_clearly(people, web, settings):
    data = {"name": "新人", "region": stage.COMMUNITY, "kind": "resident_id", "number": "110105194912310021"}
    answer = signed_in(web, people.wang, settings).post(reverse("access:enter_person"), data)
    assert answer.status_code == 422
    assert "逐位" in answer.content.decode() or "核对" in answer.content.decode()
    assert not Person.objects.filter(name="新人").exists()


def children_notice():
    words = {"zh-hans": "儿童", "en": "Children"}
    parties.publish_notice(
        SYSTEM, purpose="children", basis="consent", title=words, text=words, sensitive=True, for_minors=True, at=AT
    )


@pytest.mark.parametrize(
    ("guardian", "consented", "code"),
    [(False, True, "parties.guardian"), (True, False, "parties.guardian_consent")],
)
def test_a_child_is_not_entered_without_guardian_and_consent(people, han, guardian, consented, code):
    children_notice()
    with pytest.raises(Refused) as no:
        actions.enter_person(
            stage.as_actor(people.wang), region=stage.COMMUNITY, name="小明", born=CHILD,
            guardian=han if guardian else None, consented=consented, at=AT,
        )  # fmt: skip
    assert no.value.refusal.code == code
    assert not Person.objects.filter(name="小明").exists()


def test_a_child_enters_with_the_guardians_consent_and_its_numbers_are_for_the_head(people, han, web, settings):
    children_notice()
    data = {
        "name": "小明", "region": stage.COMMUNITY, "born": "2020-05-01", "phone": "13900020002", "guardian": PHONE,
        "consented": "on",
    }  # fmt: skip
    assert signed_in(web, people.wang, settings).post(reverse("access:enter_person"), data).status_code == 302
    child = Person.objects.get(name="小明")
    assert child.guardian == han
    consent = Consent.objects.get(person=child)
    assert (consent.given_by, consent.as_guardian, consent.kind) == (han, True, "sensitive")
    with pytest.raises(Denied):
        actions.reveal_identity(stage.as_actor(people.wang), child.pk, "phone", reason="联系学校接送", at=now())
    head = stage.as_actor(people.chen)
    assert actions.reveal_identity(head, child.pk, "phone", reason="联系学校接送", at=now()) == "13900020002"


def test_a_household_keeps_one_head(people, han, web, settings):
    browser = signed_in(web, people.wang, settings)
    browser.post(reverse("access:found_household", args=[han.pk]), {"address": "桐柏路1号院2号楼"})
    parties.register_person(SYSTEM, region=stage.COMMUNITY, name="李雷", phone="13700030003", at=AT)
    browser.post(reverse("access:join_household", args=[han.pk]), {"number": "13700030003", "relation": "spouse"})
    head, spouse = HouseholdMember.objects.order_by("pk")
    leaving = reverse("access:leave_household", args=[han.pk, head.pk])
    assert browser.post(leaving).status_code == 422, "others stay"
    assert browser.post(leaving, {"new_head": str(spouse.pk)}).status_code == 302
    spouse.refresh_from_db()
    assert spouse.relation == "head"
    with pytest.raises(Missing):
        actions.leave_household(stage.as_actor(people.stranger), spouse.pk, at=AT)


def test_a_doubtful_credit_code_is_kept_only_with_what_it_was_compared_with(people):
    wang = stage.as_actor(people.wang)
    wanted = {"region": stage.COMMUNITY, "name": "便民超市", "credit_code": "91350100M000100Y44", "kind": "company"}
    with pytest.raises(Refused) as doubt:
        actions.enter_organisation(wang, **wanted, at=AT)
    assert doubt.value.refusal.code == "parties.code_check"
    with pytest.raises(Refused):
        actions.enter_organisation(wang, **wanted, keep_doubtful=True, at=AT)
    made = actions.enter_organisation(wang, **wanted, keep_doubtful=True, reason="与营业执照原件核对", at=AT)
    assert made.code_doubt == "parties.code_check"
    assert "营业执照" in Entry.objects.get(action="register_organisation").body
    with pytest.raises(Denied):
        actions.enter_organisation(stage.as_actor(people.stranger), **wanted, at=AT)
    assert Organisation.objects.count() == 1


def test_a_document_that_unites_two_administrators_is_refused(people):
    """The same human entered twice, under two administrators' accounts, shows when a document is added."""
    card = DocumentValue("resident_id", NUMBER)
    parties.add_document(SYSTEM, people.sysadmin.person, card, at=AT)
    Person.objects.filter(pk=people.auditor.person_id).update(region_id="410103001001", county="410103")
    stage.granted(people.stranger, Role.CLERK, "410103")
    with pytest.raises(Refused) as no:
        actions.add_document(stage.as_actor(people.stranger), people.auditor.person_id, card, at=AT)
    assert no.value.refusal.code == "access.three_administrators"
    assert not Person.objects.get(pk=people.auditor.person_id).documents.exists()


def test_the_security_administrator_says_whose_account_it_is(people):
    lone = stage.account("lone", "林一")
    secadmin, card = stage.as_actor(people.secadmin), DocumentValue("resident_id", NUMBER)
    actions.name_person(secadmin, lone, region=stage.COMMUNITY, name="林一", document=card, at=AT)
    lone.refresh_from_db()
    assert lone.person.documents.count() == 1
    with pytest.raises(Refused) as other:
        actions.name_person(secadmin, people.li, region=stage.COMMUNITY, name="李芳", document=card, at=AT)
    assert other.value.refusal.code == "access.other_name"
    with pytest.raises(Denied):
        actions.name_person(
            stage.as_actor(people.chen), lone, region=stage.COMMUNITY, name="林一", document=card, at=AT
        )


def test_a_document_known_here_is_not_entered_twice(people, han):
    with pytest.raises(Conflict):
        actions.enter_person(
            stage.as_actor(people.wang), region=stage.COMMUNITY, name="别人",
            documents=[DocumentValue("resident_id", NUMBER)], at=AT,
        )  # fmt: skip
