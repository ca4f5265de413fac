"""Pages about oneself and about roles: they render in both languages, to whom they should, in few queries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.kernel.access.models import Account, Grant
from linli.kernel.access.tests import cast as stage

ALLAUTH = [
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "account_reauthenticate",
]
OUTSIDE = ["account_login", "account_signup", "account_reset_password", "account_inactive"]


@pytest.fixture(autouse=True)
def fresh_passwords(people, settings) -> None:
    settings.DEMO = True  # so that the administrators of these tests need no second factor
    Account.objects.update(password_changed_at=now(), is_demo=True)


def enter(web: Client, account: Account) -> Client:
    """Sign in as a browser would, and type the password once more, as pages about second factors ask."""
    web.post(reverse("account_login"), {"login": account.username, "password": stage.PASSWORD})
    web.post(reverse("account_reauthenticate"), {"password": stage.PASSWORD})
    return web


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_pages_before_the_door(web, name: str, language: str):
    web.cookies["linli_language"] = language
    answer = web.get(reverse(name))
    assert answer.status_code == 200
    assert b"<main" in answer.content


@pytest.mark.parametrize("name", ALLAUTH)
def test_pages_of_ones_account(web, people, name: str):
    answer = enter(web, people.li).get(reverse(name))
    assert answer.status_code == 200, name
    assert b"li-portal" in answer.content


def test_no_page_runs_inline_script(web, people):
    """Data blocks are allowed by the policy, code and styles in the page are not."""
    import re

    enter(web, people.li)
    for name in [*ALLAUTH, *OUTSIDE, "access:profile", "access:tokens", "access:roles"]:
        text = web.get(reverse(name)).content.decode()
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag or 'type="application/json"' in tag, (name, tag)
        assert not re.search(r"\sstyle=|\son[a-z]+=", text), name


def test_the_passkey_button_is_wired(web):
    text = web.get(reverse("account_login")).content.decode()
    assert 'id="passkey_login"' in text
    assert reverse("mfa_login_webauthn") in text
    options = web.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert options.json()["request_options"]["publicKey"]["challenge"]


def test_adding_a_passkey_offers_options_for_this_account(web, people):
    text = enter(web, people.li).get(reverse("mfa_add_webauthn")).content.decode()
    assert "mfa_webauthn_add" in text
    assert "creation_options" in text


def test_profile_is_changed(web, people):
    enter(web, people.li)
    answer = web.post(reverse("access:profile"), {"name": "李芳芳", "language": "en", "elder_mode": "on"})
    assert answer.status_code == 302
    people.li.refresh_from_db()
    assert (people.li.name, people.li.language, people.li.elder_mode) == ("李芳芳", "en", True)
    assert web.post(reverse("access:profile"), {"name": "", "language": "xx"}).status_code == 422


def test_a_key_is_shown_once(web, people):
    enter(web, people.wang)
    made = web.post(reverse("access:tokens"), {"name": "报表", "scopes": ["read"], "days": "30"})
    secret = made.context["fresh"]
    assert secret.encode() in made.content
    page = web.get(reverse("access:tokens"))
    assert secret.encode() not in page.content
    assert secret[:8].encode() in page.content
    token = page.context["tokens"][0].id
    assert web.post(reverse("access:revoke_token", args=[token])).status_code == 302
    assert web.get(reverse("access:tokens")).context["tokens"][0].state == "revoked"


def test_accounts_are_listed_for_administrators_only(web, people):
    assert enter(web, people.secadmin).get(reverse("access:accounts")).status_code == 200
    for who in (people.wang, people.auditor, people.stranger, people.li):
        other = Client()
        other.defaults["wsgi.url_scheme"] = "https"
        assert enter(other, who).get(reverse("access:accounts")).status_code == 403
        assert other.get(reverse("access:account", args=[people.li.pk])).status_code == 403
        assert other.post(reverse("access:give", args=[people.li.pk]), {}).status_code == 403


def test_giving_and_taking_back_in_the_browser(web, people):
    enter(web, people.secadmin)
    page = reverse("access:account", args=[people.li.pk])
    assert web.get(page).status_code == 200
    data = {"role": "clerk", "region": stage.TOWNSHIP, "reason": "窗口值班"}
    assert web.post(reverse("access:give", args=[people.li.pk]), data).status_code == 302
    grant = Grant.objects.get(account=people.li)
    text = web.get(page).content.decode()
    assert "林山寨街道" in text
    assert web.post(reverse("access:take", args=[people.li.pk, grant.pk])).status_code == 302
    grant.refresh_from_db()
    assert grant.revoked_by == people.secadmin


def test_a_refused_role_says_why(web, people):
    enter(web, people.secadmin)
    give = reverse("access:give", args=[people.sysadmin.pk])
    answer = web.post(give, {"role": "audit_admin", "region": "41", "reason": "兼任"})
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    unknown = web.post(give, {"role": "clerk", "region": "999999", "reason": "兼任"})
    assert unknown.status_code == 422


def test_opening_an_account_shows_the_first_password_once(web, people):
    enter(web, people.sysadmin)
    assert web.get(reverse("access:open_account")).status_code == 200
    answer = web.post(reverse("access:open_account"), {"name": "郝平", "username": "haoping"})
    first = answer.context["first"]
    assert first in answer.content.decode()
    made = Account.objects.get(username="haoping")
    assert made.check_password(first)
    assert first not in web.get(reverse("access:account", args=[made.pk])).content.decode()
    taken = web.post(reverse("access:open_account"), {"name": "郝平", "username": "haoping"})
    assert taken.status_code == 422


def test_everyone_signed_in_may_read_what_roles_may_do(web, people):
    assert web.get(reverse("access:roles")).status_code in (302, 403)
    page = enter(web, people.li).get(reverse("access:roles"))
    assert page.status_code == 200
    lines = {line.role: line for line in page.context["lines"]}
    assert lines["security_admin"].sentences
    assert lines["security_admin"].holders == 1


def test_the_list_of_accounts_costs_the_same_for_three_as_for_thirty(web, people, django_assert_max_num_queries):
    from linli.kernel.access.queries import search_accounts

    actor = stage.as_actor(people.secadmin)
    with django_assert_max_num_queries(3):
        few = len(search_accounts(actor, "", now()))
    for n in range(30):
        stage.member(f"w{n}", f"工{n}", stage.Role.CLERK, stage.COMMUNITY)
    with django_assert_max_num_queries(3):
        assert len(search_accounts(actor, "", now())) > few


def test_who_is_at_the_door_costs_one_query(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        stage.as_actor(people.wang)


def test_a_countys_administrator_sees_and_touches_the_countys_staff_and_residents_only(web, people):
    local = stage.member("local", "地方管理员", stage.Role.SYSTEM_ADMIN, stage.COUNTY)
    Account.objects.filter(pk=local.pk).update(is_demo=True, password_changed_at=now())
    enter(web, local)
    listed = {account.username for account in web.get(reverse("access:accounts")).context["accounts"]}
    assert {"wang", "chen", "local"} <= listed
    assert not {"stranger", "he", "secadmin"} & listed
    assert web.get(reverse("access:accounts"), {"q": "stranger"}).context["accounts"] == []
    assert web.get(reverse("access:account", args=[people.stranger.pk])).status_code == 404
    assert web.get(reverse("access:account", args=[people.li.pk])).status_code == 200
    assert web.post(reverse("access:reset", args=[people.stranger.pk])).status_code == 404
    assert web.post(reverse("access:reset", args=[people.wang.pk])).status_code == 200


def test_closing_an_account_asks_for_the_reason(web, people):
    enter(web, people.secadmin)
    close = reverse("access:close", args=[people.wang.pk])
    assert web.post(close).status_code == 422
    assert web.post(close, {"closing-reason": "离职"}).status_code == 302
    people.wang.refresh_from_db()
    assert not people.wang.is_active
    assert web.post(close).status_code == 302
    people.wang.refresh_from_db()
    assert people.wang.is_active


def test_a_key_offers_what_its_owner_may_do(web, people):
    offered = dict(enter(web, people.wang).get(reverse("access:tokens")).context["form"].fields["scopes"].choices)
    assert {"read", "*", "parties.see_people"} <= offered.keys()
    assert "access.give_grant" not in offered
