"""A person's decision about a message that got stuck: send it again, or let it be. Both are on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.errors import Conflict, Invalid, Refusal, ensure
from linli.base.text import gettext_noop
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.notices.models import Message
from linli.kernel.notices.permissions import Permission
from linli.kernel.notices.queries.undelivered import stuck_message
from linli.kernel.notices.rules import State

_FASTER = Refusal("notices.decided", gettext_noop("Someone has decided about this message already."))
_UNSURE = Refusal(
    "notices.unsure",
    gettext_noop("Nobody knows whether this message arrived; sending it again could tell them twice."),
    advice=gettext_noop("Ask the recipient first, then confirm that it did not arrive."),
)
_NO_REASON = Refusal("notices.no_reason", gettext_noop("Say why this message is discarded."))


def resend(actor: Actor, id: UUID | str, *, at: datetime, sure: bool = False) -> None:
    """Put a stuck message back in line; an uncertain one only when the actor is ``sure`` that it didn't arrive."""
    message = stuck_message(actor, id)
    require(actor, Permission.MANAGE, message.region)
    ensure(_UNSURE if message.state == State.UNCERTAIN and not sure else None)
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state=message.state).update(
            state=State.WAITING, due_at=at, attempts=0, claim=None, lease_until=None, settled_at=None
        )
        _written(actor, message, changed, State.WAITING, at=at, why="")


def discard(actor: Actor, id: UUID | str, *, reason: str, at: datetime) -> None:
    """Let a stuck message be, with a reason."""
    message = stuck_message(actor, id)
    require(actor, Permission.MANAGE, message.region)
    if not reason.strip():
        raise Invalid(_NO_REASON, {"reason": [_NO_REASON.message]})
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state=message.state).update(
            state=State.DISCARDED, reason="by_person", detail=reason.strip()[:200], claim=None, settled_at=at
        )
        _written(actor, message, changed, State.DISCARDED, at=at, why=reason.strip()[:200])


def _written(actor: Actor, message: Message, changed: int, state: State, *, at: datetime, why: str) -> None:
    if not changed:
        raise Conflict(_FASTER)
    record(
        actor.who(message.region),
        "notices.resend" if state == State.WAITING else "notices.discard",
        f"notices.message:{message.pk}",
        at=at,
        county=message.county,
        changes={"state": (message.state, state)},
        detail={"subject": message.subject, "template": message.template, "channel": message.channel, "why": why},
    )
