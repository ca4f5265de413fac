"""Reading: only by right of the subject or by a pass; reads of sensitive files are on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction

from linli.base.errors import Missing
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.files.models import Attachment
from linli.kernel.files.queries.find import MISSING, get_attachment
from linli.kernel.files.queries.places import storage
from linli.kernel.files.queries.rights import may_read, subject_of_pass


@dataclass(frozen=True)
class Opened:
    """An open body and how to hand it out; ``inline`` only for pictures that we drew ourselves."""

    attachment: Attachment
    body: IO[bytes]
    media_type: str
    name: str
    inline: bool


def open_for(actor: Actor, id: UUID | str, *, at: datetime, part: str = "") -> Opened:
    """Open an attachment (or its ``small`` or ``medium`` picture) for an actor; Missing when it isn't theirs to see."""
    attachment = get_attachment(id)
    if not may_read(actor, attachment):
        raise Missing(MISSING)
    return _open(actor, attachment, part, at, "subject")


def open_pass(actor: Actor, token: str, *, at: datetime, part: str = "") -> Opened:
    """Open what a pass was given for; Missing when it is forged or over."""
    return _open(actor, get_attachment(subject_of_pass(token, at=at)), part, at, "pass")


def _open(actor: Actor, attachment: Attachment, part: str, at: datetime, by: str) -> Opened:
    content = attachment.content
    if content is None:
        raise Missing(MISSING)
    place = {"": content.place, "small": content.small, "medium": content.medium}.get(part, "")
    if not place:
        raise Missing(MISSING)
    try:
        body = storage().open(place, "rb")
    except FileNotFoundError as problem:
        raise Missing(MISSING) from problem
    if attachment.sensitive:
        with transaction.atomic():
            record(
                actor.who(attachment.region),
                "files.read",
                f"files.attachment:{attachment.id}",
                at=at,
                county=attachment.county,
                detail={"subject": attachment.subject, "by": by, "part": part or "whole"},
                reads=["content"],
            )
    media_type = "image/jpeg" if part else attachment.media_type
    return Opened(attachment, body, media_type, attachment.name, attachment.is_picture)
