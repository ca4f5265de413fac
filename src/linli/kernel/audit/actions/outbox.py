"""The outbox: ``emit`` costs one insert; the worker's ``deliver`` plans, claims and hands over.

Delivered at least once and in order per (subscriber, key). A crash between a subscriber's work and the mark means that
the event comes again: a subscriber recognises it by ``EventValue.id``, or does work that may safely be done twice.
A subscriber is called outside of any transaction and opens its own; it holds up no writer while it talks to a gateway.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import orjson
import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q

from linli.base.errors import Conflict, Refusal
from linli.base.text import gettext_noop
from linli.kernel.audit.actions.chain import record
from linli.kernel.audit.models import Delivery, Event
from linli.kernel.audit.models.rows import insert_many
from linli.kernel.audit.rules import LEASE, MOST_ATTEMPTS, Emission, EventValue, Who, back_off, canonical, takes

Subscriber = Callable[[EventValue], None]
log = structlog.get_logger(__name__)
_subscribers: dict[tuple[str, str], Subscriber] = {}
_MARK_EVERY = 0.05
_PLANNING = 7_236_401
"""The number of PostgreSQL's advisory lock that lets one worker plan at a time."""


def subscribe(topic: str, name: str, deliver: Subscriber) -> None:
    """Register a subscriber for a topic (``case.closed``) or a family of topics (``case.*``); called while starting."""
    known = _subscribers.setdefault((topic, name), deliver)
    if known is not deliver:
        raise ValueError(f"another subscriber is already called {name!r} for {topic!r}")


def unsubscribe(topic: str, name: str) -> None:
    """Take a subscriber out of this process's register; what was planned for it waits until it is back."""
    _subscribers.pop((topic, name), None)


def subscribers() -> list[tuple[str, str]]:
    """Every (topic, name) that is registered in this process."""
    return sorted(_subscribers)


def emit(topic: str, key: str, payload: Mapping[str, object], *, county: str, at: datetime) -> None:
    """Write an event in the caller's transaction (one insert); order is kept among the events of one key."""
    Event.objects.append(Event(county=county, topic=topic, key=key, payload=canonical(payload), at=at))


def emit_many(rows: Sequence[Emission], *, at: datetime) -> None:
    """Write many events at once, in order, in the caller's transaction."""
    fresh = [
        Event(county=row.county, topic=row.topic, key=row.key, payload=canonical(row.payload), at=at) for row in rows
    ]
    insert_many([fresh])


def deliver(now: datetime, limit: int = 200) -> int:
    """Plan new events, then hand over at most ``limit`` due deliveries; returns how many succeeded.

    Any number of workers may call this at once. A failed delivery waits (``rules.back_off``) and holds back what
    follows for its subscriber and key; after ``MOST_ATTEMPTS`` it is dead and waits for ``retry`` or ``skip``.
    """
    _plan(now, min(limit * 5, 5000))
    claimed = _claim(now, limit)
    give_up_at = time.monotonic() + LEASE.total_seconds() / 2
    stopped: set[tuple[str, str, str]] = set()
    put_back: list[UUID] = []
    with _marks() as mark:
        for delivery in claimed:
            # Past half the lease another worker might soon take over: leave the rest rather than deliver it twice.
            if _lane(delivery) in stopped or time.monotonic() > give_up_at:
                put_back.append(delivery.id)
            elif _hand_over(delivery, now):
                mark(delivery.id)
            else:
                stopped.add(_lane(delivery))
    if put_back:
        Delivery.objects.filter(pk__in=put_back, state="pending").update(attempts=F("attempts") - 1, due_at=now)
    return len(claimed) - len(put_back) - len(stopped)


@contextmanager
def _marks() -> Iterator[Callable[[UUID], None]]:
    """Mark what was handed over, many at once but never later than ``_MARK_EVERY``: what a crash would repeat."""
    done: list[UUID] = []
    since = time.monotonic()

    def flush() -> None:
        nonlocal since
        if done:
            Delivery.objects.filter(pk__in=done, state="pending").update(state="done", error="")
        done.clear()
        since = time.monotonic()

    def mark(delivery: UUID) -> None:
        done.append(delivery)
        if time.monotonic() - since > _MARK_EVERY:
            flush()

    try:
        yield mark
    finally:
        flush()


def _plan(now: datetime, limit: int) -> None:
    """Make the deliveries of events that have none. One worker at a time, or two could reorder the events of a key."""
    with transaction.atomic():
        if not _may_plan():
            return
        events = list(Event.objects.filter(planned=False).order_by("seq")[:limit])
        planned = [
            Delivery(event=event, county=event.county, subscriber=name, key=event.key, due_at=now)
            for event in events
            for name in _names(event.topic)
        ]
        Delivery.objects.bulk_create(planned, batch_size=1000)
        Event.objects.filter(pk__in=[event.seq for event in events]).update(planned=True)


def _may_plan() -> bool:
    if connection.vendor != "postgresql":
        return True  # SQLite: this transaction began IMMEDIATE, nobody else writes
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_PLANNING])
        row = cursor.fetchone()
    return bool(row and row[0])


def _names(topic: str) -> list[str]:
    return sorted({name for wanted, name in _subscribers if takes(wanted, topic)})


def _claim(now: datetime, limit: int) -> list[Delivery]:
    """Take due deliveries for this worker: until its lease ends they are not due for anyone else."""
    known = {name for _, name in _subscribers}
    waiting_before = Delivery.objects.exclude(state="done").filter(
        Q(state="dead") | Q(due_at__gt=now),
        county=OuterRef("county"), subscriber=OuterRef("subscriber"), key=OuterRef("key"),
        event_id__lt=OuterRef("event_id"),
    )  # fmt: skip
    with transaction.atomic():
        found = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(~Exists(waiting_before), state="pending", due_at__lte=now, subscriber__in=known)
            .select_related("event")
            .order_by("event_id", "subscriber")[:limit]
        )
        claimed = list(_first_in_line(found))
        Delivery.objects.filter(pk__in=[row.id for row in claimed]).update(
            attempts=F("attempts") + 1, due_at=now + LEASE
        )
    for row in claimed:
        row.attempts += 1
    return claimed


def _first_in_line(found: Sequence[Delivery]) -> Iterator[Delivery]:
    """Only lanes whose very first open delivery is ours: a row that another worker has locked was skipped above."""
    open_rows = Delivery.objects.exclude(state="done").filter(
        county__in={row.county for row in found},
        subscriber__in={row.subscriber for row in found},
        key__in={row.key for row in found},
    )
    lanes = open_rows.values("county", "subscriber", "key").annotate(first=Min("event_id")).order_by()
    first = {(row["county"], row["subscriber"], row["key"]): row["first"] for row in lanes}
    ours: set[tuple[str, str, str]] = set()
    for row in found:
        lane = _lane(row)
        if lane in ours or first.get(lane) == row.event_id:
            ours.add(lane)
            yield row


def _lane(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.county, delivery.subscriber, delivery.key


def _hand_over(delivery: Delivery, now: datetime) -> bool:
    event = delivery.event
    value = EventValue(
        event.seq, str(event.id), event.county, event.topic, event.key, orjson.loads(event.payload), event.at
    )
    try:
        _function(delivery.subscriber, event.topic)(value)
    except Exception as error:  # a subscriber may fail in any way: its delivery waits, the others go on
        dead = delivery.attempts >= MOST_ATTEMPTS
        state, due_at = ("dead", now) if dead else ("pending", now + back_off(delivery.attempts))
        Delivery.objects.filter(pk=delivery.id, state="pending").update(state=state, due_at=due_at, error=_named(error))
        log.warning("delivery failed", subscriber=delivery.subscriber, seq=event.seq, dead=dead, exc_info=error)
        return False
    return True


def _named(error: Exception) -> str:
    """What failed, without its words: a database error quotes the row that it refused."""
    sqlstate = getattr(error.__cause__, "sqlstate", None) if isinstance(error, DatabaseError) else None
    return f"{type(error).__name__} {sqlstate or ''}".strip()[:500]


def _function(name: str, topic: str) -> Subscriber:
    for (wanted, known), function in _subscribers.items():
        if known == name and takes(wanted, topic):
            return function
    raise LookupError(f"{name} no longer subscribes to {topic}")


@transaction.atomic
def retry_delivery(who: Who, delivery: UUID, *, at: datetime) -> None:
    """Give a dead delivery a new life: due at once, attempts counted afresh. Conflict when it is not dead."""
    _revive(delivery, state="pending", attempts=0, due_at=at)
    record(who, "audit.retry_delivery", f"delivery:{delivery}", at=at, changes={"state": ("dead", "pending")})


@transaction.atomic
def skip_delivery(who: Who, delivery: UUID, *, reason: str, at: datetime) -> None:
    """Let a dead delivery go for a reason, so that what follows it for the same key is delivered."""
    _revive(delivery, state="done")
    changes, detail = {"state": ("dead", "done")}, {"reason": reason}
    record(who, "audit.skip_delivery", f"delivery:{delivery}", at=at, changes=changes, detail=detail)


def _revive(delivery: UUID, **values: object) -> None:
    if not Delivery.objects.filter(pk=delivery, state="dead").update(**values):
        raise Conflict(Refusal("audit.not-dead", gettext_noop("This delivery is no longer waiting for a person.")))


def prune_outbox(before: datetime) -> int:
    """Delete events older than ``before`` whose deliveries are all done; returns how many events went."""
    still_open = Delivery.objects.filter(event=OuterRef("pk")).exclude(state="done")
    old = Event.objects.filter(~Exists(still_open), planned=True, at__lt=before)
    with transaction.atomic():
        Delivery.objects.filter(event__in=old).delete()
        return old.filter(~Exists(Delivery.objects.filter(event=OuterRef("pk")))).delete()[0]
