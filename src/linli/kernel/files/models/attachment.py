"""A file that someone handed in to a subject, with how long it is kept."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from linli.base.ids import new_id
from linli.kernel.files.models.content import Content


class Attachment(models.Model):
    """The row outlives its content: after destruction it still says that there was a file, and why it is gone."""

    class State(models.TextChoices):
        KEPT = "kept"
        DESTROYED = "destroyed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    # The code as it was on the day: where a region ends, its files stay under the old code.
    region = models.CharField(max_length=15)
    subject = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    # What arrived, before locations were taken out of it: lets a person prove what they handed in.
    received_digest = models.CharField(max_length=64)
    content = models.ForeignKey(Content, null=True, on_delete=models.PROTECT, related_name="attachments")
    sensitive = models.BooleanField(default=False)
    retention = models.CharField(max_length=40)
    keep_until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.KEPT)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=40, blank=True, default="")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["county", "subject", "stored_at"], name="files_subject"),
            models.Index(fields=["state", "keep_until"], name="files_keep_until"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="kept", content__isnull=False)
                | models.Q(state="destroyed", content__isnull=True),
                name="files_kept_has_content",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.id])

    @property
    def small_address(self) -> str:
        """Where its small picture is; "" for what isn't a picture."""
        return reverse("files:part", args=[self.id, "small"]) if self.is_picture and self.is_kept else ""

    @property
    def is_kept(self) -> bool:
        """Whether there still is something to read."""
        return self.state == self.State.KEPT

    @property
    def is_picture(self) -> bool:
        """Whether it was re-encoded by us and may be shown in a page."""
        return self.kind == "picture"
