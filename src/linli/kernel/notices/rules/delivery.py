"""How a message moves: its states, the quiet hours, the waiting between tries, the meaning of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from linli.base.clock import BEIJING
from linli.base.text import gettext_noop


class Channel(StrEnum):
    """The ways to someone: Linli's own page, their phone, their mailbox, their desk's group chat."""

    INBOX = "inbox"
    SMS = "sms"
    EMAIL = "email"
    CHAT = "chat"


class State(StrEnum):
    """waiting → sending → sent; or back to waiting, or dead, or uncertain; a person ends the last two by resending or
    discarding."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    DISCARDED = "discarded"


class Outcome(StrEnum):
    """What a try came to. ``unknown``: the gateway may have it, and asking again could send it twice."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Recipient:
    """To whom: an account, a person, or whoever has a number or an address; ``desk`` is the code of a group's chat.

    What is left empty is looked up from the account or the person, as far as they left it.
    """

    account: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    desk: str = ""
    language: str = ""


@dataclass(frozen=True)
class Result:
    """An outcome with a reason's code and what the other side said."""

    outcome: Outcome
    reason: str = ""
    detail: str = ""


CHANNEL_NAMES: Mapping[Channel, str] = {
    Channel.INBOX: gettext_noop("Inbox"),
    Channel.SMS: gettext_noop("SMS"),
    Channel.EMAIL: gettext_noop("E-mail"),
    Channel.CHAT: gettext_noop("Group chat"),
}

REASONS: Mapping[str, str] = {
    "unreachable": gettext_noop("The gateway could not be reached."),
    "refused_now": gettext_noop("The gateway refused for the moment."),
    "refused": gettext_noop("The gateway refused this message for good."),
    "address": gettext_noop("The address or number is wrong or unknown there."),
    "no_answer": gettext_noop("The gateway took the message but did not say whether it accepted it."),
    "stopped": gettext_noop("The program stopped between handing the message over and noting the answer."),
    "gateway_gone": gettext_noop("No gateway is set up for this channel any more."),
    "withdrawn": gettext_noop("The person has withdrawn consent to such messages."),
    "by_person": gettext_noop("Discarded by a member of staff."),
    "sealed": gettext_noop("The address can no longer be opened with the present keys."),
}


def quiet_until(at: datetime, begins: time, ends: time) -> datetime | None:
    """The end of the quiet hours (Beijing) that ``at`` falls into, or None outside them; they may span midnight."""
    local = at.astimezone(BEIJING)
    clock = local.time()
    quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if begins == ends or not quiet:
        return None
    day = local.date() + timedelta(days=1 if begins > ends and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=BEIJING).astimezone(at.tzinfo)


def backoff(attempts: int, first: timedelta, most: timedelta, jitter: float) -> timedelta:
    """How long to wait after the ``attempts``-th failure: doubling from ``first``, at most ``most``.

    ``jitter`` in [0, 1) spreads it over the upper half, so that a gateway that comes back isn't met by all at once.
    """
    doublings: int = 2 ** min(max(attempts, 1) - 1, 30)
    full = min(first * doublings, most)
    return full / 2 + full / 2 * jitter
