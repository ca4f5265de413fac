"""Small translations between values and what pages write: refusals, steps, places."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base.errors import Refusal
from linli.base.text import gettext_noop

STEP_TITLES = {
    "accept": gettext_noop("Take it up"),
    "answer": gettext_noop("Answer at once"),
    "dispatch": gettext_noop("Pass on"),
    "refuse": gettext_noop("Do not accept"),
    "transfer": gettext_noop("Pass to an emergency number"),
    "send_back": gettext_noop("Send back"),
    "arbitrate": gettext_noop("Decide whose it is"),
    "ask_more": gettext_noop("Ask for missing facts"),
    "go_on": gettext_noop("Go on without them"),
    "first_word": gettext_noop("First word to the resident"),
    "reply": gettext_noop("Answer the resident"),
    "call_back": gettext_noop("Note a call-back"),
    "close": gettext_noop("Close the request"),
    "reopen": gettext_noop("Open again"),
    "correct_category": gettext_noop("Correct class or kind"),
    "hand_over": gettext_noop("Hand over"),
    "accept_handover": gettext_noop("Take it over"),
    "return_handover": gettext_noop("Give it back"),
    "extend": gettext_noop("Ask for more time"),
    "comment": gettext_noop("Remark"),
    "assign": gettext_noop("Give to a colleague"),
    "duplicate": gettext_noop("Join to an earlier request"),
    "draft": gettext_noop("Save as a draft"),
}


class _Open(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def said(refusal: object) -> str:
    """A refusal as one sentence with its article; "" for None."""
    if not isinstance(refusal, Refusal):
        return ""
    params = _Open({name: _words(value) for name, value in refusal.params.items()})
    sentence = _(refusal.message).format_map(params)
    advice = _(refusal.advice).format_map(params) if refusal.advice else ""
    article = f"（{refusal.article}）" if refusal.article else ""
    return " ".join(part for part in (f"{sentence}{article}", advice) if part)


def _words(value: object) -> object:
    """A two-language title of a case type in the reader's language."""
    inside = getattr(value, "in_", None)

    return inside(get_language() or "zh") if callable(inside) else value


def step_title(action: str, fallback: str) -> str:
    """What a step is called on a button."""
    return _(STEP_TITLES[action]) if action in STEP_TITLES else fallback


def place(name: str, address: str) -> dict[str, str]:
    """One entry of a breadcrumb."""
    return {"name": name, "address": address}


def places(way: Iterable[tuple[str, str]], page: str) -> list[dict[str, str]]:
    """A way down the tree as breadcrumbs that lead to a page of each region."""
    return [place(name, f"{reverse(page)}?region={code}") for code, name in way]
