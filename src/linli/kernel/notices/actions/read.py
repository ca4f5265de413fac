"""Noting that someone has read what they were told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access.rules import Actor
from linli.kernel.notices.models import Message
from linli.kernel.notices.queries.inbox import mine, my_message


def mark_read(actor: Actor, id: UUID | str, *, at: datetime) -> Message:
    """Mark one of the actor's messages as read; again is no mistake, the first time counts. Missing when it isn't
    theirs."""
    message = my_message(actor, id)
    if Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at):
        message.read_at = at
    return message


def mark_all_read(actor: Actor, *, at: datetime) -> int:
    """Mark everything in the actor's inbox as read; returns how many were new."""
    return mine(actor).filter(read_at=None).update(read_at=at)
