"""Who is told what: one message each however often an event comes, none about what is sealed, anonymous or imported."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from linli.domains.intake.actions import handling as do
from linli.domains.intake.rules.kinds import Privacy
from linli.domains.intake.tasks import on_case_event
from linli.domains.intake.tests.factories import HOUR, MONDAY, Cast, cast, say
from linli.kernel.audit.models import Event
from linli.kernel.audit.rules import EventValue
from linli.kernel.notices.models import Message

pytestmark = pytest.mark.django_db
ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"


@pytest.fixture
def people() -> Cast:
    return cast()


def _tell_all() -> None:
    for event in Event.objects.filter(topic__startswith="case.").order_by("seq"):
        payload = event.payload if isinstance(event.payload, dict) else orjson.loads(event.payload)
        on_case_event(EventValue(event.seq, str(event.id), event.county, event.topic, event.key, payload, event.at))


def _told() -> list[str]:
    return list(
        Message.objects.exclude(recipient__startswith="desk:").order_by("created_at").values_list("template", flat=True)
    )


def test_the_person_is_told_once_at_every_turn(people: Cast) -> None:
    case = say(people.li).case
    do.accept(people.wang, case.pk, at=MONDAY + HOUR)
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + 2 * HOUR)
    _tell_all()
    first = _told()
    assert {"request.received", "request.accepted", "request.answered"} <= set(first)
    _tell_all()
    assert _told() == first
    assert all(
        str(message.account) == people.li.account
        for message in Message.objects.filter(channel="inbox", template__startswith="request.")
    )


def test_nothing_goes_out_about_a_sealed_or_anonymous_request(people: Cast) -> None:
    say(people.li, text="邻居家孩子天天被打，身上都是伤痕")
    say(people.li, privacy=Privacy.ANONYMOUS)
    _tell_all()
    assert _told() == []


def test_who_reported_the_same_is_told_the_answer_too(people: Cast) -> None:
    master = say(people.li).case
    do.accept(people.wang, master.pk, at=MONDAY)
    twin = say(people.zhao, at=MONDAY + HOUR).case
    do.link_duplicate(people.wang, twin.pk, master.pk, at=MONDAY + 2 * HOUR)
    do.reply(people.wang, master.pk, text=ANSWER, at=MONDAY + timedelta(hours=3))
    _tell_all()
    answered = Message.objects.filter(template="request.answered", channel="inbox").values_list("account", flat=True)
    assert {str(account) for account in answered} == {people.li.account, people.zhao.account}
