"""Opening accounts, first passwords, password rules, and who may reset whose."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from linli.base.errors import Conflict, Denied, Invalid, Refused
from linli.kernel.access import actions
from linli.kernel.access.actions.accounts import first_password
from linli.kernel.access.models import Account
from linli.kernel.access.queries import find_by_login, policy_at
from linli.kernel.access.queries.accounts import must_change_password
from linli.kernel.access.rules import Role, check_password
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry
from linli.kernel.parties.actions import publish_notice
from linli.kernel.parties.queries import standing_consent

AT = stage.LONG_AGO + timedelta(days=10)
GOOD = "Yi-Xin-2026"


def sign_up(**more: str) -> Account:
    return actions.sign_up(**{"name": "韩梅", "password": GOOD, "phone": "13800010001", **more}, at=AT)


def change(account: Account, password: str, at=AT) -> None:
    actions.set_password(account, password, who=stage.as_actor(account, at).who(""), at=at)


def test_a_resident_signs_up_by_number_and_is_found_by_it(people):
    account = sign_up()
    assert find_by_login("13800010001") == account
    assert find_by_login("１３８０００１０００１") == account
    assert account.check_password(GOOD)
    assert account.person.name == "韩梅"
    assert "13800010001" not in str(Account.objects.filter(pk=account.pk).values().get())
    assert Entry.objects.filter(action="sign_up").count() == 1


def test_or_by_user_name_in_any_case(people):
    account = sign_up(username="HanMei", phone="")
    assert find_by_login("hanmei") == find_by_login("HANMEI") == account


def test_number_and_name_belong_to_one_account(people):
    sign_up(username="hanmei")
    with pytest.raises(Conflict):
        sign_up(username="other")
    with pytest.raises(Conflict):
        sign_up(username="hanmei", phone="13800010002")
    assert not Account.objects.filter(username="other").exists()


def test_nobody_takes_anothers_number_as_a_user_name(people):
    with pytest.raises(Refused):
        sign_up(username="13800010009", phone="")


def test_a_weak_password_is_told_with_every_reason(people):
    with pytest.raises(Invalid) as invalid:
        sign_up(password="abc")
    assert len(invalid.value.fields["password"]) == 2


def test_signing_up_records_the_consent_to_the_notice_in_force(people):
    words = {"zh-hans": "账号", "en": "Account"}
    publish_notice(
        stage.as_actor(people.secadmin).who(""), purpose="account", basis="consent", title=words, text=words, at=AT
    )
    assert standing_consent(sign_up().person, "account") is not None


def test_a_first_password_is_good_enough_and_has_to_be_changed(people):
    account, first = actions.create_account(stage.as_actor(people.sysadmin, AT), username="hao", name="郝平", at=AT)
    assert check_password(first, policy_at(AT).password) == []
    assert account.check_password(first)
    assert must_change_password(account, stage.as_actor(account, AT), AT)
    change(account, GOOD)
    assert not must_change_password(account, stage.as_actor(account, AT), AT)


def test_first_passwords_are_always_good_enough_and_never_the_same():
    made = {first_password() for _ in range(200)}
    assert len(made) == 200
    assert all(check_password(password, policy_at(AT).password) == [] for password in made)


def test_the_last_five_passwords_do_not_come_back_and_the_sixth_may(people):
    account = sign_up()
    passwords = [f"Yi-Xin-{n}-2026" for n in range(1, 6)]
    for n, password in enumerate(passwords):
        change(account, password, AT + timedelta(days=n + 1))
    for password in passwords:
        with pytest.raises(Refused) as refused:
            change(account, password, AT + timedelta(days=9))
        assert refused.value.refusal.code == "access.password_used"
    change(account, GOOD, AT + timedelta(days=9))
    assert account.password_traces.count() == 5


def test_staff_change_their_password_after_ninety_days_and_residents_need_not(people):
    day = stage.LONG_AGO + timedelta(days=90)
    assert not must_change_password(people.wang, stage.as_actor(people.wang, day), day - timedelta(seconds=1))
    assert must_change_password(people.wang, stage.as_actor(people.wang, day), day)
    assert not must_change_password(people.li, stage.as_actor(people.li, day), day)


def test_a_reset_password_is_handed_over_once(people):
    first = actions.reset_password(stage.as_actor(people.sysadmin, AT), people.wang, at=AT)
    people.wang.refresh_from_db()
    assert people.wang.check_password(first)
    assert people.wang.must_change_password
    assert first not in "".join(Entry.objects.values_list("body", flat=True))


@pytest.mark.parametrize("whose", ["secadmin", "auditor", "sysadmin"])
def test_who_opens_accounts_cannot_take_over_an_administrators(people, whose: str):
    with pytest.raises(Denied):
        actions.reset_password(stage.as_actor(people.sysadmin, AT), getattr(people, whose), at=AT)


def test_the_security_administrator_resets_an_administrators_password_but_not_their_own(people):
    actor = stage.as_actor(people.secadmin, AT)
    assert actions.reset_password(actor, people.auditor, at=AT)
    with pytest.raises(Denied):
        actions.reset_password(actor, people.secadmin, at=AT)


def test_demonstration_accounts_are_nobody_outside_a_demonstration(people, settings):
    demo = stage.account("demo", "演示", is_demo=True)
    stage.granted(demo, Role.SYSTEM_ADMIN, stage.PROVINCE)
    settings.DEMO = True
    assert stage.as_actor(demo, AT).roles
    settings.DEMO = False
    assert stage.as_actor(demo, AT).is_anonymous


def test_the_demonstration_is_seated_once_and_only_in_a_demonstration(people, settings):
    from linli.kernel.regions.tests.factories import region

    region("410103001001", "淮河社区居民委员会")
    path = Path(settings.INSTANCES) / "demo" / "accounts.yaml"
    settings.DEMO = False
    with pytest.raises(Denied):
        actions.load_demo_accounts(path, at=AT)
    settings.DEMO = True
    made = actions.load_demo_accounts(path, at=AT)
    assert made >= 3  # those whose names the cast does not have
    assert actions.load_demo_accounts(path, at=AT) == 0
    assert Account.objects.filter(is_demo=True).count() == made


def test_profiles_keep_language_and_elder_mode(people):
    account = actions.update_profile(stage.as_actor(people.li, AT), language="en", elder_mode=True, at=AT)
    assert (account.language, account.elder_mode, account.name) == ("en", True, "李芳")
    from linli.kernel.access.rules import ANONYMOUS

    with pytest.raises(Denied):
        actions.update_profile(ANONYMOUS, language="en", at=AT)


def test_a_change_of_keys_takes_accounts_along(people, settings, tmp_path, monkeypatch):
    from linli.kernel.access.queries import phone_of
    from linli.kernel.parties.actions import make_keys, reseal

    monkeypatch.delenv("LINLI_KEY_RING", raising=False)
    settings.HOME = tmp_path
    make_keys()
    account = sign_up()
    with pytest.raises(Denied):
        actions.renew_keys(stage.as_actor(people.sysadmin, AT), at=AT)
    key_id = actions.renew_keys(stage.as_actor(people.secadmin, AT), at=AT)
    assert reseal() >= 2
    account.refresh_from_db()
    assert f".{key_id}." in account.phone_cipher
    assert phone_of(account) == "138****0001"
    assert find_by_login("13800010001") == account
