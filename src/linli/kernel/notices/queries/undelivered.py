"""Messages that could not be delivered, or of which nobody knows, for the desk that looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from linli.base.ciphers import SealBroken
from linli.base.errors import Missing
from linli.base.text import mask_mobile
from linli.kernel.access.queries import visible_to
from linli.kernel.access.rules import Actor
from linli.kernel.notices.models import Message
from linli.kernel.notices.permissions import Permission
from linli.kernel.notices.queries.inbox import MISSING
from linli.kernel.notices.rules import CHANNEL_NAMES, REASONS, Channel, State
from linli.kernel.parties.queries import open_text

ADDRESS = "notices.message.address"
STUCK = (State.DEAD, State.UNCERTAIN)


@dataclass(frozen=True)
class Stuck:
    """One message that waits for a person's decision; the address is masked, the reason in the reader's language."""

    id: UUID
    state: str
    channel: str
    channel_name: str
    template: str
    subject: str
    region: str
    title: str
    body: str
    to: str
    reason: str
    detail: str
    attempts: int
    created_at: datetime
    settled_at: datetime | None


def visible_stuck(actor: Actor) -> QuerySet[Message]:
    """The undelivered messages of the places an actor looks after."""
    # One that was emptied meanwhile can't be sent again: nothing is left to decide.
    found = Message.objects.filter(state__in=STUCK, erased_at=None)
    return visible_to(actor, Permission.MANAGE, found, region_field="region", handler_field="")


def undelivered(actor: Actor, *, state: str = "", limit: int = 50) -> list[Stuck]:
    """What waits for a decision where the actor may take it, oldest first."""
    found = visible_stuck(actor)
    if state in STUCK:
        found = found.filter(state=state)
    return [_seen(message) for message in found.order_by("settled_at", "pk")[:limit]]


def stuck_counts(actor: Actor) -> dict[str, int]:
    """How many are dead and how many uncertain, where the actor may decide."""
    rows = visible_stuck(actor).order_by().values_list("state").annotate(count=Count("pk"))
    return {str(state): 0 for state in STUCK} | dict(rows)


def stuck_message(actor: Actor, id: UUID | str) -> Message:
    """One undelivered message; Missing when there is none or not for this actor."""
    found = visible_stuck(actor).filter(pk=id).first()
    if found is None:
        raise Missing(MISSING)
    return found


def _seen(message: Message) -> Stuck:
    return Stuck(
        message.pk,
        message.state,
        message.channel,
        gettext(CHANNEL_NAMES[Channel(message.channel)]),
        message.template,
        message.subject,
        message.region,
        message.title,
        message.body,
        _masked(message),
        gettext(REASONS[message.reason]) if message.reason in REASONS else "",
        message.detail,
        message.attempts,
        message.created_at,
        message.settled_at,
    )


def _masked(message: Message) -> str:
    """Enough of an address to recognise it, not enough to use it."""
    try:
        address = open_text(message.address, ADDRESS)
    except SealBroken:
        return "***"
    if message.channel == Channel.EMAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}" if host else "***"
    return mask_mobile(address) if message.channel == Channel.SMS else address
