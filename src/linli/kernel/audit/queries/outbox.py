"""How the outbox stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from linli.kernel.audit.models import Delivery, Event


@dataclass(frozen=True)
class Backlog:
    """What the outbox still has to do: events not yet planned, deliveries waiting, dead ones, the oldest of all."""

    unplanned: int
    pending: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True)
class DeadDelivery:
    """A delivery given up after too many attempts; it waits for a person and holds back what follows for its key."""

    id: UUID
    topic: str
    key: str
    county: str
    subscriber: str
    attempts: int
    error: str
    at: datetime
    held_back: int


def backlog() -> Backlog:
    """Counts for ``linli status`` and for the operator's page."""
    unplanned = Event.objects.filter(planned=False)
    states = dict(Delivery.objects.exclude(state="done").values_list("state").annotate(n=Count("id")).order_by())
    first = Delivery.objects.filter(state="pending").aggregate(first=Min("event__at"))["first"]
    waiting = unplanned.aggregate(first=Min("at"))["first"]
    oldest = min((moment for moment in (first, waiting) if moment), default=None)
    return Backlog(unplanned.count(), states.get("pending", 0), states.get("dead", 0), oldest)


def dead_deliveries(*, within: Q | None = None, limit: int = 100) -> list[DeadDelivery]:
    """The dead, oldest first, each with how many deliveries it holds back; ``within`` is a condition on ``county``."""
    behind = (
        Delivery.objects.filter(
            county=OuterRef("county"),
            subscriber=OuterRef("subscriber"),
            key=OuterRef("key"),
            state="pending",
            event_id__gt=OuterRef("event_id"),
        )
        .order_by()
        .values("key")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = Delivery.objects.filter(within or Q(), state="dead").select_related("event").order_by("event_id")
    return [
        DeadDelivery(
            row.id,
            row.event.topic,
            row.key,
            row.county,
            row.subscriber,
            row.attempts,
            row.error,
            row.event.at,
            row.held_back,
        )
        for row in rows.annotate(held_back=Coalesce(Subquery(behind), 0))[:limit]
    ]
