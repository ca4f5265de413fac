"""Attachments by subject and by id."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.files.models import Attachment

MISSING = Refusal("files.missing", gettext_noop("This file does not exist, or is not for you to see."))


def attachments_of(subject: str, *, county: str = "") -> list[Attachment]:
    """What was handed in to a subject, oldest first, destroyed ones included; name the county where it is known."""
    found = Attachment.objects.filter(subject=subject, **({"county": county} if county else {}))
    return list(found.select_related("content").order_by("stored_at", "id"))


def count_of(subjects: Iterable[str], *, county: str) -> dict[str, int]:
    """How many kept files each subject has, in one query, for lists."""
    counts: dict[str, int] = {}
    kept = Attachment.objects.filter(county=county, subject__in=list(subjects), state=Attachment.State.KEPT)
    for subject in kept.values_list("subject", flat=True):
        counts[subject] = counts.get(subject, 0) + 1
    return counts


def get_attachment(id: UUID | str) -> Attachment:
    """One attachment with its content, whoever asks; Missing when unknown. Doors use ``open_for``."""
    try:
        return Attachment.objects.select_related("content").get(pk=id)
    except (Attachment.DoesNotExist, ValueError) as problem:
        raise Missing(MISSING) from problem
