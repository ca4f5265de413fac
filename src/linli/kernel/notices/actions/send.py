"""Writing messages in the caller's transaction: they exist exactly when what they speak of exists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from linli.base.ids import new_id
from linli.kernel.notices.models import Message
from linli.kernel.notices.queries.catalogue import parameters_at, templates
from linli.kernel.notices.queries.gateways import reachable
from linli.kernel.notices.queries.reach import Reach, agrees, reach
from linli.kernel.notices.queries.undelivered import ADDRESS
from linli.kernel.notices.rules import Channel, Recipient, State, Template, quiet_until, render
from linli.kernel.parties.queries import seal_text

# Longest value of a variable, characters: a link has to arrive whole, everything else may be cut.
_LONGEST = 200


@dataclass(frozen=True)
class Sent:
    """What came of it: the channels with a message written (or already there), and why the others have none."""

    channels: tuple[Channel, ...]
    skipped: Mapping[Channel, str]


def send(
    template: str,
    to: Recipient,
    context: Mapping[str, object],
    *,
    key: str,
    county: str,
    subject: str,
    at: datetime,
    channels: Iterable[Channel | str] | None = None,
    region: str = "",
    urgent: bool | None = None,
) -> Sent:
    """Tell someone something, once per ``(county, key, recipient, channel)`` however often this is called.

    ``context`` holds the template's variables as text (dates already formatted); ValueError for an unknown template, a
    missing variable or a link to elsewhere, which are mistakes of the caller. Nothing leaves before the commit.
    """
    chosen = templates().get(template)
    if chosen is None:
        raise ValueError(f"there is no notice {template}")
    values = _values(template, chosen, context)
    reached = reach(to)
    wanted = [Channel(channel) for channel in channels] if channels is not None else list(chosen.channels)
    ways, allowed = reachable(), chosen.necessary or agrees(reached.person)
    rows: list[Message] = []
    skipped: dict[Channel, str] = {}
    for channel in wanted:
        why = _no_way(channel, reached, allowed=allowed, ways=ways, offered=chosen.channels)
        if why:
            skipped[channel] = why
            continue
        row = _row(chosen, channel, reached, values, at=at, urgent=chosen.urgent if urgent is None else urgent)
        row.template, row.key, row.subject, row.county = template, key, subject, county
        row.region = region or county
        rows.append(row)
    # The unique constraint decides who was first; a second call with the same key changes nothing.
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return Sent(tuple(Channel(row.channel) for row in rows), skipped)


def _no_way(
    channel: Channel, reached: Reach, *, allowed: bool, ways: frozenset[Channel], offered: tuple[Channel, ...]
) -> str:
    """Why a channel gets no message, or ""."""
    if channel not in offered:
        return "no words for this channel"
    if not reached.address(channel):
        return "no address"
    if channel not in ways:
        return "no gateway"
    # The inbox is Linli's own page, not a message sent to someone's device.
    return "" if allowed or channel == Channel.INBOX else "no consent"


def _values(key: str, template: Template, context: Mapping[str, object]) -> dict[str, str]:
    missing = [name for name in template.variables if name not in context]
    if missing:
        raise ValueError(f"the notice {key} needs {', '.join(missing)}")
    values = {name: _plain(str(context[name])) for name in template.variables}
    if "link" in values:
        values["link"] = _own_link(values["link"])
    return values


def _plain(text: str) -> str:
    """Without control and direction-changing signs, at most 200 characters."""
    kept = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"


def _own_link(link: str) -> str:
    """A link into Linli itself as a whole address; a message in our name never leads elsewhere."""
    home = str(getattr(settings, "LINLI_PUBLIC_URL", "")).rstrip("/")
    if link.startswith("/") and not link.startswith(("//", "/\\")):
        return home + link
    if not link or (home and link.startswith(home + "/")):
        return link
    raise ValueError("a notice links only into Linli")


def _row(
    template: Template, channel: Channel, to: Reach, values: Mapping[str, str], *, at: datetime, urgent: bool
) -> Message:
    """A message in its recipient's language; the inbox's is delivered by being written."""
    parameters = parameters_at(at)
    text = render(template, to.language, channel, values, parameters.sms_parts)
    quiet = quiet_until(at, parameters.quiet_from, parameters.quiet_to)
    inbox = channel == Channel.INBOX
    home = str(getattr(settings, "LINLI_PUBLIC_URL", "")).rstrip("/")
    return Message(
        id=new_id(),
        recipient=to.recipient(channel),
        account=to.account,
        person=to.person,
        address="" if inbox else seal_text(to.address(channel), ADDRESS),
        channel=channel,
        language=to.language,
        urgent=urgent,
        necessary=template.necessary,
        title=text.title,
        body=text.body,
        link=values.get("link", "").removeprefix(home) if inbox else "",
        state=State.SENT if inbox else State.WAITING,
        due_at=quiet if quiet and channel == Channel.SMS and not urgent else at,
        created_at=at,
        settled_at=at if inbox else None,
    )
