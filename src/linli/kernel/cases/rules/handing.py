"""Passing a case on: how often and how long it may come back."""

from __future__ import annotations

from datetime import datetime

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.calendar.rules import Span, WorkCalendar, due_at
from linli.kernel.cases.rules.shapes import HandOver


def may_return(
    rules: HandOver, *, final: bool, offered_at: datetime, at: datetime, calendar: WorkCalendar
) -> Refusal | None:
    """Whether a desk may still give a case back: not after a decision, and only for a short time."""
    if final:
        return Refusal(
            "handover.final",
            gettext_noop("This desk was named by a decision and may not return the case."),
            article=rules.source,
        )
    if at > due_at(Span.parse(rules.return_within), offered_at, calendar):
        return Refusal(
            "handover.too_late",
            gettext_noop("A case can be returned within {span} of being offered; that time is over."),
            {"span": Span.parse(rules.return_within)},
            rules.source,
        )
    return None


def needs_arbitration(rules: HandOver, returns: int) -> bool:
    """Whether a case has come back so often that someone has to decide."""
    return returns > rules.return_limit


def arbitrate_by(rules: HandOver, offered_at: datetime, calendar: WorkCalendar) -> datetime:
    """Until when someone must have decided; then the fallback desk has the case."""
    return due_at(Span.parse(rules.arbitrate_within), offered_at, calendar)
