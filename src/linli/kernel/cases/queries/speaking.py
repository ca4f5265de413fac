"""Words of a type in the language of the moment: what a rule names (a state, an action, a span) as people say it."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext

from linli.base.errors import Refusal, Refused
from linli.kernel.calendar.rules import Span
from linli.kernel.cases.rules.shapes import Words


def say(words: Words) -> str:
    """A type's words in the language of the moment."""
    return words.in_(get_language() or "zh-hans")


def say_span(span: Span) -> str:
    """A length of time in words: 10 working days, 24 hours."""
    n = span.amount
    sentence = {
        "minutes": ngettext("{n} minute", "{n} minutes", n),
        "hours": ngettext("{n} hour", "{n} hours", n),
        "office_hours": ngettext("{n} office hour", "{n} office hours", n),
        "days": ngettext("{n} day", "{n} days", n),
        "working_days": ngettext("{n} working day", "{n} working days", n),
        "months": ngettext("{n} month", "{n} months", n),
    }[span.unit]
    return sentence.format(n=n)


_lazy_words = lazy(say, str)
_lazy_span = lazy(say_span, str)


def spoken(refusal: Refusal) -> Refusal:
    """A refusal whose places are filled in words; they are chosen when the door shows it, in the reader's language."""
    if not refusal.params:
        return refusal
    params = {name: _spoken(value) for name, value in refusal.params.items()}
    return Refusal(refusal.code, refusal.message, params, refusal.article, refusal.advice)


def _spoken(value: object) -> object:
    if isinstance(value, Words):
        return _lazy_words(value)
    if isinstance(value, Span):
        return _lazy_span(value)
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    return value


def ensure(refusal: Refusal | None) -> None:
    """Raise Refused, in words, when a rule returned a refusal."""
    if refusal is not None:
        raise Refused(spoken(refusal))
