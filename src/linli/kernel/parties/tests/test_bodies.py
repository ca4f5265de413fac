"""Households and their heads; organisations, posts and who holds them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linli.base.errors import Conflict, Refused
from linli.kernel.audit.rules import Who
from linli.kernel.parties import actions
from linli.kernel.parties.models import HouseholdMember, Person
from linli.kernel.parties.queries import household_of, posts_of
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
WANG = Who("wang", "王建国", "community_worker", "410102001002", "410102")
HOME = "410102001002"
DAY = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def tree() -> None:
    small_tree()


def person(name: str) -> Person:
    return actions.register_person(WANG, region=HOME, name=name, at=AT)


def test_a_household_has_one_head():
    household = actions.found_household(WANG, region=HOME, head=person("李芳"), on=DAY, at=AT)
    with pytest.raises(Conflict):
        actions.join_household(WANG, household, person("张伟"), relation="head", on=DAY, at=AT)
    actions.join_household(WANG, household, person("张伟"), relation="spouse", on=DAY, at=AT)
    assert household.members.count() == 2


def test_a_head_does_not_leave_others_without_one():
    head, spouse = person("李芳"), person("张伟")
    household = actions.found_household(WANG, region=HOME, head=head, on=DAY, at=AT)
    second = actions.join_household(WANG, household, spouse, relation="spouse", on=DAY, at=AT)
    first = household.members.get(relation="head")
    with pytest.raises(Refused):
        actions.leave_household(WANG, first, on=date(2026, 11, 20), at=AT)
    actions.leave_household(WANG, first, on=date(2026, 11, 20), at=AT, new_head=second)
    assert household.members.get(valid_to=None).relation == "head"
    assert household_of(head) is None
    with pytest.raises(Conflict):
        actions.leave_household(WANG, first, on=date(2026, 11, 21), at=AT)


def test_moving_in_ends_the_stay_elsewhere():
    daughter = person("李明")
    old = actions.found_household(WANG, region=HOME, head=daughter, on=DAY, at=AT)
    new = actions.found_household(WANG, region=HOME, head=person("李芳"), on=DAY, at=AT)
    actions.join_household(WANG, new, daughter, relation="child", on=date(2026, 11, 10), at=AT)
    assert household_of(daughter).household == new
    assert old.members.get().valid_to == date(2026, 11, 10)
    assert HouseholdMember.objects.filter(person=daughter).count() == 2


def test_a_doubtful_credit_code_is_refused_until_someone_compared_it():
    wanted = {"region": HOME, "name": "福州某公司", "credit_code": "91350100M000100Y44", "kind": "company"}
    with pytest.raises(Refused) as refused:
        actions.register_organisation(WANG, **wanted, at=AT)
    assert refused.value.refusal.code == "parties.code_check"
    kept = actions.register_organisation(WANG, **wanted, keep_doubtful=True, at=AT)
    assert kept.code_doubt == "parties.code_check"


def test_a_credit_code_that_cannot_be_one_is_not_to_be_overridden():
    with pytest.raises(Refused):
        actions.register_organisation(WANG, region=HOME, name="x", credit_code="12", keep_doubtful=True, at=AT)


def test_a_credit_code_is_entered_once_per_county():
    wanted = {"name": "福州某公司", "credit_code": "91350100m000100y43"}
    actions.register_organisation(WANG, region=HOME, **wanted, at=AT)
    with pytest.raises(Conflict):
        actions.register_organisation(WANG, region=HOME, **wanted, at=AT)
    actions.register_organisation(WANG, region="410103001001", **wanted, at=AT)


def test_a_post_has_as_many_holders_as_seats_at_any_time():
    committee = actions.register_organisation(WANG, region=HOME, name="碧沙岗居委会", kind="committee", at=AT)
    director = actions.open_post(WANG, committee, name="主任", at=AT)
    first = actions.join_body(WANG, committee, person("王建国"), post=director, on=DAY, at=AT)
    with pytest.raises(Refused) as refused:
        actions.join_body(WANG, committee, person("赵敏"), post=director, on=date(2026, 12, 1), at=AT)
    assert refused.value.refusal.code == "parties.seats"
    actions.leave_body(WANG, first, on=date(2026, 12, 1), at=AT)
    actions.join_body(WANG, committee, person("赵敏"), post=director, on=date(2026, 12, 1), at=AT)
    before = actions.join_body(WANG, committee, person("孙丽"), post=director, on=date(2025, 1, 1), until=DAY, at=AT)
    assert posts_of(before.person, date(2025, 6, 1))[0].post == director
    assert posts_of(before.person, DAY) == []


def test_a_plain_membership_is_held_once():
    club = actions.register_organisation(WANG, region=HOME, name="合唱队", at=AT)
    singer = person("李芳")
    actions.join_body(WANG, club, singer, on=DAY, at=AT)
    with pytest.raises(Conflict):
        actions.join_body(WANG, club, singer, on=DAY, at=AT)
