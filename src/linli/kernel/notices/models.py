"""Messages to people: written with the matter they speak of, sent afterwards."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from linli.base.ids import new_id
from linli.kernel.notices.rules import Channel, State


class Message(models.Model):
    """One message to one recipient by one channel; ``(county, key, recipient, channel)`` makes a second one
    impossible."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    # Whose desk looks after it when it can't be delivered; a county's code where no smaller place is known.
    region = models.CharField(max_length=15)
    subject = models.CharField(max_length=100)
    template = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    # "account:UUID", "person:UUID", or "phone:" / "email:" with a blind index: never an address in clear.
    recipient = models.CharField(max_length=100)
    account = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    address = models.TextField(blank=True, default="")
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    language = models.CharField(max_length=10)
    urgent = models.BooleanField(default=False)
    necessary = models.BooleanField(default=True)
    title = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True, default="")

    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State])
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # A reason's code (rules.REASONS), and what the other side said, without addresses.
    reason = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "key", "recipient", "channel"], name="notices_once"),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(claim__isnull=False, lease_until__isnull=False),
                name="notices_sending_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="notices_due"),
            models.Index(fields=["account", "channel", "id"], name="notices_inbox"),
            models.Index(fields=["county", "subject"], name="notices_subject"),
            models.Index(
                fields=["county", "state", "id"],
                condition=models.Q(state__in=["dead", "uncertain"]),
                name="notices_dead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.channel} {self.state}"

    def get_absolute_url(self) -> str:
        return f"{reverse('notices:inbox')}#m-{self.id}"

    @property
    def is_unread(self) -> bool:
        """Whether its reader hasn't seen it yet."""
        return self.read_at is None
