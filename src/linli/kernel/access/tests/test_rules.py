"""Actors, grants, scopes, passwords and exclusions, from values alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from pydantic import ValidationError

from linli.kernel.access.rules import (
    ADMINISTRATORS,
    Actor,
    Desk,
    GrantValue,
    Holding,
    Policy,
    Role,
    check_exclusions,
    check_name,
    check_password,
    check_period,
    check_phone,
    check_scopes,
    narrowest,
    policy_on,
    scope_allows,
    scopes_now,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
FILE = Path(settings.INSTANCES) / "access" / "policy.yaml"
POLICIES = [Policy.model_validate(entry) for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))]
POLICY = policy_on(POLICIES, AT.date())


def test_desks_are_written_region_or_region_and_unit():
    assert str(Desk("410102001")) == "410102001"
    assert Desk.parse("410102/housing") == Desk("410102", "housing")
    assert str(Desk.parse("410102/housing")) == "410102/housing"


def test_a_grant_for_a_unit_reaches_what_its_desk_handles_and_nothing_else():
    grant = GrantValue(Role.HANDLING_UNIT, "410102", "housing")
    assert grant.reaches("410102001002", "410102/housing")
    assert not grant.reaches("410102001002", "410102/police")
    assert not grant.reaches("410102001002")
    assert not grant.reaches("410102")


def test_a_grant_reaches_down_not_up_nor_sideways():
    grant = GrantValue(Role.CLERK, "410102001")
    assert grant.reaches("410102001002001")
    assert not grant.reaches("410102")
    assert not grant.reaches("410102002")
    assert not grant.reaches("")


def test_one_acts_in_the_narrowest_role_that_reaches():
    actor = Actor(
        account="a",
        name="王",
        grants=(GrantValue(Role.OVERSEER, "41"), GrantValue(Role.COMMUNITY_WORKER, "410102001002")),
    )
    assert actor.who("410102001002").role == "community_worker"
    assert actor.who("410102001002").chain == "410102001002"
    assert actor.who("410103001").role == "overseer"
    assert actor.who("410103001").county == "410103"


def test_residents_and_passers_by_write_to_the_chain_of_the_place():
    who = Actor(account="a", name="李").who("410102001002")
    assert (who.role, who.chain, who.county) == ("resident", "410102001002", "410102")
    assert Actor().who("").chain == "system"
    assert Actor().who("").role == ""


def test_ranges_inside_others_are_not_asked_twice():
    grants = [GrantValue(Role.CLERK, code) for code in ("410102001", "410102", "410103001", "410102001002")]
    assert [grant.region for grant in narrowest(grants)] == ["410102", "410103001"]


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (None, True),
        (("*",), True),
        (("intake.*",), True),
        (("intake.accept",), True),
        (("intake.accept_all",), False),
        (("intak.*",), False),
        (("cases.*",), False),
        ((), False),
    ],
)
def test_scopes(scopes: tuple[str, ...] | None, allowed: bool):
    assert scope_allows(scopes, "intake.accept") is allowed


def test_a_reading_key_reads_and_does_not_write():
    assert scopes_now(["read"], reading=True) == ("*",)
    assert scopes_now(["read"], reading=False) is None
    assert scopes_now(["read", "intake.*"], reading=False) == ("intake.*",)


def test_a_key_names_scopes_that_exist():
    known = {"intake.accept", "cases.see"}
    assert check_scopes(["intake.*", "cases.see", "read"], known) is None
    assert check_scopes([], known).code == "access.no_scope"
    assert check_scopes(["intake.delete", "nothing.*"], known).params == {"scopes": "intake.delete, nothing.*"}


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Ab1-Ab1", ["access.password_short"]),
        ("abcdefgh1", ["access.password_classes"]),
        ("Abcdefgh1", []),
        ("密码密码Abcd", []),
        ("wang-Jian-9", ["access.password_name"]),
        ("abc", ["access.password_short", "access.password_classes"]),
        ("", ["access.password_short", "access.password_classes"]),
    ],
)
def test_password_rules_say_everything_at_once(password: str, codes: list[str]):
    assert [refusal.code for refusal in check_password(password, POLICY.password, ["wang"])] == codes


def held(role: Role, region: str = "41", days: tuple[int, int | None] = (0, None)) -> Holding:
    begin, end = days
    return Holding(role, region, AT + timedelta(days=begin), None if end is None else AT + timedelta(days=end))


@pytest.mark.parametrize("one", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("other", sorted(ADMINISTRATORS))
def test_three_administrators_are_three_people(one: Role, other: Role):
    refusal = check_exclusions(held(one, "410102"), [held(other, "410103")], ())
    assert (refusal is not None) == (one != other)


def test_also_when_one_begins_after_the_other_has_ended():
    assert check_exclusions(held(Role.AUDIT_ADMIN, days=(100, None)), [held(Role.SYSTEM_ADMIN, days=(0, 50))], ())
    assert check_exclusions(held(Role.AUDIT_ADMIN, days=(0, 50)), [held(Role.SYSTEM_ADMIN, days=(100, None))], ())


def test_supervisors_are_not_members_of_what_they_supervise():
    wanted = held(Role.SUPERVISOR_MEMBER, "410102001002")
    assert check_exclusions(wanted, [held(Role.DIRECTOR, "410102001002")], POLICY.exclusions).code == "access.excluded"
    assert check_exclusions(wanted, [held(Role.DIRECTOR, "410102001003")], POLICY.exclusions) is None
    assert check_exclusions(wanted, [held(Role.CLERK, "410102001002")], POLICY.exclusions) is None
    former = held(Role.DIRECTOR, "410102001002", (-10, 0))
    assert check_exclusions(wanted, [former], POLICY.exclusions) is None


def test_a_period_ends_after_it_begins_and_not_in_the_past():
    assert check_period(AT, None, AT) is None
    assert check_period(AT, AT + timedelta(days=1), AT) is None
    assert check_period(AT, AT, AT) is not None
    assert check_period(AT - timedelta(days=9), AT - timedelta(days=1), AT) is not None


def test_names_at_the_door():
    assert check_name("li.fang-2", "") is None
    assert check_name("", "13800010001") is None
    assert check_name("", "").code == "access.no_name"
    for wrong in ("Li", "1li", "l", "李芳", "li fang", "13800010001"):
        assert check_name(wrong, "").code == "access.username_shape", wrong
    assert check_phone("13800010001") is None
    assert check_phone("1380001000").code == "access.phone_shape"


def test_the_policy_of_the_day_holds_and_none_before_the_first():
    stricter = POLICY.model_copy(update={"start": date(2027, 1, 1)})
    assert policy_on([stricter, POLICY], date(2026, 12, 31)) == POLICY
    assert policy_on([POLICY, stricter], date(2027, 1, 1)) == stricter
    with pytest.raises(LookupError):
        policy_on([POLICY], date(2025, 12, 31))


def test_a_policy_looser_than_its_source_is_refused():
    loose = yaml.safe_load(FILE.read_text(encoding="utf-8"))[0]
    loose["password"]["length"] = 6
    with pytest.raises(ValidationError):
        Policy.model_validate(loose)


def test_idle_minutes_by_role():
    assert POLICY.idle_minutes(frozenset({Role.CLERK})) == 30
    assert POLICY.idle_minutes(frozenset({Role.CLERK, Role.PROTECTION_OFFICER})) == 10
    assert POLICY.idle_minutes(frozenset()) == 30
