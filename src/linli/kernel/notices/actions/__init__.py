"""Telling people: writing messages, delivering them once, and deciding about those that got stuck."""

from linli.kernel.notices.actions.decide import discard, resend
from linli.kernel.notices.actions.deliver import deliver_due, erase_old
from linli.kernel.notices.actions.read import mark_all_read, mark_read
from linli.kernel.notices.actions.send import Sent, send
from linli.kernel.notices.rules import Channel, Recipient

__all__ = [
    "Channel",
    "Recipient",
    "Sent",
    "deliver_due",
    "discard",
    "erase_old",
    "mark_all_read",
    "mark_read",
    "resend",
    "send",
]
