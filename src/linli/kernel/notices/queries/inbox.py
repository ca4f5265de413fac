"""What someone was told, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.notices.models import Message
from linli.kernel.notices.rules import Channel

MISSING = Refusal("notices.missing", gettext_noop("This message does not exist, or is not for you."))


@dataclass(frozen=True)
class Page:
    """Some messages, and the id after which the next ones begin (None at the end)."""

    items: list[Message]
    next: str | None


def mine(actor: Actor) -> QuerySet[Message]:
    """The inbox messages of an actor, none for someone without an account."""
    if actor.is_anonymous:
        return Message.objects.none()
    return Message.objects.filter(account=actor.account, channel=Channel.INBOX)


def inbox(actor: Actor, *, unread: bool = False, after: str = "", limit: int = 20) -> Page:
    """A page of an actor's messages, newest first; ``after`` is the id of the last one seen."""
    found = mine(actor)
    if unread:
        found = found.filter(read_at=None)
    if after:
        found = found.filter(pk__lt=_id(after))
    items = list(found.order_by("-pk")[: limit + 1])
    return Page(items[:limit], str(items[limit - 1].pk) if len(items) > limit else None)


def unread_count(actor: Actor) -> int:
    """How many messages an actor hasn't read."""
    return mine(actor).filter(read_at=None).count()


def my_message(actor: Actor, id: UUID | str) -> Message:
    """One of the actor's messages; Missing when it isn't."""
    found = mine(actor).filter(pk=_id(id)).first()
    if found is None:
        raise Missing(MISSING)
    return found


def backlog() -> Mapping[str, int]:
    """How many messages are in each state but sent and discarded, for the operator."""
    rows = Message.objects.exclude(state__in=["sent", "discarded"]).order_by().values_list("state")
    return dict(rows.annotate(count=Count("pk")))


def _id(text: UUID | str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as problem:
        raise Missing(MISSING) from problem
