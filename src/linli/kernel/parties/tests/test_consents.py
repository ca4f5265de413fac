"""Notices in versions, consents in kinds, the way back in one step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.base.errors import Conflict, Refused
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.rules import Who
from linli.kernel.parties import actions
from linli.kernel.parties.models import Consent, Notice, Person
from linli.kernel.parties.queries import consents_of, current_notice, may_ask, standing_consent
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = AT + timedelta(days=3)
LI = Who("li", "李芳", "resident", "410102001002", "410102")


@pytest.fixture
def li() -> Person:
    small_tree()
    return actions.register_person(LI, region="410102001002", name="李芳", born=date(1980, 1, 1), at=AT)


def notice(purpose: str = "health", at: datetime = AT, **more: object) -> Notice:
    words = {"zh-hans": "为随访而收集健康状况", "en": "Health for visits"}
    return actions.publish_notice(LI, purpose=purpose, basis="consent", title=words, text=words, at=at, **more)  # type: ignore[arg-type]


def test_versions_follow_each_other_and_old_consents_stay_with_theirs(li):
    first = notice()
    actions.give_consent(LI, li, first, at=AT)
    second = notice(at=LATER)
    assert (first.version, second.version) == (1, 2)
    assert current_notice("health", AT) == first
    assert current_notice("health", LATER) == second
    assert consents_of(li)[0].notice == first
    with pytest.raises(Refused):
        actions.give_consent(LI, li, first, kind="separate", at=LATER)


def test_consent_given_twice_is_one(li):
    words = notice()
    assert actions.give_consent(LI, li, words, at=AT) == actions.give_consent(LI, li, words, at=LATER)
    assert Entry.objects.filter(action="give_consent").count() == 1


def test_withdrawal_is_one_step_and_is_heard(li):
    consent = actions.give_consent(LI, li, notice(), at=AT)
    assert standing_consent(li, "health") == consent
    actions.withdraw_consent(LI, consent, at=LATER)
    assert standing_consent(li, "health") is None
    assert "health" in str(Event.objects.get(topic="consent.withdrawn").payload)
    with pytest.raises(Conflict):
        actions.withdraw_consent(LI, consent, at=LATER)


def test_after_a_no_nobody_asks_again_for_the_same_version(li):
    words = notice()
    assert may_ask(li, words)
    actions.refuse_consent(LI, li, words, at=AT)
    assert not may_ask(li, words)
    assert standing_consent(li, "health") is None
    assert may_ask(li, notice(at=LATER))


def test_a_no_ends_the_yes_before_it(li):
    words = notice()
    actions.give_consent(LI, li, words, at=AT)
    actions.refuse_consent(LI, li, words, at=LATER)
    assert standing_consent(li, "health") is None
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_a_general_consent_is_none_for_sensitive_data(li):
    words = notice(sensitive=True)
    with pytest.raises(Refused):
        actions.give_consent(LI, li, words, at=AT)
    actions.give_consent(LI, li, words, kind="sensitive", at=AT)
    assert standing_consent(li, "health", kind="sensitive")


def test_a_child_needs_its_guardian(li):
    child = actions.register_person(LI, region="410102001002", name="李小满", born=date(2012, 12, 23), at=AT)
    words = notice("care", for_minors=True)
    with pytest.raises(Refused) as refused:
        actions.give_consent(LI, child, words, kind="sensitive", at=AT)
    assert refused.value.refusal.article == "个人信息保护法 31"
    with pytest.raises(Refused):  # not yet entered as the guardian
        actions.give_consent(LI, child, words, kind="sensitive", given_by=li, at=AT)
    child = actions.correct_person(LI, child, guardian=li, at=AT)
    given = actions.give_consent(LI, child, words, kind="sensitive", given_by=li, at=AT)
    assert given.as_guardian
