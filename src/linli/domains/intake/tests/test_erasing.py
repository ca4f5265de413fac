"""A person erased is forgotten in their requests, once and on the record; what was said and done stays."""

from __future__ import annotations

import orjson
import pytest

from linli.domains.intake.actions import handling as do
from linli.domains.intake.models import Request
from linli.domains.intake.queries.requests import get_request, person_of
from linli.domains.intake.tasks import on_case_event, on_person_erased
from linli.domains.intake.tests.factories import HOUR, MONDAY, Cast, cast, say
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.rules import EventValue
from linli.kernel.cases.queries import history
from linli.kernel.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def _erased(person: str) -> EventValue:
    return EventValue(1, "e1", "410102", "person.erased", person, {"person": person}, MONDAY + 2 * HOUR)


def test_name_and_number_go_and_the_timeline_stays(people: Cast) -> None:
    case, other = say(people.li).case, say(people.zhao, name="赵小军", phone="13900010002").case
    do.accept(people.wang, case.pk, at=MONDAY + HOUR)
    before = [(line.action, line.at) for line in history(case)]
    assert case.requester is not None and str(case.requester) == people.li.person
    on_person_erased(_erased(people.li.person))
    request = Request.objects.get(case=case)
    assert (request.contact_name, request.contact_phone, request.phone_index) == ("", "", "")
    assert request.text.startswith("3号楼") and [(line.action, line.at) for line in history(case)] == before
    assert person_of(people.wang, get_request(people.wang, case.pk)).phone == ""
    assert Request.objects.get(case=other).contact_phone != ""


def test_it_is_noted_once_and_without_what_was_there(people: Cast) -> None:
    case = say(people.li).case
    for _time in range(2):
        on_person_erased(_erased(people.li.person))
    entry = Entry.objects.get(action="intake.erase_contact")
    assert entry.subject == case.subject and entry.county == case.county
    assert "李芳" not in entry.body and "13800010001" not in entry.body


def test_who_is_asked_for_more_is_told_what_and_until_when(people: Cast) -> None:
    case = say(people.li).case
    do.accept(people.wang, case.pk, at=MONDAY)
    do.ask_more(people.wang, case.pk, note="请拍一张电梯里的编号牌", at=MONDAY + HOUR)
    for event in Event.objects.filter(topic="case.advanced").order_by("seq"):
        payload = event.payload if isinstance(event.payload, dict) else orjson.loads(event.payload)
        on_case_event(EventValue(event.seq, str(event.id), event.county, event.topic, event.key, payload, event.at))
    told = Message.objects.get(template="request.more", channel="inbox")
    assert (
        str(told.account) == people.li.account and "请拍一张电梯里的编号牌" in told.body and "2026-12-08" in told.body
    )
