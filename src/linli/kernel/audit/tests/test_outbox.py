"""The outbox: with the change or not at all, at least once, in order per subscriber and key, and never stuck unseen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Conflict
from linli.kernel.audit.actions import (
    deliver,
    emit,
    emit_many,
    prune_outbox,
    retry_delivery,
    skip_delivery,
    subscribe,
    unsubscribe,
)
from linli.kernel.audit.models import Delivery, Event
from linli.kernel.audit.queries import backlog, dead_deliveries, entries_about
from linli.kernel.audit.rules import LEASE, MOST_ATTEMPTS, Emission, EventValue, back_off
from linli.kernel.audit.tests.factories import AT, WANG

pytestmark = pytest.mark.django_db


class Listener:
    """A subscriber that remembers what it was told and fails when asked to."""

    def __init__(self) -> None:
        self.heard: list[EventValue] = []
        self.refuses: set[str] = set()

    def __call__(self, event: EventValue) -> None:
        if event.key in self.refuses:
            raise RuntimeError(f"the gateway is down for {event.key}")
        self.heard.append(event)

    @property
    def words(self) -> list[str]:
        return [f"{event.key}{event.payload['n']}" for event in self.heard]


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    subscribe("walk.*", "listener", listener)
    yield listener
    unsubscribe("walk.*", "listener")


def say(key: str, *numbers: int, topic: str = "walk.step") -> None:
    for number in numbers:
        emit(topic, key, {"n": number}, county="410102", at=AT)


def fail_until_dead() -> datetime:
    now = AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        deliver(now)
        now += back_off(attempt)
    return now


def test_an_event_costs_one_insert() -> None:
    with CaptureQueriesContext(connection) as queries:
        say("a", 1)
    assert len(queries) == 1


def test_no_change_no_event(listener: Listener) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        say("a", 1)
        raise RuntimeError("the change failed")
    assert deliver(AT) == 0
    assert listener.heard == []


def test_events_arrive_whole_and_in_order(listener: Listener) -> None:
    emit("walk.step", "a", {"n": 1, "地点": "林山寨"}, county="410102", at=AT)
    emit_many([Emission("walk.step", "b", {"n": 1}, "410103"), Emission("walk.step", "a", {"n": 2}, "410102")], at=AT)
    assert deliver(AT) == 3
    assert listener.words == ["a1", "b1", "a2"]
    first = listener.heard[0]
    assert (first.topic, first.key, first.county, first.at) == ("walk.step", "a", "410102", AT)
    assert first.payload == {"n": 1, "地点": "林山寨"}
    assert deliver(AT) == 0, "nothing is told twice"


def test_every_subscriber_hears_and_no_one_else(listener: Listener) -> None:
    other, stranger = Listener(), Listener()
    subscribe("walk.step", "other", other)
    subscribe("ride.step", "stranger", stranger)
    try:
        say("a", 1)
        say("a", 2, topic="walk.end")
        assert deliver(AT) == 3
    finally:
        unsubscribe("walk.step", "other")
        unsubscribe("ride.step", "stranger")
    assert (listener.words, other.words, stranger.words) == (["a1", "a2"], ["a1"], [])


def test_one_name_one_subscriber(listener: Listener) -> None:
    subscribe("walk.*", "listener", listener)
    with pytest.raises(ValueError, match="listener"):
        subscribe("walk.*", "listener", Listener())


def test_an_event_that_commits_late_is_not_passed_over(listener: Listener) -> None:
    say("a", 1)
    deliver(AT)
    seq = Event.objects.get().seq
    Event.objects.create(seq=seq + 10, county="410102", topic="walk.step", key="b", payload='{"n":2}', at=AT)
    deliver(AT)
    Event.objects.create(seq=seq + 5, county="410102", topic="walk.step", key="c", payload='{"n":3}', at=AT)
    deliver(AT)
    assert listener.words == ["a1", "b2", "c3"]


def test_a_failure_waits_holds_back_its_key_and_nobody_else(listener: Listener) -> None:
    say("a", 1, 2), say("b", 1)
    listener.refuses = {"a"}
    assert deliver(AT) == 1
    assert listener.words == ["b1"]
    assert deliver(AT) == 0, "it is not yet time to try again"
    failed, held = Delivery.objects.filter(key="a").order_by("event_id")
    assert (failed.attempts, failed.due_at, failed.state) == (1, AT + back_off(1), "pending")
    assert failed.error == "RuntimeError", "its words may quote a person; they are not kept"
    assert held.attempts == 0, "what was held back has not failed"
    listener.refuses = set()
    assert deliver(AT + back_off(1)) == 2
    assert listener.words == ["b1", "a1", "a2"]


def test_a_database_error_is_kept_by_its_state_and_never_quotes_the_row(listener: Listener) -> None:
    class Refused(Exception):
        sqlstate = "23505"

    def refuse(event: EventValue) -> None:
        raise IntegrityError("DETAIL:  Key (phone)=(13800010001) already exists.") from Refused()

    subscribe("walk.*", "refuses", refuse)
    try:
        say("a", 1)
        deliver(AT)
    finally:
        unsubscribe("walk.*", "refuses")
    assert Delivery.objects.get(subscriber="refuses").error == "IntegrityError 23505"


def test_after_many_failures_it_waits_for_a_person(listener: Listener) -> None:
    say("a", 1, 2, 3), say("b", 1)
    listener.refuses = {"a"}
    now = fail_until_dead()
    listener.refuses = set()
    assert deliver(now + timedelta(days=3)) == 0
    (dead,) = dead_deliveries()
    assert (dead.key, dead.attempts, dead.held_back, dead.subscriber) == ("a", MOST_ATTEMPTS, 2, "listener")
    state = backlog()
    assert (state.unplanned, state.pending, state.dead, state.oldest) == (0, 2, 1, AT)


def test_a_person_tries_again(listener: Listener) -> None:
    say("a", 1, 2)
    listener.refuses = {"a"}
    now = fail_until_dead()
    listener.refuses = set()
    (dead,) = dead_deliveries()
    retry_delivery(WANG, dead.id, at=now)
    assert deliver(now) == 2
    assert listener.words == ["a1", "a2"]
    (entry,) = entries_about(f"delivery:{dead.id}")
    assert (entry.action, entry.account) == ("audit.retry_delivery", WANG.account)
    with pytest.raises(Conflict):
        retry_delivery(WANG, dead.id, at=now)


def test_a_person_lets_it_go(listener: Listener) -> None:
    say("a", 1, 2)
    listener.refuses = {"a"}
    now = fail_until_dead()
    listener.refuses = set()
    (dead,) = dead_deliveries()
    skip_delivery(WANG, dead.id, reason="已电话告知", at=now)
    assert deliver(now) == 1
    assert listener.words == ["a2"]
    assert entries_about(f"delivery:{dead.id}")[0].detail == {"reason": "已电话告知"}


def test_a_dead_one_with_a_long_tail_does_not_starve_the_others(listener: Listener) -> None:
    say("a", *range(30))
    listener.refuses = {"a"}
    now = fail_until_dead()
    say("b", 1)
    assert deliver(now, limit=5) == 1
    assert listener.words == ["b1"]


def test_a_crash_after_the_work_brings_the_event_again(listener: Listener) -> None:
    def crash(event: EventValue) -> None:
        listener(event)
        raise KeyboardInterrupt  # as when the process is killed: nothing after this line runs

    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "listener", crash)
    say("a", 1, 2)
    with pytest.raises(KeyboardInterrupt):
        deliver(AT)
    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "listener", listener)
    assert deliver(AT + LEASE - timedelta(seconds=1)) == 0, "the worker may still be at it"
    assert deliver(AT + LEASE) == 2
    assert listener.words == ["a1", "a1", "a2"]
    assert listener.heard[0].id == listener.heard[1].id, "the subscriber can tell that it knows this one"


def test_a_subscriber_that_is_away_finds_its_events_when_it_is_back(listener: Listener) -> None:
    say("a", 1)
    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "other", Listener())
    try:
        Event.objects.update(planned=True)
        event = Event.objects.get()
        Delivery.objects.create(event=event, county="410102", subscriber="listener", key="a", due_at=AT)
        assert deliver(AT) == 0
        assert backlog().pending == 1
        subscribe("walk.*", "listener", listener)
        assert deliver(AT) == 1
    finally:
        unsubscribe("walk.*", "other")
    assert listener.words == ["a1"]


def test_the_number_of_statements_does_not_grow_with_the_backlog(listener: Listener) -> None:
    def statements(count: int) -> int:
        say("a", *range(count))
        with CaptureQueriesContext(connection) as queries:
            assert deliver(AT) == count
        return len(queries)

    # marks go out together, but at least every twentieth of a second
    assert statements(60) <= statements(1) + 3


def test_a_long_past_of_a_key_is_not_read_again(listener: Listener) -> None:
    def plan() -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{claim['sql']}")
            return str(cursor.fetchall())

    say("a", *range(300))
    while deliver(AT):
        pass
    say("a", 1, 2)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE audit_delivery")
            cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        deliver(AT)
    (claim,) = [query for query in queries.captured_queries if "EXISTS" in query["sql"]]
    assert "audit_delivery_lane" in plan()


def test_what_was_handed_over_before_a_crash_is_not_repeated(listener: Listener) -> None:
    def crash_at_two(event: EventValue) -> None:
        if event.payload["n"] == 2:
            raise KeyboardInterrupt
        listener(event)

    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "listener", crash_at_two)
    say("a", 1, 2)
    with pytest.raises(KeyboardInterrupt):
        deliver(AT)
    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "listener", listener)
    deliver(AT + LEASE)
    assert listener.words == ["a1", "a2"]


def test_slow_work_is_marked_while_the_worker_goes_on(listener: Listener) -> None:
    marked: list[int] = []

    def slow(event: EventValue) -> None:
        marked.append(Delivery.objects.filter(state="done").count())
        time.sleep(0.06)

    unsubscribe("walk.*", "listener")
    subscribe("walk.*", "listener", slow)
    say("a", 1, 2, 3)
    assert deliver(AT) == 3
    unsubscribe("walk.*", "listener")
    assert marked == [0, 1, 2]


def test_old_events_are_cleared_away_but_never_open_ones(listener: Listener) -> None:
    say("a", 1), say("b", 1)
    listener.refuses = {"b"}
    deliver(AT)
    assert prune_outbox(AT) == 0
    assert prune_outbox(AT + timedelta(days=1)) == 1
    assert Event.objects.get().key == "b"
    listener.refuses = set()
    deliver(AT + back_off(1))
    assert prune_outbox(AT + timedelta(days=1)) == 1
    assert not Delivery.objects.exists()
