"""What one source shows, the same source allows: ``require`` and ``visible_to``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.base.errors import Denied
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import may, require, visible_to
from linli.kernel.access.rules import ANONYMOUS, Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.parties.models import Person

pytestmark = pytest.mark.django_db
SEE = Permission.SEE_PEOPLE


def seen(actor) -> set[str]:
    return set(visible_to(actor, SEE, Person.objects.all(), handler_field="").values_list("name", flat=True))


def test_a_community_sees_its_own_people_and_no_others(people):
    wang = stage.as_actor(people.wang)
    assert "李芳" in seen(wang)
    assert "吴刚" not in seen(wang)


def test_the_stranger_from_the_next_county_sees_nobody_here(people):
    stranger = stage.as_actor(people.stranger)
    assert "李芳" not in seen(stranger)
    with pytest.raises(Denied):
        require(stranger, Permission.REVEAL_IDENTITY, stage.COMMUNITY)


def test_a_township_sees_all_its_communities(people):
    stage.person("韩梅", stage.OTHER_COMMUNITY)
    assert {"李芳", "韩梅"} <= seen(stage.as_actor(people.chen))
    assert "韩梅" not in seen(stage.as_actor(people.wang))


def test_an_expired_grant_sees_nothing(people):
    late = stage.account("late", "迟到")
    stage.granted(late, Role.CLERK, stage.COUNTY, until=stage.LONG_AGO + timedelta(days=30))
    during, after = stage.LONG_AGO + timedelta(days=29), stage.LONG_AGO + timedelta(days=30)
    assert seen(stage.as_actor(late, during))
    assert not seen(stage.as_actor(late, after))
    assert not may(stage.as_actor(late, after), SEE, stage.COMMUNITY)


def test_a_grant_from_tomorrow_sees_nothing_today(people):
    early = stage.account("early", "早来")
    stage.granted(early, Role.CLERK, stage.COUNTY, at=stage.LONG_AGO + timedelta(days=1))
    assert not seen(stage.as_actor(early))
    assert seen(stage.as_actor(early, stage.LONG_AGO + timedelta(days=1)))


def test_residents_and_passers_by_hold_nothing(people):
    assert not seen(stage.as_actor(people.li))
    assert not seen(ANONYMOUS)


def test_require_and_visible_to_agree_for_everyone_everywhere(people):
    for member in vars(people).values():
        actor = stage.as_actor(member)
        shown = set(visible_to(actor, SEE, Person.objects.all(), handler_field="").values_list("pk", flat=True))
        for person in Person.objects.all():
            assert (person.pk in shown) == may(actor, SEE, person.region_id), (member.username, person.name)
