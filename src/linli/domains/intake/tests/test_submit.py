"""Saying something: what is kept, for whom, sealed or open, once or twice."""

from __future__ import annotations

import pytest

from linli.base.errors import Conflict, Denied, Invalid, Missing, Refused
from linli.domains.intake.actions.submit import pepper
from linli.domains.intake.models import Request
from linli.domains.intake.rules import secrets
from linli.domains.intake.rules.kinds import Channel, Kind, Privacy
from linli.domains.intake.tests.factories import HOUR, MONDAY, cast, say
from linli.kernel.access.rules import Actor
from linli.kernel.audit.models import Entry, Event
from linli.kernel.cases.models import Case, IdempotencyKey
from linli.kernel.cases.queries import get_case

pytestmark = pytest.mark.django_db


def test_a_request_lands_at_its_community_with_a_clock() -> None:
    people = cast()
    receipt = say(people.li)
    case = get_case(people.wang, receipt.case.pk)
    assert (case.state, case.handler, case.type) == ("received", "410102001002", "request")
    assert case.due_at == MONDAY + 24 * HOUR
    assert receipt.request.category == "07" == receipt.request.suggested


def test_number_and_code_are_kept_so_that_the_database_tells_neither_code_nor_phone() -> None:
    receipt = say(cast().li)
    stored = Request.objects.get(case=receipt.case)
    assert receipt.code not in str(vars(stored)) and "13800010001" not in str(vars(stored))
    assert secrets.same(stored.code_digest, secrets.digest_of(receipt.code, receipt.case.number, pepper()))


def test_the_same_key_is_one_request_and_the_same_code() -> None:
    people = cast()
    first, second = say(people.li, key="k1"), say(people.li, key="k1", at=MONDAY + HOUR)
    assert first.case.pk == second.case.pk and first.code == second.code
    assert Case.objects.count() == Request.objects.count() == 1


def test_the_same_key_with_other_words_is_a_conflict() -> None:
    people = cast()
    say(people.li, key="k1")
    with pytest.raises(Conflict):
        say(people.li, key="k1", text="完全不同的另一件事情")


@pytest.mark.parametrize("changes", [{"place": "别的地方"}, {"phone": "13900010009"}, {"accused_words": "物业老王"}])
def test_the_same_key_with_another_place_or_contact_is_a_conflict(changes: dict[str, object]) -> None:
    people = cast()
    say(people.nobody, key="k1", title="电梯坏了")
    with pytest.raises(Conflict):
        say(people.nobody, key="k1", title="电梯坏了", **changes)


@pytest.mark.parametrize("privacy", list(Privacy))
def test_two_strangers_with_the_same_key_and_words_have_each_their_own_receipt(privacy: Privacy) -> None:
    cast()
    one, other = Actor(address="10.0.0.1"), Actor(address="10.0.0.2")
    first, second = (say(actor, key="1", privacy=privacy) for actor in (one, other))
    assert first.case.pk != second.case.pk and first.code != second.code
    again = say(one, key="1", privacy=privacy)
    assert (again.case.pk, again.code) == (first.case.pk, first.code)
    kept = "".join(map(str, IdempotencyKey.objects.values_list("scope", "key")))
    assert "10.0.0" not in kept, "neither is an address kept beside the case"


def test_who_stays_anonymous_is_nobody_on_the_record_too() -> None:
    people = cast()
    receipt = say(people.li, privacy=Privacy.ANONYMOUS)
    assert receipt.request.contact_phone == "" and receipt.case.opened_by is None and receipt.case.requester is None
    assert people.li.account not in "".join(Entry.objects.values_list("body", flat=True))
    assert people.li.account not in "".join(map(str, Event.objects.values_list("payload", flat=True)))


def test_golden_15_a_banned_certificate_is_refused_and_can_still_be_asked_about() -> None:
    people = cast()
    words = "请社区给我开具亲属关系证明，并盖章"
    with pytest.raises(Refused) as refused:
        say(people.li, kind=Kind.HELP, text=words)
    assert "民发〔2020〕20号" in refused.value.refusal.article and refused.value.refusal.params["where"]
    assert Case.objects.count() == 0
    assert say(people.li, kind=Kind.HELP, text=words, insist=True).case.state == "received"


def test_violence_opens_sealed_and_only_the_named_role_sees_it() -> None:
    people = cast()
    case = say(people.li, text="邻居家孩子天天被打，身上都是伤痕").case
    assert case.sealed
    assert get_case(people.zhou, case.pk).pk == case.pk
    for actor in (people.wang, people.chen, people.qian, people.he, people.stranger, people.auditor):
        with pytest.raises(Missing):
            get_case(actor, case.pk)


def test_a_wide_outage_has_two_hours() -> None:
    case = say(cast().li, text="整个小区停水了，家家户户都没水").case
    assert case.urgency == 1 and case.due_at == MONDAY + 2 * HOUR


def test_only_those_with_the_right_write_for_others() -> None:
    people = cast()
    receipt = say(people.zhao, channel=Channel.GRID)
    assert str(receipt.request.taken_in_by) == people.zhao.account and receipt.case.requester is None
    with pytest.raises(Denied):
        say(people.stranger, channel=Channel.PHONE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " ！ "}, "text"),
        ({"text": "长" * 5001}, "text"),
        ({"phone": "不是号码"}, "phone"),
        ({"longitude": 113.6}, "place"),
    ],
)
def test_wrong_shapes_are_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        say(cast().li, **changes)
    assert list(invalid.value.fields) == [field]


def test_an_unknown_village_is_missing() -> None:
    with pytest.raises(Missing):
        say(cast().li, region="410102001999")


@pytest.mark.parametrize(
    "said",
    ["联系我 <wang@qq.com> 谢谢", "楼上1<x‹3号>漏水", "标语<b>安</b>  &amp; 掉了", "<script>alert(1)</script>路灯"],
)
def test_what_residents_say_is_kept_word_for_word(said: str) -> None:
    assert say(cast().li, text=said).request.text == said
