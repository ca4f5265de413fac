"""Tables of a case: itself, its history, its clocks, and how desks pass it on. No verbs live here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id
from linli.kernel.regions.models import Region

OPEN = Q(closed_at__isnull=True)


def _queue(name: str, *fields: str) -> models.Index:
    """A queue's index: open cases only, in the order a desk reads them."""
    return models.Index(fields=[*fields, "due_at", "id"], name=name, condition=OPEN)


class CaseTypeUse(models.Model):
    """The definition a version of a type had when the first case was opened with it; an edit in place shows against
    it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    type = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "version"], name="case_type_use_once")]

    def __str__(self) -> str:
        return f"{self.type} v{self.version}"


class Case(models.Model):
    """One matter on its way: where, what, in which state, who has it, until when.

    ``prefecture``, ``county``, ``township`` and ``community`` repeat the region's prefixes so that every desk's queue
    is one range of one index. ``due_at`` is the earliest clock that runs; ``escalate_at`` the moment the sweep must
    look. ``counter`` grows with every change, so that two hands never change the same thing unseen.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    prefecture = models.CharField(max_length=4)
    township = models.CharField(max_length=9)
    community = models.CharField(max_length=12)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    type = models.CharField(max_length=40)
    type_version = models.PositiveIntegerField()
    state = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    counter = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    sealed = models.BooleanField(default=False)
    urgency = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=20, blank=True, default="")
    handler = models.CharField(max_length=40)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    opened_by = models.UUIDField(null=True, blank=True)
    requester = models.UUIDField(null=True, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False)
    master = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates", db_index=False)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="case_number_once"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(escalate_at=None), name="case_closed_is_quiet"),
            models.CheckConstraint(condition=Q(master=None) | ~Q(master=F("id")), name="case_not_own_master"),
        ]
        indexes = [
            _queue("case_queue_all"),
            _queue("case_queue_prefecture", "prefecture"),
            _queue("case_queue_county", "county"),
            _queue("case_queue_township", "township"),
            _queue("case_queue_community", "community"),
            _queue("case_queue_handler", "handler"),
            models.Index(
                fields=["assignee", "due_at", "id"],
                name="case_queue_assignee",
                condition=OPEN & Q(assignee__isnull=False),
            ),
            models.Index(fields=["escalate_at"], name="case_escalate", condition=Q(escalate_at__isnull=False)),
            models.Index(fields=["region", "opened_at"], name="case_region_opened"),
            models.Index(fields=["number"], name="case_number"),
            models.Index(fields=["parent"], name="case_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["master"], name="case_master", condition=Q(master__isnull=False)),
            models.Index(fields=["requester"], name="case_requester", condition=Q(requester__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.pk])

    @property
    def subject(self) -> str:
        """How audit, files and notices name this case."""
        return f"cases.case:{self.pk}"


class CaseEvent(models.Model):
    """One line of a case's history; only ever added. Replaying the lines in order gives the case's state."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True, default="")
    to_state = models.CharField(max_length=40)
    account = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=40, blank=True, default="")
    note = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)
    is_public = models.BooleanField(default=True)

    class Meta:
        ordering = ("case_id", "seq")
        constraints = [models.UniqueConstraint(fields=["county", "case", "seq"], name="case_event_once")]
        indexes = [models.Index(fields=["case", "seq"], name="case_event_order")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Clock(models.Model):
    """One run of one clock: its start, its term, its pauses and extensions, and what it has already set off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks", db_index=False)
    key = models.CharField(max_length=60)
    run = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10)
    span = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    pauses = models.JSONField(default=list)
    paused_minutes = models.PositiveIntegerField(default=0)
    extensions = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True, blank=True)
    fired = models.JSONField(default=list)

    class Meta:
        ordering = ("case_id", "started_at", "key")
        constraints = [models.UniqueConstraint(fields=["county", "case", "key", "run"], name="case_clock_once")]
        indexes = [models.Index(fields=["case"], name="case_clock_case")]

    def __str__(self) -> str:
        return f"{self.key} {self.due_at:%Y-%m-%d %H:%M}"


class ClockRequest(models.Model):
    """Someone asks for a clock to be paused or extended, someone else says yes or no; both with their reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clock_requests", db_index=False)
    clock = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    span = models.CharField(max_length=12, blank=True, default="")
    reason = models.TextField()
    asked_by = models.CharField(max_length=40)
    asked_name = models.CharField(max_length=120, blank=True, default="")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="asked")
    answered_by = models.CharField(max_length=40, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("case_id", "asked_at")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case", "clock", "kind"], condition=Q(state="asked"), name="case_clock_request_once"
            )
        ]
        indexes = [models.Index(fields=["case"], name="case_clock_request_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.clock}"


class Handover(models.Model):
    """A case offered by one desk to another. The old desk answers for it until the new one accepts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers", db_index=False)
    kind = models.CharField(max_length=12)
    from_desk = models.CharField(max_length=40)
    to_desk = models.CharField(max_length=40)
    final = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    offered_by = models.CharField(max_length=40, blank=True, default="")
    offered_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="offered")
    answered_by = models.CharField(max_length=40, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("case_id", "offered_at")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "case"], condition=Q(state="offered"), name="case_handover_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["case"], name="case_handover_case"),
            models.Index(fields=["to_desk", "offered_at"], name="case_handover_inbox", condition=Q(state="offered")),
        ]

    def __str__(self) -> str:
        return f"{self.from_desk} → {self.to_desk}"


class CoHandler(models.Model):
    """Another desk that works along on a case (协办) and may see it; the owner stays the handler."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="co_handlers", db_index=False)
    desk = models.CharField(max_length=40)
    task = models.CharField(max_length=400, blank=True, default="")
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("case_id", "added_at")
        constraints = [models.UniqueConstraint(fields=["county", "case", "desk"], name="case_cohandler_once")]
        indexes = [
            models.Index(fields=["case"], name="case_cohandler_case"),
            models.Index(fields=["desk"], name="case_cohandler_desk", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.desk


class Comment(models.Model):
    """A remark on a case: internal for the desks, or public for the person who asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="comments", db_index=False)
    at = models.DateTimeField()
    account = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField()
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ("case_id", "at", "id")
        indexes = [models.Index(fields=["case", "at"], name="case_comment_case")]

    def __str__(self) -> str:
        return self.text[:60]


class Link(models.Model):
    """Two cases that have to do with each other: the same matter, a related one, or what followed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="links", db_index=False)
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from", db_index=False)
    kind = models.CharField(max_length=12)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("case_id", "added_at")
        constraints = [
            models.UniqueConstraint(fields=["county", "case", "other", "kind"], name="case_link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_link_not_itself"),
        ]
        indexes = [
            models.Index(fields=["case"], name="case_link_case"),
            models.Index(fields=["other"], name="case_link_other"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.case_id} → {self.other_id}"


class CaseWatcher(models.Model):
    """An account named on a sealed case: it may see the case though its region's colleagues may not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.ForeignKey(Case, models.PROTECT, related_name="watchers", db_index=False)
    account = models.UUIDField()
    named_by = models.CharField(max_length=40, blank=True, default="")
    named_at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "case", "account"], name="case_watcher_once")]
        indexes = [
            models.Index(fields=["account"], name="case_watcher_account"),
            models.Index(fields=["case"], name="case_watcher_case"),
        ]

    def __str__(self) -> str:
        return str(self.account)


class IdempotencyKey(models.Model):
    """What a caller's key already did: the same key with the same content is answered from here, not done again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "scope", "key"], name="case_idempotency_once")]
        indexes = [models.Index(fields=["at"], name="case_idempotency_age")]

    def __str__(self) -> str:
        return self.key
