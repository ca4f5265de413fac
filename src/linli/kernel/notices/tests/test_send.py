"""Messages are written with what they speak of, once per recipient and channel, in the recipient's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access.queries.accounts import PHONE as ACCOUNT_PHONE
from linli.kernel.access.tests.cast import account, cast, person
from linli.kernel.audit.rules import Who
from linli.kernel.notices import actions
from linli.kernel.notices.actions import Recipient
from linli.kernel.notices.models import Message
from linli.kernel.notices.queries import templates
from linli.kernel.notices.queries.undelivered import ADDRESS
from linli.kernel.notices.rules import Channel
from linli.kernel.notices.tests.factories import AT, NIGHT, PHONE, deliver, later, tell
from linli.kernel.parties.actions import give_consent, publish_notice, withdraw_consent
from linli.kernel.parties.queries import open_text, seal_text
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
SYSTEM = Who("", "Linli", "system", "410102", "410102")
ALL = ["inbox", "sms", "email"]


@pytest.fixture(autouse=True)
def every_way(settings: Any) -> None:
    settings.LINLI_NOTICE_URLS = {"sms": "json://127.0.0.1:9/", "email": "django://", "chat": "json://127.0.0.1:9/"}


def li(**more: Any) -> Any:
    small_tree()
    return account(
        "li", "李芳", person=person("李芳"), phone_cipher=seal_text(PHONE, ACCOUNT_PHONE), email="li@example.cn", **more
    )


def test_one_call_tells_by_every_channel_of_the_template() -> None:
    who = li()
    sent = tell(Recipient(account=str(who.pk)), channels=None)
    assert sent.channels == (Channel.INBOX, Channel.SMS, Channel.EMAIL)
    inbox = Message.objects.get(channel="inbox")
    assert (inbox.state, inbox.settled_at, inbox.link) == ("sent", AT, "/requests/QF20260302001/")
    assert "linli.example" not in inbox.body  # a button leads there
    assert "https://linli.example/requests/QF20260302001/" in Message.objects.get(channel="email").body
    assert {one.state for one in Message.objects.exclude(channel="inbox")} == {"waiting"}


def test_addresses_are_sealed_and_found_again_only_with_the_keys() -> None:
    tell(Recipient(phone=PHONE, email="li@example.cn"), channels=["sms", "email"])
    for message in Message.objects.all():
        row = " ".join(str(value) for value in Message.objects.filter(pk=message.pk).values()[0].values())
        assert PHONE not in row
        assert "li@example" not in row
    assert open_text(Message.objects.get(channel="sms").address, ADDRESS) == PHONE


def test_the_same_key_tells_once_however_often_it_is_called() -> None:
    for _ in range(3):
        tell(Recipient(phone=PHONE))
    tell(Recipient(phone="13800010002"))
    tell(Recipient(phone=PHONE), key="received:2")
    tell(Recipient(phone=PHONE), county="410103")
    assert Message.objects.count() == 4


def test_the_database_itself_keeps_the_second_out() -> None:
    tell()
    one = Message.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_a_rolled_back_action_tells_nobody() -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        tell()
        raise Stop
    assert not Message.objects.exists()


def test_a_person_without_an_account_is_told_by_phone() -> None:
    small_tree()
    who = person("马秀兰")
    type(who).objects.filter(pk=who.pk).update(phone_cipher=seal_text(PHONE, "parties.person.phone"))
    sent = tell(Recipient(person=str(who.pk)), channels=None)
    assert sent.channels == (Channel.SMS,)
    assert sent.skipped == {Channel.INBOX: "no address", Channel.EMAIL: "no address"}
    assert Message.objects.get().recipient == f"person:{who.pk}"


def test_a_person_with_an_account_is_the_same_recipient_either_way() -> None:
    who = li()
    tell(Recipient(account=str(who.pk)))
    tell(Recipient(person=str(who.person_id)))
    assert Message.objects.count() == 1


def test_a_closed_account_is_not_told() -> None:
    who = li(is_active=False)
    assert tell(Recipient(account=str(who.pk)), channels=["inbox"]).channels == ()


def test_without_a_gateway_a_channel_is_skipped_and_said_so(settings: Any) -> None:
    settings.LINLI_NOTICE_URLS = {}
    assert tell().skipped == {Channel.SMS: "no gateway"}
    assert not Message.objects.exists()


def test_everyone_reads_their_own_language() -> None:
    who = li(language="en")
    tell(Recipient(account=str(who.pk)), channels=["inbox"])
    tell(Recipient(phone="13800010002"))
    assert Message.objects.get(channel="inbox").title.startswith("We have your request")
    assert Message.objects.get(channel="sms").body.startswith("【邻里】")


def test_mistakes_of_the_caller_are_not_sent() -> None:
    with pytest.raises(ValueError, match="no notice"):
        tell(template="request.unknown")
    with pytest.raises(ValueError, match="needs due"):
        actions.send("request.received", Recipient(phone=PHONE), {"number": 1, "title": 1, "place": 1, "link": "/"},
                     key="k", county="410102", subject="s", at=AT)  # fmt: skip
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://linli.example.evil/",
    ):
        with pytest.raises(ValueError, match="links only into Linli"):
            tell(context={"link": elsewhere})
    assert not Message.objects.exists()


def test_hidden_signs_and_line_breaks_do_not_reach_a_subject_line() -> None:
    tell(Recipient(email="a@example.cn"), channels=["email"], context={"number": "1\r\nBcc: all@example.cn\u202e"})
    title = Message.objects.get().title
    assert "\n" not in title
    assert "\u202e" not in title


def test_at_night_a_text_message_waits_for_the_morning_and_a_mail_does_not() -> None:
    tell(Recipient(phone=PHONE, email="li@example.cn"), channels=["sms", "email"], at=NIGHT)
    assert Message.objects.get(channel="sms").due_at == NIGHT + timedelta(hours=8)
    assert Message.objects.get(channel="email").due_at == NIGHT
    tell(template="desk.overdue", key="overdue:1", at=NIGHT)
    assert Message.objects.get(template="desk.overdue").due_at == NIGHT


def test_what_nothing_makes_necessary_needs_consent_and_stops_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    people = cast()
    who = people.li.person
    type(who).objects.filter(pk=who.pk).update(phone_cipher=seal_text(PHONE, "parties.person.phone"))
    monkeypatch.setitem(
        templates(), "request.rate", templates()["request.rate"].model_copy(update={"necessary": False})
    )
    to = Recipient(person=str(who.pk))
    assert tell(to, "request.rate", key="a").skipped == {Channel.SMS: "no consent"}
    assert tell(Recipient(phone=PHONE), "request.rate", key="a").skipped == {Channel.SMS: "no consent"}
    title = {"zh-hans": "通知", "en": "Messages"}
    notice = publish_notice(SYSTEM, purpose="notices", basis="consent", title=title, text=title, at=AT)
    consent = give_consent(SYSTEM, who, notice, at=AT)
    assert tell(to, "request.rate", key="a").channels == (Channel.SMS,)
    withdraw_consent(SYSTEM, consent, at=later(minutes=1))
    assert deliver(later(minutes=2)) == 0
    message = Message.objects.get()
    assert (message.state, message.reason) == ("discarded", "withdrawn")


def test_a_desks_chat_is_told_once_for_all_its_people() -> None:
    people = cast()
    for one in (people.wang, people.zhao):
        to = Recipient(account=str(one.pk), desk="410102001002")
        tell(to, "desk.assigned", key="assigned:1", channels=None)
    assert Message.objects.filter(channel="inbox").count() == 2
    assert Message.objects.filter(channel="chat").count() == 1
