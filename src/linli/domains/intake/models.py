"""What a request has beyond its case: the words, the person (sealed), what was answered and how it was judged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id
from linli.domains.intake.rules.kinds import CHANNEL_NAMES, KIND_NAMES, Channel, Kind
from linli.kernel.cases.models import Case

CONTACT_NAME = "intake.request.contact_name"
CONTACT_PHONE = "intake.request.contact_phone"


class Request(models.Model):
    """One request, one to one with its case. Rates are counted from here, so every judgement has its own column."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    case = models.OneToOneField(Case, models.PROTECT, related_name="request")
    kind = models.CharField(max_length=12, choices=[(kind.value, _(KIND_NAMES[kind])) for kind in Kind])
    category = models.CharField(max_length=4)
    suggested = models.CharField(max_length=4, blank=True, default="")
    confidence = models.FloatField(default=0)
    channel = models.CharField(max_length=12, choices=[(door.value, _(CHANNEL_NAMES[door])) for door in Channel])
    text = models.TextField()
    place = models.CharField(max_length=200, blank=True, default="")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    is_anonymous = models.BooleanField(default=True)
    contact_name = models.TextField(blank=True, default="")
    contact_phone = models.TextField(blank=True, default="")
    phone_index = models.CharField(max_length=80, blank=True, default="")
    code_digest = models.CharField(max_length=64, blank=True, default="")
    taken_in_by = models.UUIDField(null=True, blank=True)
    accused_words = models.CharField(max_length=200, blank=True, default="")
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_words = models.CharField(max_length=400, blank=True, default="")

    draft = models.TextField(blank=True, default="")
    reply = models.TextField(blank=True, default="")
    replied_at = models.DateTimeField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    on_time = models.BooleanField(null=True)
    called_at = models.DateTimeField(null=True, blank=True)
    responded = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    grade_words = models.CharField(max_length=1000, blank=True, default="")
    graded_at = models.DateTimeField(null=True, blank=True)
    graded_by_self = models.BooleanField(default=False)
    reopened = models.PositiveSmallIntegerField(default=0)
    rectification = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, related_name="rates")

    source = models.CharField(max_length=40, blank=True, default="")
    external_key = models.CharField(max_length=80, blank=True, default="")
    external_person = models.CharField(max_length=80, blank=True, default="")
    support = models.PositiveIntegerField(default=0)
    against = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "source", "external_key"], condition=~Q(source=""), name="request_external_once"
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=1, grade__lte=5), name="request_grade_one_to_five"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "external_key"], name="request_external", condition=~Q(source="")),
            models.Index(fields=["phone_index"], name="request_phone", condition=~Q(phone_index="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.category}"

    def get_absolute_url(self) -> str:
        return reverse("intake:case", args=[self.case_id])


class ImportRun(models.Model):
    """One file on its way in: how far it got, so that it goes on where it stopped and can be shown later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    source = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=15, blank=True, default="")
    account = models.CharField(max_length=40, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows_seen = models.PositiveIntegerField(default=0)
    rows_created = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField(default=0)
    rows_failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(fields=["county", "source", "digest", "region"], name="import_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class Export(models.Model):
    """A list that somebody wants to take out as a file: why, what, who said yes, and when it was taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True, default="")
    region = models.CharField(max_length=15)
    filters = models.JSONField(default=dict)
    reason = models.CharField(max_length=400)
    rows = models.PositiveIntegerField(default=0)
    asked_by = models.UUIDField()
    asked_name = models.CharField(max_length=120, blank=True, default="")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="asked")
    answered_by = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        indexes = [models.Index(fields=["asked_by", "asked_at"], name="export_asked")]

    def __str__(self) -> str:
        return f"{self.region} {self.asked_at:%Y-%m-%d}"


class Attempt(models.Model):
    """A wrong number and code from one address; after some of them it has to wait, so that codes cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True, default="")
    target = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target", "at"], name="attempt_target")]

    def __str__(self) -> str:
        return self.target
