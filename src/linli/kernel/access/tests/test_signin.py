"""Through the browser's door: signing in, being turned away, being sent on errands, being signed out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from linli.base import clock
from linli.base.clock import now
from linli.kernel.access import actions
from linli.kernel.access.models import Account
from linli.kernel.access.rules import Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry

LOGIN = "/account/login/"
ME = "/access/me/"


@pytest.fixture(autouse=True)
def fresh_passwords(people) -> None:
    Account.objects.update(password_changed_at=now())


def sign_in(web: Client, name: str, password: str = stage.PASSWORD, **more: str):
    return web.post(LOGIN, {"login": name, "password": password, **more})


def test_by_name_and_password(web, people):
    answer = sign_in(web, "wang")
    assert answer.status_code == 302
    assert web.get(ME).status_code == 200
    entry = Entry.objects.get(action="sign_in")
    assert (entry.account, entry.role) == (str(people.wang.pk), "community_worker")


def test_by_number(web, people):
    actions.sign_up(name="韩梅", phone="13800010001", password="Yi-Xin-2026", at=now())
    assert sign_in(web, "13800010001", "Yi-Xin-2026").status_code == 302
    assert web.get(ME).status_code == 200


def test_a_wrong_password_and_an_unknown_name_sound_the_same(web):
    wrong, unknown = sign_in(web, "wang", "no"), sign_in(web, "nobody", "no")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_the_sixth_attempt_is_turned_away_even_with_the_right_password(web):
    for _ in range(5):
        sign_in(web, "wang", "no")
    other = Client()
    other.defaults["wsgi.url_scheme"] = "https"
    answer = sign_in(other, "wang")
    assert answer.status_code == 200
    assert "locked" in [error.code for error in answer.context["form"].errors.as_data()["__all__"]]
    assert other.get(ME).status_code in (302, 403)


def test_the_session_gets_a_new_key_at_sign_in(web):
    web.get(LOGIN)
    session = web.session
    session["kept"] = "x"
    session.save()
    before = web.cookies["linli_session"].value if "linli_session" in web.cookies else session.session_key
    sign_in(web, "wang")
    assert web.cookies["linli_session"].value != before


def test_demonstration_accounts_stay_outside(web, settings):
    stage.account("demo", "演示", is_demo=True)
    settings.DEMO = False
    sign_in(web, "demo")
    assert "_auth_user_id" not in web.session
    settings.DEMO = True
    sign_in(web, "demo")
    assert "_auth_user_id" in web.session


def test_closed_accounts_stay_outside(web, people):
    actions.close_account(stage.as_actor(people.secadmin, now()), people.wang, reason="离职", at=now())
    sign_in(web, "wang")
    assert "_auth_user_id" not in web.session


def at_minute(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    begun = now()
    monkeypatch.setattr("linli.kernel.access.pages.doorway.now", lambda: begun + timedelta(minutes=minutes))


@pytest.mark.parametrize(("who", "stays", "goes"), [("wang", 29, 31), ("zhou", 9, 11)])
def test_idle_sessions_end(web, people, monkeypatch, who: str, stays: int, goes: int):
    Authenticator.objects.create(user=people.zhou, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    web.force_login(getattr(people, who))
    at_minute(monkeypatch, 0)
    assert web.get(ME).status_code == 200
    at_minute(monkeypatch, stays)
    assert web.get(ME).status_code == 200
    at_minute(monkeypatch, stays + goes)
    answer = web.get(ME)
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in web.session
    assert Entry.objects.filter(action="sign_out").count() == 1


def test_a_first_password_is_changed_before_anything_else(web, people):
    first = actions.reset_password(stage.as_actor(people.sysadmin, now()), people.wang, at=now())
    sign_in(web, "wang", first)
    answer = web.get(ME)
    assert answer["Location"].startswith(reverse("account_change_password"))
    again = web.post(reverse("account_change_password"), {"oldpassword": first, "password1": first, "password2": first})
    assert again.context["form"].errors
    fresh = {"oldpassword": first, "password1": "Yi-Xin-2026", "password2": "Yi-Xin-2026"}
    assert web.post(reverse("account_change_password"), fresh).status_code == 302
    assert web.get(ME).status_code == 200
    people.wang.refresh_from_db()
    assert not people.wang.must_change_password
    assert Entry.objects.filter(action="set_password").count() == 1


def test_after_ninety_days_too(web, people):
    Account.objects.filter(pk=people.wang.pk).update(password_changed_at=now() - timedelta(days=90))
    sign_in(web, "wang")
    assert web.get(ME)["Location"].startswith(reverse("account_change_password"))


def test_a_changed_password_ends_the_other_sessions(web, people):
    other = Client()
    other.defaults["wsgi.url_scheme"] = "https"
    sign_in(web, "wang")
    sign_in(other, "wang")
    fresh = {"oldpassword": stage.PASSWORD, "password1": "Yi-Xin-2026", "password2": "Yi-Xin-2026"}
    assert web.post(reverse("account_change_password"), fresh).status_code == 302
    assert web.get(ME).status_code == 200
    assert other.get(ME).status_code in (302, 403)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor", "zhou"])
def test_administrators_and_sensitive_roles_need_a_second_factor(web, people, who: str):
    sign_in(web, who)
    assert web.get(ME)["Location"].startswith(reverse("mfa_index"))
    assert web.get(reverse("mfa_index")).status_code == 200
    assert web.get("/api/v1/anything", headers={"Accept": "application/json"}).status_code == 403


def test_a_role_given_during_the_session_asks_for_it_at_once(web, people):
    sign_in(web, "li")
    assert web.get(ME).status_code == 200
    stage.granted(people.li, Role.PROTECTION_OFFICER, stage.TOWNSHIP)
    assert web.get(ME)["Location"].startswith(reverse("mfa_index"))


def test_with_an_authenticator_app_the_password_alone_does_not_enter(web, people):
    secret = generate_totp_secret()
    TOTP.activate(people.sysadmin, secret)
    assert secret not in str(Authenticator.objects.values())
    answer = sign_in(web, "sysadmin")
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in web.session
    page = web.get(reverse("mfa_authenticate"))
    assert page.status_code == 200
    code = f"{hotp_value(secret, int(clock.now().timestamp()) // 30):06d}"
    web.post(reverse("mfa_authenticate"), {"code": code})
    assert web.get(ME).status_code == 200


def test_signing_out_is_on_the_record(web):
    sign_in(web, "wang")
    web.post(reverse("account_logout"))
    assert "_auth_user_id" not in web.session
    assert Entry.objects.filter(action="sign_out").count() == 1


def test_language_and_letter_size_come_with_the_account(web, people):
    Account.objects.filter(pk=people.li.pk).update(language="en", elder_mode=True)
    sign_in(web, "li")
    assert web.cookies["linli_language"].value == "en"
    assert web.cookies["linli_elder"].value == "1"


def test_a_resident_signs_up_in_the_browser(web):
    data = {
        "name": "韩梅",
        "phone": "13800010001",
        "username": "",
        "password1": "Yi-Xin-2026",
        "password2": "Yi-Xin-2026",
    }
    assert web.post("/account/signup/", {**data, "password1": "abc", "password2": "abc"}).context["form"].errors
    assert web.post("/account/signup/", {**data, "phone": ""}).context["form"].errors
    assert web.post("/account/signup/", data).status_code == 302
    assert web.get(ME).status_code == 200
    other = Client()
    other.defaults["wsgi.url_scheme"] = "https"
    assert other.post("/account/signup/", data).context["form"].errors["phone"]


def test_what_guards_the_account_asks_for_the_password_again_after_a_while(web, people):
    web.force_login(people.li)
    answer = web.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    page = web.get(reverse("account_reauthenticate"))
    assert page.status_code == 200
    web.post(reverse("account_reauthenticate"), {"password": stage.PASSWORD})
    assert web.get(reverse("mfa_activate_totp")).status_code == 200
