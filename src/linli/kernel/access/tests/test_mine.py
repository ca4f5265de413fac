"""One's own data: shown masked with every look at it, consents taken back at once, a copy, erasing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.base.clock import now
from linli.base.errors import Conflict, Denied, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.models import Account
from linli.kernel.access.queries import my_data
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import Consent, Person
from linli.kernel.parties.rules import DocumentValue

AT = stage.LONG_AGO + timedelta(days=10)
NUMBER = "11010519491231002X"
PHONE = "13800010001"
WORDS = {"zh-hans": "登记告知", "en": "Entry"}


@pytest.fixture
def li(people):
    """Li with a number, a document and one consent."""
    person = people.li.person
    parties.correct_person(SYSTEM, person, phone=PHONE, at=AT)
    parties.add_document(SYSTEM, person, DocumentValue("resident_id", NUMBER), at=AT)
    notice = parties.publish_notice(
        SYSTEM, purpose="entry", basis="consent", title=WORDS, text=WORDS, sensitive=True, at=AT
    )
    parties.give_consent(SYSTEM, person, notice, kind="sensitive", at=AT)
    return people.li


def signed_in(web, account: Account, settings):
    settings.DEMO = True
    Account.objects.update(password_changed_at=now(), is_demo=True)
    web.post(reverse("account_login"), {"login": account.username, "password": stage.PASSWORD})
    return web


def surely(web):
    """The password once more, as pages ask before something that cannot be undone."""
    web.post(reverse("account_reauthenticate"), {"password": stage.PASSWORD})
    return web


def test_ones_own_page_is_masked_and_names_every_look(li, people, web, settings):
    actions.reveal_identity(stage.as_actor(people.wang, AT), li.person_id, "phone", reason="回访核实地址", at=AT)
    page = signed_in(web, li, settings).get(reverse("access:mine")).content.decode()
    assert PHONE not in page
    assert NUMBER not in page
    assert "138****0001" in page
    assert "回访核实地址" in page
    assert "王*国" in page
    assert "王建国" not in page


def test_nobody_sees_their_own_without_signing_in(people, web):
    assert web.get(reverse("access:mine")).status_code in {302, 403}


def test_a_consent_is_taken_back_in_one_tap(li, web, settings):
    consent = Consent.objects.get()
    answer = signed_in(web, li, settings).post(reverse("access:withdraw", args=[consent.pk]), follow=True)
    assert "登记告知" in answer.content.decode()
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert Event.objects.filter(topic="consent.withdrawn").count() == 1
    with pytest.raises(Conflict):
        actions.withdraw_my_consent(stage.as_actor(li), str(consent.pk), at=now())
    web.post(reverse("access:agree", args=["entry"]))
    assert Consent.objects.filter(withdrawn_at=None, agreed=True, kind="sensitive", channel="web").count() == 1
    assert web.post(reverse("access:agree", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("who", ["wang", "stranger", "secadmin"])
def test_others_consents_do_not_exist(li, people, who: str):
    with pytest.raises(Missing):
        actions.withdraw_my_consent(stage.as_actor(getattr(people, who)), str(Consent.objects.get().pk), at=AT)
    assert Consent.objects.get().withdrawn_at is None


def test_a_guardian_takes_a_childs_consent_back(li):
    child = Person.objects.create(county=stage.COUNTY, name="小孩", registered_at=AT, guardian=li.person)
    consent = Consent.objects.get()
    Consent.objects.filter(pk=consent.pk).update(person=child, as_guardian=True)
    actions.withdraw_my_consent(stage.as_actor(li), str(consent.pk), at=AT)
    assert Consent.objects.get().withdrawn_at == AT


def test_the_copy_holds_everything_and_leaves_a_trace(li, web, settings):
    browser = signed_in(web, li, settings)
    assert "reauthenticate" in browser.post(reverse("access:copy_mine")).headers["Location"]
    answer = surely(browser).post(reverse("access:copy_mine"))
    copy = json.loads(answer.content)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert copy["person"]["phone"] == PHONE
    assert copy["person"]["documents"][0]["number"] == NUMBER
    assert copy["account"]["user_name"] == "li"
    assert Entry.objects.filter(action="copy_own_data", kind="read", account=str(li.pk)).count() == 1


def test_a_key_for_programs_cannot_take_or_erase(li):
    from dataclasses import replace

    program = replace(stage.as_actor(li), scopes=("*",))
    with pytest.raises(Denied):
        actions.take_my_copy(program, at=AT)
    with pytest.raises(Denied):
        actions.erase_me(program, at=AT)


def test_erasing_leaves_nobody_to_sign_in_and_the_record_whole(li, web, settings):
    browser = surely(signed_in(web, li, settings))
    assert browser.post(reverse("access:erase_me"), {}).status_code == 422, "not without the tick"
    before = Entry.objects.count()
    browser.post(reverse("access:erase_me"), {"sure": "on"})
    person, account = Person.objects.get(pk=li.person_id), Account.objects.get(pk=li.pk)
    assert (person.name, person.phone_cipher, person.phone_index) == ("", "", "")
    assert not person.documents.exists()
    assert (account.is_active, account.name, account.phone_index) == (False, "", None)
    assert not account.has_usable_password()
    assert Entry.objects.count() > before
    assert Event.objects.filter(topic="person.erased", key=str(person.pk)).exists()
    assert browser.get(reverse("access:mine")).status_code in {302, 403}


def test_who_holds_a_role_cannot_slip_away(people):
    with pytest.raises(Refused) as no:
        actions.erase_me(stage.as_actor(people.wang), at=AT)
    assert no.value.refusal.code == "access.closing_roles"
    assert Person.objects.get(pk=people.wang.person_id).name == "王建国"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "登记告知"), ("en", "Entry")])
def test_notices_are_for_everyone_in_both_languages(li, web, language: str, words: str):
    web.cookies["linli_language"] = language
    answer = web.get(reverse("access:notice", args=["entry"]))
    assert words in answer.content.decode()
    assert web.get(reverse("access:notice_version", args=["entry", 9])).status_code == 404


def test_the_first_notices_load_once_and_a_changed_text_is_a_new_version(db, settings, tmp_path):
    path = settings.INSTANCES / "access" / "notices.yaml"
    assert parties.load_notices(path, at=AT) == 3
    assert parties.load_notices(path, at=AT) == 0
    changed = tmp_path / "n.yaml"
    changed.write_text(path.read_text().replace("账号与登录", "您的账号"))
    assert parties.load_notices(changed, at=AT + timedelta(days=1)) == 1


def test_the_page_about_an_account_that_is_nobodys(people):
    people.li.person = None
    people.li.save()
    assert my_data(stage.as_actor(people.li), AT).card is None


def test_second_factors_are_sealed_anew_with_the_rest(people, settings, tmp_path, monkeypatch):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator

    from linli.kernel.parties.queries import key_ring

    monkeypatch.delenv("LINLI_KEY_RING", raising=False)
    settings.HOME = tmp_path
    parties.make_keys()
    adapter = get_adapter()
    app = Authenticator.objects.create(user=people.li, type="totp", data={"secret": adapter.encrypt("JBSWY3DP")})
    codes = {"migrated_codes": [adapter.encrypt("11112222")], "used_mask": 0}
    spare = Authenticator.objects.create(user=people.li, type="recovery_codes", data=codes)
    old = key_ring().current
    parties.rotate_keys(SYSTEM, at=AT)
    assert parties.sealed_with(old)["mfa.authenticator.data"] == 2
    while parties.reseal(limit=1):
        pass
    parties.retire_key(SYSTEM, old, at=AT)
    app.refresh_from_db()
    spare.refresh_from_db()
    assert adapter.decrypt(app.data["secret"]) == "JBSWY3DP"
    assert adapter.decrypt(spare.data["migrated_codes"][0]) == "11112222"
    assert spare.data["used_mask"] == 0
