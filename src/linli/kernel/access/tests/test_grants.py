"""Roles given and taken back: by whom, to whom, and never three keys in one hand."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from linli.base.errors import Conflict, Denied, LinliError, Refused
from linli.kernel.access import actions
from linli.kernel.access.models import Grant
from linli.kernel.access.rules import Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties.actions import add_document
from linli.kernel.parties.rules import DocumentValue

AT = stage.LONG_AGO + timedelta(days=100)
NUMBER = DocumentValue("resident_id", "11010519491231002X")


def give(people, account, role=Role.CLERK, **more):
    values = {"region": stage.TOWNSHIP, "reason": "岗位任命", **more}
    return actions.grant(stage.as_actor(people.secadmin, AT), account, role, **values, at=AT)


def test_the_security_administrator_gives_roles_and_it_is_written_down(people):
    made = give(people, people.li)
    assert made.granted_by == people.secadmin
    entry = Entry.objects.get(action="grant")
    assert entry.account == str(people.secadmin.pk)
    assert stage.as_actor(people.li, AT).roles == {Role.CLERK}


@pytest.mark.parametrize("who", ["sysadmin", "auditor", "wang", "chen", "li"])
def test_nobody_else_gives_roles(people, who: str):
    with pytest.raises(Denied) as denied:
        actions.grant(stage.as_actor(getattr(people, who), AT), people.li, Role.CLERK, region=stage.TOWNSHIP, at=AT)
    assert denied.value.refusal.message


def test_a_security_administrator_gives_roles_inside_their_region_only(people):
    local = stage.member("local", "地方安全员", Role.SECURITY_ADMIN, stage.COUNTY)
    actions.grant(stage.as_actor(local, AT), people.li, Role.CLERK, region=stage.TOWNSHIP, at=AT)
    with pytest.raises(Denied) as denied:
        actions.grant(stage.as_actor(local, AT), people.li, Role.CLERK, region=stage.STRANGE_COUNTY, at=AT)
    assert denied.value.refusal.code == "access.elsewhere"


def test_nobody_gives_themselves_a_role(people):
    with pytest.raises(Denied) as denied:
        give(people, people.secadmin)
    assert denied.value.refusal.code == "access.oneself"
    second = stage.account("secadmin2", "冯雪的另一个账号", person=people.secadmin.person)
    with pytest.raises(Denied):
        give(people, second)


def test_one_person_never_holds_two_of_the_three_keys(people):
    with pytest.raises(Refused) as refused:
        give(people, people.sysadmin, Role.AUDIT_ADMIN, region=stage.PROVINCE)
    assert refused.value.refusal.code == "access.three_administrators"


def test_not_by_a_second_account_either(people):
    second = stage.account("zheng2", "郑国华", person=people.sysadmin.person)
    with pytest.raises(Refused):
        give(people, second, Role.AUDIT_ADMIN, region=stage.STRANGE_COUNTY)


def test_not_by_being_entered_twice_with_the_same_identity_card(people):
    add_document(SYSTEM, people.sysadmin.person, NUMBER, at=AT)
    again = stage.person("郑国华", "410103001001")
    add_document(SYSTEM, again, NUMBER, at=AT)
    with pytest.raises(Refused):
        give(people, stage.account("zheng3", "郑国华", person=again), Role.AUDIT_ADMIN, region=stage.PROVINCE)


def test_not_by_dating_one_of_them_in_the_future(people):
    with pytest.raises(Refused):
        give(people, people.sysadmin, Role.AUDIT_ADMIN, valid_from=AT + timedelta(days=400))
    stage.granted(
        people.li, Role.SYSTEM_ADMIN, stage.PROVINCE, at=AT + timedelta(days=30), until=AT + timedelta(days=60)
    )
    with pytest.raises(Refused):
        give(people, people.li, Role.AUDIT_ADMIN, valid_to=AT + timedelta(days=20))


def test_not_by_naming_the_person_afterwards(people):
    nameless = stage.account("nameless", "无名")
    stage.granted(nameless, Role.AUDIT_ADMIN, stage.PROVINCE)
    with pytest.raises(Refused):
        actions.link_person(stage.as_actor(people.secadmin, AT), nameless, people.sysadmin.person, at=AT)
    nameless.refresh_from_db()
    assert nameless.person is None


def test_an_administrator_is_somebody(people):
    with pytest.raises(Refused) as refused:
        give(people, stage.account("nameless", "无名"), Role.SYSTEM_ADMIN)
    assert refused.value.refusal.code == "access.admin_unnamed"


def test_after_the_role_was_taken_back_another_one_may_follow(people):
    grant = Grant.objects.get(account=people.sysadmin)
    actions.revoke(stage.as_actor(people.secadmin, AT), str(grant.pk), reason="换岗", at=AT)
    later = AT + timedelta(seconds=1)
    actions.grant(
        stage.as_actor(people.secadmin, later), people.sysadmin, Role.AUDIT_ADMIN, region=stage.PROVINCE, at=later
    )
    assert stage.as_actor(people.sysadmin, later).roles == {Role.AUDIT_ADMIN}


def test_taking_back_ends_now_and_once(people):
    grant = Grant.objects.get(account=people.wang)
    actor = stage.as_actor(people.secadmin, AT)
    actions.revoke(actor, str(grant.pk), at=AT)
    assert stage.as_actor(people.wang, AT).grants == ()
    assert stage.as_actor(people.wang, AT - timedelta(seconds=1)).grants
    with pytest.raises(Conflict):
        actions.revoke(actor, str(grant.pk), at=AT)


def test_a_role_still_to_come_never_begins_once_taken_back(people):
    coming = give(people, people.li, valid_from=AT + timedelta(days=10))
    actions.revoke(stage.as_actor(people.secadmin, AT), str(coming.pk), at=AT)
    assert stage.as_actor(people.li, AT + timedelta(days=11)).grants == ()


def test_the_last_security_administrator_stays(people):
    own = Grant.objects.get(account=people.secadmin)
    with pytest.raises(Refused) as refused:
        actions.revoke(stage.as_actor(people.secadmin, AT), str(own.pk), at=AT)
    assert refused.value.refusal.code == "access.last_security_admin"
    stage.member("second", "沈洁", Role.SECURITY_ADMIN, stage.PROVINCE)
    actions.revoke(stage.as_actor(people.secadmin, AT), str(own.pk), at=AT)


def test_residents_are_not_granted_and_dates_make_sense(people):
    with pytest.raises(Refused):
        give(people, people.li, Role.RESIDENT)
    with pytest.raises(Refused):
        give(people, people.li, valid_to=AT)


def test_a_closed_account_gets_no_role_and_loses_those_it_had(people):
    actor = stage.as_actor(people.secadmin, AT)
    actions.close_account(actor, people.wang, reason="离职", at=AT)
    people.wang.refresh_from_db()
    assert stage.as_actor(people.wang, AT).is_anonymous
    with pytest.raises(Refused):
        give(people, people.wang)
    actions.reopen_account(actor, people.wang, at=AT)
    people.wang.refresh_from_db()
    assert stage.as_actor(people.wang, AT).grants == ()


def test_founding_happens_once(db):
    stage.small_tree()
    seats = {
        role: stage.account(role.value.replace("_", "-"), role.value, person=stage.person(role.value))
        for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    }
    assert len(actions.found_administrators(seats, region=stage.PROVINCE, at=AT)) == 3
    with pytest.raises(Denied):
        actions.found_administrators(seats, region=stage.PROVINCE, at=AT)


def test_founding_needs_three_people(db):
    stage.small_tree()
    one = stage.account("one", "一人", person=stage.person("一人"))
    with pytest.raises(Refused):
        actions.found_administrators({Role.SYSTEM_ADMIN: one, Role.AUDIT_ADMIN: one}, region=stage.PROVINCE, at=AT)
    assert not Grant.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_security_administrators_at_once_do_not_make_one_person_two_administrators():
    people = stage.cast()
    other = stage.member("second", "沈洁", Role.SECURITY_ADMIN, stage.PROVINCE)
    human = stage.person("贺强")
    accounts = [stage.account("he1", "贺强", person=human), stage.account("he2", "贺强", person=human)]
    actors = [stage.as_actor(people.secadmin, AT), stage.as_actor(other, AT)]
    roles = [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN]
    start, outcomes = threading.Barrier(2), []

    def work(n: int) -> None:
        start.wait()
        try:
            actions.grant(actors[n], accounts[n], roles[n], region=stage.PROVINCE, at=AT)
            outcomes.append("given")
        except (LinliError, OperationalError) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Refused", "given"]
    assert Grant.objects.filter(account__in=accounts).count() == 1
