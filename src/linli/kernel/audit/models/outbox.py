"""The transactional outbox: events written with the change they tell of, and their deliveries."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id


class EventQuerySet(models.QuerySet["Event"]):
    """Appending by a hand-written statement, as for the record: everything that is ever done passes here."""

    def append(self, event: Event) -> None:
        """Insert one event; its number is given by the database and not read back."""
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT, [field.get_db_prep_save(getattr(event, field.name), connection) for field in _fields()]
            )


class Event(models.Model):
    """Something that happened, written in the transaction in which it happened. ``payload`` is JSON text."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    payload = models.TextField()
    at = models.DateTimeField()
    # A flag, not a high-water mark: a transaction that commits late brings a lower number than one already seen.
    planned = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["seq"], name="audit_event_unplanned", condition=models.Q(planned=False)),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.topic} {self.key}"


_COLUMNS = ("id", "county", "topic", "key", "payload", "at", "planned")
_INSERT = f"INSERT INTO audit_event ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608


@cache
def _fields() -> tuple[models.Field[Any, Any], ...]:
    fields = {field.name: field for field in Event._meta.concrete_fields}
    return tuple(fields[name] for name in _COLUMNS)


class State(models.TextChoices):
    """Where a delivery stands; a dead one waits for a person and holds back what follows it for the same key."""

    PENDING = "pending", _("pending")
    DONE = "done", _("done")
    DEAD = "dead", _("dead")


class Delivery(models.Model):
    """One event for one subscriber. While a worker holds it, ``due_at`` is the end of the worker's lease."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    county = models.CharField(max_length=6, blank=True)
    subscriber = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber", "county"], name="audit_delivery_one"),
        ]
        indexes = [
            # The same words as the queries use, so that SQLite too sees that only open deliveries are asked for.
            models.Index(
                fields=["county", "subscriber", "key", "event"],
                name="audit_delivery_lane",
                condition=~models.Q(state="done"),
            ),
            models.Index(fields=["event"], name="audit_delivery_pending", condition=models.Q(state="pending")),
            models.Index(fields=["event"], name="audit_delivery_dead", condition=models.Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"#{self.event_id} → {self.subscriber} ({self.state})"
