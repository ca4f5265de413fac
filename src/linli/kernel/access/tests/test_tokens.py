"""Keys for programs: shown once, narrow, mortal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from linli.base.errors import Conflict, Denied, Refused
from linli.kernel.access import actions
from linli.kernel.access.models import Token
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import TokenUse, actor_for, bearer, may, require, require_account
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry

AT = stage.LONG_AGO + timedelta(days=10)


def make(who, scopes=("parties.*",), days=30):
    return actions.make_token(stage.as_actor(who, AT), name="报表", scopes=scopes, days=days, at=AT)


def by(secret: str, at=AT, method: str = "GET"):
    return actor_for(RequestFactory().generic(method, "/api/v1/x", headers={"Authorization": f"Bearer {secret}"}), at)


def test_the_secret_is_stored_nowhere(people):
    token, secret = make(people.wang)
    assert secret.startswith("lnl_")
    assert secret not in str(Token.objects.values()) + "".join(Entry.objects.values_list("body", flat=True))
    assert secret.startswith(token.prefix)


def test_a_key_is_its_owner_within_its_scopes(people):
    _, secret = make(people.wang)
    actor = by(secret)
    assert (actor.account, actor.channel) == (str(people.wang.pk), "api")
    assert may(actor, Permission.SEE_PEOPLE, stage.COMMUNITY)
    _, narrow = make(people.wang, ["parties.register_person"])
    with pytest.raises(Denied) as denied:
        require(by(narrow), Permission.SEE_PEOPLE, stage.COMMUNITY)
    assert denied.value.refusal.code == "access.scope"
    with pytest.raises(Denied):
        require_account(by(narrow), Permission.SEE_PEOPLE)


def test_a_scope_gives_nothing_the_owner_does_not_have(people):
    _, secret = make(people.wang, ["access.*"])
    assert not may(by(secret), Permission.GIVE_GRANT, stage.COMMUNITY)


def test_a_reading_key_is_nobody_when_it_writes(people):
    _, secret = make(people.wang, ["read"])
    assert may(by(secret), Permission.SEE_PEOPLE, stage.COMMUNITY)
    assert by(secret, method="POST").is_anonymous


def test_keys_end(people):
    token, secret = make(people.wang, days=30)
    assert not by(secret, AT + timedelta(days=30) - timedelta(seconds=1)).is_anonymous
    assert by(secret, AT + timedelta(days=30)).is_anonymous
    actions.revoke_token(stage.as_actor(people.wang, AT), str(token.pk), at=AT)
    assert by(secret).is_anonymous
    with pytest.raises(Conflict):
        actions.revoke_token(stage.as_actor(people.wang, AT), str(token.pk), at=AT)


def test_nobody_ends_anothers_key(people):
    token, secret = make(people.wang)
    with pytest.raises(Conflict):
        actions.revoke_token(stage.as_actor(people.chen, AT), str(token.pk), at=AT)
    assert not by(secret).is_anonymous


@pytest.mark.parametrize("secret", ["", "lnl_", "lnl_wrong", "x" * 5000, "密"])
def test_an_unknown_key_is_nobody(people, secret: str):
    make(people.wang)
    assert bearer(secret, AT) is None


def test_keys_do_not_live_longer_than_the_policy_says_nor_ask_for_what_is_not(people):
    for wrong in ({"days": 366}, {"days": 0}, {"scopes": ["everything"]}, {"scopes": []}):
        with pytest.raises(Refused):
            make(people.wang, **wrong)


def test_a_key_makes_no_keys(people):
    _, secret = make(people.wang, ["*"])
    with pytest.raises(Denied):
        actions.make_token(by(secret), name="x", scopes=["read"], days=1, at=AT)


def test_a_closed_accounts_keys_are_dead(people):
    _, secret = make(people.wang)
    actions.close_account(stage.as_actor(people.secadmin, AT), people.wang, reason="离职", at=AT)
    assert by(secret).is_anonymous


def test_use_is_noted_at_most_once_an_hour(people):
    token, _ = make(people.wang)
    actions.touch_token(TokenUse(token.pk, None), at=AT)
    used = TokenUse(token.pk, AT)
    actions.touch_token(used, at=AT + timedelta(minutes=59))
    assert Token.objects.get(pk=token.pk).last_used_at == AT
    actions.touch_token(used, at=AT + timedelta(minutes=61))
    assert Token.objects.get(pk=token.pk).last_used_at == AT + timedelta(minutes=61)


def test_the_door_notes_the_use_of_a_key(people, web):
    token, secret = make_now(people.wang)
    assert web.get("/access/roles/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert web.get("/access/roles/", headers={"Authorization": "Bearer lnl_wrong"}).status_code != 200


def make_now(who):
    from linli.base.clock import now

    return actions.make_token(stage.as_actor(who), name="报表", scopes=["read"], days=30, at=now())


def test_a_key_remembers_across_requests_when_it_was_used(people):
    token, secret = make(people.wang)
    Token.objects.filter(pk=token.pk).update(last_used_at=AT)
    found = bearer(secret, AT)
    assert found is not None and found[1] == TokenUse(token.pk, AT)
