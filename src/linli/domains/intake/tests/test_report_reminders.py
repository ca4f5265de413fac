"""A sealed matter about a child is reported to the police at once: reminders at once, after two hours, after a day."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from linli.domains.intake.actions import handling as do
from linli.domains.intake.models import Request
from linli.domains.intake.queries.home import my_rows
from linli.domains.intake.tasks import on_case_event
from linli.domains.intake.tests.factories import HOUR, MONDAY, Cast, cast, say
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.rules import EventValue
from linli.kernel.cases.actions import fire_escalations
from linli.kernel.cases.models import CaseEvent, Clock
from linli.kernel.notices.models import Message

pytestmark = pytest.mark.django_db
SECRET = "邻居家孩子天天被打，身上都是伤痕"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people() -> Cast:
    return cast()


def _tell_all() -> None:
    for event in Event.objects.filter(topic__startswith="case.").order_by("seq"):
        payload = event.payload if isinstance(event.payload, dict) else orjson.loads(event.payload)
        on_case_event(EventValue(event.seq, str(event.id), event.county, event.topic, event.key, payload, event.at))


def _reminders() -> int:
    return CaseEvent.objects.filter(action="remind_report").count()


def test_three_reminders_until_it_is_noted(people: Cast) -> None:
    case = say(people.li, text=SECRET).case
    counts = []
    for after in (MINUTE * 2, HOUR, 2 * HOUR + 2 * MINUTE, 23 * HOUR, 24 * HOUR + 2 * MINUTE, 60 * HOUR):
        fire_escalations(MONDAY + after)
        counts.append(_reminders())
    assert counts == [1, 1, 2, 2, 3, 3]
    written = Entry.objects.filter(subject=case.subject, action__endswith="remind_report")
    assert [entry.role for entry in written] == ["system"] * 3


def test_noting_the_report_ends_the_reminders(people: Cast) -> None:
    case = say(people.li, text=SECRET).case
    fire_escalations(MONDAY + 2 * MINUTE)
    do.note_report(people.zhou, case.pk, words="接警员 0321：马上出警", at=MONDAY + 10 * MINUTE)
    fire_escalations(MONDAY + 25 * HOUR)
    assert _reminders() == 1 and Clock.objects.get(case=case, key="report").stopped_at is not None
    assert Request.objects.get(case=case).reported_words.startswith("接警员")


def test_only_the_named_officer_is_told_and_only_in_the_inbox(people: Cast) -> None:
    case = say(people.li, text=SECRET).case
    fire_escalations(MONDAY + 2 * MINUTE)
    _tell_all()
    _tell_all()
    told = Message.objects.get()
    assert (str(told.account), told.channel, told.template) == (people.zhou.account, "inbox", "desk.report")
    assert case.title not in told.body + told.title and "打" not in told.title


def test_ordinary_requests_have_no_such_clock_and_a_corrected_one_has(people: Cast) -> None:
    case = say(people.li).case
    assert not Clock.objects.filter(key="report").exists()
    do.correct_category(people.zhou, case.pk, category="21", at=MONDAY + HOUR)
    assert Clock.objects.get(key="report").started_at == MONDAY + HOUR
    fire_escalations(MONDAY + HOUR + 2 * MINUTE)
    assert _reminders() == 1


def test_who_said_it_sees_no_overdue_clock(people: Cast) -> None:
    say(people.li, text=SECRET)
    assert [row.left for row in my_rows(people.li, MONDAY + HOUR)] == ["stopped"]
