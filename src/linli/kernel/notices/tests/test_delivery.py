"""Through real sockets: everything arrives exactly once, or a person is asked; nothing is sent on a guess."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from linli.kernel.notices import actions
from linli.kernel.notices.actions import Recipient
from linli.kernel.notices.actions import deliver as delivering
from linli.kernel.notices.models import Message
from linli.kernel.notices.queries import backlog, parameters_at
from linli.kernel.notices.rules import State
from linli.kernel.notices.tests.factories import AT, NIGHT, PHONE, deliver, later, tell
from linli.kernel.notices.tests.servers import MailServer, SmsGateway

Listen = Callable[..., SmsGateway]
Mail = Callable[..., MailServer]


def tell_many(number: int) -> None:
    for count in range(number):
        tell(Recipient(phone=f"138{count:08}"), key=f"many:{count}", context={"number": f"N{count:04}"})


def run_until_quiet(runs: int = 60) -> int:
    """The worker, again and again, an hour apart, by day."""
    accepted = 0
    for count in range(runs):
        accepted += deliver(AT + timedelta(days=count))
        if not Message.objects.filter(state="waiting").exists():
            break
    return accepted


@pytest.mark.django_db
def test_a_gateway_that_fails_one_in_five_gets_everything_exactly_once(sms: Listen) -> None:
    gateway = sms(lambda number: 503 if number % 5 == 0 else 200)
    tell_many(40)
    assert run_until_quiet() == 40
    assert len(gateway.accepted) == 40
    assert set(gateway.accepted.values()) == {1}
    assert gateway.requests == 49  # nine were refused and asked again
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert {body["to"] for body in gateway.bodies} == {f"138{count:08}" for count in range(40)}


@pytest.mark.django_db
def test_one_that_hangs_up_after_accepting_is_asked_again_where_it_knows_the_key(sms: Listen) -> None:
    gateway = sms(lambda number: "drop_after" if number % 5 == 0 else 200, key=True)
    tell_many(20)
    assert run_until_quiet() == 20
    assert set(gateway.accepted.values()) == {1}
    assert len(gateway.accepted) == 20
    assert gateway.keys == {str(pk) for pk in Message.objects.values_list("pk", flat=True)}


@pytest.mark.django_db
def test_one_that_hangs_up_without_a_key_leaves_the_question_to_a_person(sms: Listen) -> None:
    gateway = sms(lambda number: "drop_after" if number % 5 == 0 else 200)
    tell_many(20)
    assert run_until_quiet() == 16
    assert set(gateway.accepted.values()) == {1}
    assert len(gateway.accepted) == 20  # they all arrived, four of them without our knowing
    assert backlog() == {"uncertain": 4}
    assert set(Message.objects.filter(state="uncertain").values_list("reason", flat=True)) == {"no_answer"}
    assert run_until_quiet() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (400, "dead", "refused"),
        (422, "dead", "refused"),
        (401, "waiting", "refused_now"),
        (429, "waiting", "refused_now"),
        (500, "waiting", "refused_now"),
        (504, "uncertain", "no_answer"),
        ("drop", "uncertain", "no_answer"),
    ],
)
def test_each_answer_has_its_meaning(sms: Listen, answer: int | str, state: str, reason: str) -> None:
    sms(lambda number: answer)
    tell()
    assert deliver() == 0
    message = Message.objects.get()
    assert (message.state, message.reason, message.attempts) == (state, reason, 1)
    assert PHONE not in message.detail


@pytest.mark.django_db
def test_a_gateway_that_is_not_there_is_tried_again_and_then_given_up(settings: Any, sms: Listen) -> None:
    gateway = sms()
    gateway.close()
    tell()
    waits = []
    for _ in range(parameters_at(AT).attempts - 1):
        message = Message.objects.get()
        start = message.due_at
        assert deliver(start) == 0
        message.refresh_from_db()
        assert (message.state, message.reason) == ("waiting", "unreachable")
        waits.append((message.due_at - start).total_seconds())
        assert deliver(message.due_at - timedelta(seconds=1)) == 0  # not before its time
        assert Message.objects.get().attempts == message.attempts
    assert waits == sorted(waits)
    assert waits[0] == 22.5  # thirty seconds, three quarters of it at a jitter of one half
    deliver(Message.objects.get().due_at)
    assert (Message.objects.get().state, Message.objects.get().reason) == ("dead", "unreachable")


@pytest.mark.django_db
def test_a_channel_that_is_down_is_left_alone_after_three_and_others_go_on(
    sms: Listen, mail: Mail, settings: Any
) -> None:
    gateway = sms(lambda number: 503)
    urls = dict(settings.LINLI_NOTICE_URLS)
    server = mail()
    settings.LINLI_NOTICE_URLS |= urls
    tell_many(10)
    tell(Recipient(email="li@example.cn"), channels=["email"])
    assert deliver() == 1
    assert gateway.requests == 3
    assert len(server.mails) == 1


@pytest.mark.django_db
def test_a_mail_arrives_with_its_words_and_its_own_id(mail: Mail) -> None:
    from email import message_from_string, policy

    server = mail()
    tell(Recipient(email="li@example.cn"), channels=["email"])
    assert deliver() == 1
    assert deliver() == 0
    (raw,) = server.mails
    read = message_from_string(raw, policy=policy.default)
    message = Message.objects.get()
    assert read["Message-ID"] == f"<{message.pk}@linli>"
    assert read["Subject"].strip() == "您说的事已收到（QF20260302001）"
    assert "https://linli.example/requests/QF20260302001/" in read.get_content()  # type: ignore[attr-defined]
    assert (read["To"], message.state) == ("li@example.cn", "sent")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("say", "state", "reason", "kept"),
    [
        ({"RCPT": "550 no such person"}, "dead", "address", 0),
        ({"RCPT": "450 busy"}, "waiting", "refused_now", 0),
        ({"greeting": "554 closed"}, "waiting", "refused_now", 0),
        ({"message": "552 too large"}, "dead", "refused", 0),
        ({"message": ""}, "uncertain", "no_answer", 1),
        ({"QUIT": ""}, "sent", "", 1),
    ],
)
def test_each_answer_of_a_mail_server_has_its_meaning(
    mail: Mail, say: dict[str, str], state: str, reason: str, kept: int
) -> None:
    server = mail(**say)
    tell(Recipient(email="li@example.cn"), channels=["email"])
    deliver()
    message = Message.objects.get()
    assert (message.state, message.reason, len(server.mails)) == (state, reason, kept)


class Killed(BaseException):
    """The process is gone; nothing after this line happens."""


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "state", "arrived"), [(False, "uncertain", 1), (True, "sent", 1)])
def test_a_worker_killed_before_noting_the_answer_does_not_send_twice(
    sms: Listen, monkeypatch: pytest.MonkeyPatch, key: bool, state: str, arrived: int
) -> None:
    gateway = sms(key=key)
    tell()

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_mark", killed)
        with pytest.raises(Killed):
            deliver()
    assert Message.objects.get().state == "sending"
    assert deliver(later(seconds=10)) == 0  # still leased: perhaps the worker is only slow
    assert Message.objects.get().state == "sending"
    for count in range(4):
        deliver(later(minutes=10 + count))
    assert Message.objects.get().state == state
    assert sum(gateway.accepted.values()) == arrived
    if not key:
        assert gateway.requests == 1


@pytest.mark.django_db
def test_a_slow_worker_that_comes_back_after_its_lease_still_says_that_it_was_sent(sms: Listen) -> None:
    gateway = sms()
    tell()

    def seconds() -> float:
        # The gateway answers only after another worker has found the lease run out.
        if gateway.requests:
            delivering._take_back(later(hours=1), {})
        return 0.0

    assert actions.deliver_due(AT, stopwatch=seconds, jitter=lambda: 0.5) == 1
    assert Message.objects.get().state == "sent"


@pytest.mark.django_db
def test_the_claim_is_a_compare_and_set(sms: Listen) -> None:
    sms()
    tell()
    message = Message.objects.get()
    parameters = parameters_at(AT)
    assert delivering._claimed(message.pk, uuid4(), AT, parameters)
    assert not delivering._claimed(message.pk, uuid4(), AT, parameters)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_everything_once(sms: Listen) -> None:
    gateway = sms()
    tell_many(24)
    start = threading.Barrier(4)
    sent: list[int] = []

    def work() -> None:
        try:
            start.wait()
            sent.append(deliver())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 24
    assert gateway.requests == 24
    assert set(gateway.accepted.values()) == {1}


@pytest.mark.django_db
def test_nothing_disturbs_the_night_but_what_is_urgent(sms: Listen) -> None:
    gateway = sms(lambda number: 503 if number == 1 else 200)
    tell(at=NIGHT - timedelta(hours=1, seconds=10))  # ten seconds before ten
    deliver(NIGHT - timedelta(hours=1, seconds=10))  # refused: next try would be in the night
    assert Message.objects.get().due_at > NIGHT - timedelta(hours=1)
    assert deliver(NIGHT) == 0
    message = Message.objects.get()
    assert (message.state, message.attempts, message.due_at) == ("waiting", 1, NIGHT + timedelta(hours=8))
    tell(template="desk.overdue", key="overdue", at=NIGHT)
    assert deliver(NIGHT) == 1
    assert deliver(NIGHT + timedelta(hours=8)) == 1
    assert gateway.requests == 3


@pytest.mark.django_db
def test_messages_whose_gateway_was_taken_away_are_shown_and_do_not_wait_for_ever(sms: Listen, settings: Any) -> None:
    sms()
    tell()
    settings.LINLI_NOTICE_URLS = {}
    assert deliver() == 0
    assert (Message.objects.get().state, Message.objects.get().reason) == ("dead", "gateway_gone")


@pytest.mark.django_db
def test_an_address_that_no_key_opens_is_shown_and_does_not_stop_the_others(sms: Listen) -> None:
    sms()
    tell()
    Message.objects.update(address="1.AES256GCM.lost.AAAA")
    tell(Recipient(phone="13800010002"), key="other")
    assert deliver() == 1
    assert Message.objects.get(state="dead").reason == "sealed"


@pytest.mark.django_db
def test_a_phone_number_can_not_change_the_gateways_address(sms: Listen) -> None:
    gateway = sms()
    tell(Recipient(phone="1&to=13999999999#/../x?"))
    assert deliver() == 1
    assert gateway.bodies[0]["to"] == "1&to=13999999999#/../x?"
    assert gateway.asked == ["/send"]


@pytest.mark.django_db
def test_old_words_and_addresses_are_emptied_and_stuck_ones_kept_twice_as_long(sms: Listen) -> None:
    sms(lambda number: 200 if number == 1 else 400)
    tell()
    tell(Recipient(phone="13800010002"), key="other")
    deliver()
    old = AT + timedelta(days=parameters_at(AT).keep_days, minutes=1)
    assert actions.erase_old(old) == 1
    gone, stuck = Message.objects.get(state=State.SENT), Message.objects.get(state=State.DEAD)
    assert (gone.body, gone.address, gone.erased_at) == ("", "", old)
    assert stuck.body
    assert tell().channels  # its row still keeps a second one out
    assert Message.objects.count() == 2
    assert actions.erase_old(old) == 0
    much_later = AT + timedelta(days=2 * parameters_at(AT).keep_days, minutes=1)
    assert actions.erase_old(much_later) == 1, "nobody decided: twice the term is enough"
    stuck.refresh_from_db()
    assert (stuck.body, stuck.address, stuck.erased_at) == ("", "", much_later)
