"""The outbox: ``emit`` costs one insert; the worker's ``deliver`` plans, claims and hands over.

Delivered at least once and in order per (subscriber, key). A crash between a subscriber's work and the mark means that
the event comes again: a subscriber recognises it by ``EventValue.id``, or does work that may safely be done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from django.db import connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.audit.actions.chain import record
from linli.kernel.audit.models import Delivery, Event
from linli.kernel.audit.rules import LEASE, MOST_ATTEMPTS, Emission, EventValue, Who, back_off, canonical

Subscriber = Callable[[EventValue], None]
log = structlog.get_logger(__name__)
_subscribers: dict[tuple[str, str], Subscriber] = {}


def subscribe(topic: str, name: str, deliver: Subscriber) -> None:
    """Register a subscriber for a topic (``case.closed``) or a family of topics (``case.*``); called while starting."""
    known = _subscribers.setdefault((topic, name), deliver)
    if known is not deliver:
        raise ValueError(f"another subscriber is already called {name!r} for {topic!r}")


def subscribers() -> list[tuple[str, str]]:
    """Every (topic, name) that is registered in this process."""
    return sorted(_subscribers)


def emit(topic: str, key: str, payload: Mapping[str, object], *, county: str, at: datetime) -> None:
    """Write an event in the caller's transaction (one insert). Events of one key keep the order in which they are written."""
    Event.objects.create(county=county, topic=topic, key=key, payload=canonical(payload), at=at)


def emit_many(rows: Sequence[Emission], *, at: datetime) -> None:
    """Write many events at once, in order, in the caller's transaction."""
    events = [Event(county=row.county, topic=row.topic, key=row.key, payload=canonical(row.payload), at=at) for row in rows]
    Event.objects.bulk_create(events, batch_size=1000)


def deliver(now: datetime, limit: int = 200) -> int:
    """Plan new events, then hand over at most ``limit`` due deliveries; returns how many were handed over."""
    return 0


def retry_delivery(who: Who, delivery: UUID, *, at: datetime) -> None:
    """Give a dead delivery a new life: due at once, attempts counted afresh."""


def skip_delivery(who: Who, delivery: UUID, *, reason: str, at: datetime) -> None:
    """Let a dead delivery go, so that what follows it for the same key is delivered."""


def prune_outbox(before: datetime) -> int:
    """Delete events older than ``before`` whose deliveries are all done; returns how many events went."""
    return 0
