"""The ways out, by setting: one gateway per channel, written as an Apprise address, or ``django://`` for plain SMTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from linli.kernel.notices.rules import Channel


@dataclass(frozen=True)
class Gateway:
    """An address with places for {phone}, {email}, {desk} and {message}; ``idempotent`` when asking twice is harmless
    there."""

    channel: Channel
    url: str
    idempotent: bool


def gateways() -> dict[Channel, Gateway]:
    """The gateways that are set up: ``LINLI_NOTICE_URLS`` as a mapping, or a list of ``channel=address``.

    A gateway counts as idempotent when its address sends the message's id in an ``Idempotency-Key`` header.
    """
    found: dict[Channel, Gateway] = {}
    for name, url in _written().items():
        channel = Channel(name)
        found[channel] = Gateway(channel, url, "+idempotency-key={message}" in url.lower())
    return found


def _written() -> Mapping[str, str]:
    given = getattr(settings, "LINLI_NOTICE_URLS", None)
    if isinstance(given, Mapping):
        return given
    pairs = (item.partition("=") for item in given or getattr(settings, "APPRISE_URLS", []))
    return {channel.strip(): url.strip() for channel, _, url in pairs}


def reachable() -> frozenset[Channel]:
    """Channels that lead anywhere; the inbox always does."""
    return frozenset({Channel.INBOX, *gateways()})
