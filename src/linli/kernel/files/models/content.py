"""One stored body of bytes. Several attachments of one county may share it; it dies with the last of them."""

from __future__ import annotations

from django.db import models

from linli.base.ids import new_id


class Content(models.Model):
    """What lies in the storage. ``place`` holds the id, never the digest, so that a new content can't take the place
    of a dying one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    place = models.CharField(max_length=120)
    small = models.CharField(max_length=120, blank=True, default="")
    medium = models.CharField(max_length=120, blank=True, default="")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "digest"], name="files_content_digest"),
            models.UniqueConstraint(fields=["county", "place"], name="files_content_place"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="files_content_size"),
        ]

    def __str__(self) -> str:
        return self.place

    def places(self) -> list[str]:
        """Every place in the storage that belongs to this content."""
        return [place for place in (self.place, self.small, self.medium) if place]
