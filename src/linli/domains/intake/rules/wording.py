"""How a request reads: its title from its words, a name and number as others may see them, its history in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from linli.base.text import fold, mask_mobile, mask_name
from linli.base.text import gettext_noop as _

TITLE = 40
_END = re.compile(r"[。！？!?；;\n]")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")


def title_from(text: str) -> str:
    """The first sentence of the words, at most forty characters."""
    first = _END.split(" ".join(text.split()), maxsplit=1)[0].strip(" ，,：:")
    first = first or " ".join(text.split())
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"


def phone_digits(phone: str) -> str:
    """A number as stored: half-width digits, without blanks, dashes and +86; "" when it is no number."""
    plain = fold(phone)
    if not _PHONE.fullmatch(plain):
        return ""
    digits = "".join(letter for letter in plain if letter.isdigit())
    return digits[2:] if plain.startswith("+86") and len(digits) == 13 else digits


@dataclass(frozen=True)
class Person:
    """The one who asked, as somebody else may see them."""

    name: str
    phone: str
    is_anonymous: bool
    is_hidden: bool = False


def person_for(name: str, phone: str, *, is_anonymous: bool, hidden: bool) -> Person:
    """Masked name and number; nothing at all of an anonymous person, nor for one who is complained of."""
    if is_anonymous or hidden:
        return Person("", "", is_anonymous, hidden)
    return Person(mask_name(name), mask_mobile(phone), False)


@dataclass(frozen=True)
class Line:
    """One line of the timeline: a sentence (msgid with places), when, who in which place, the words that were said."""

    at: datetime
    action: str
    message: str
    who: str = ""
    role: str = ""
    words: str = ""
    params: dict[str, object] = field(default_factory=dict)
    is_public: bool = True


SENTENCES = {
    "open": _("You told us."),
    "accept": _("Taken up; it is being handled."),
    "answer": _("Answered at once."),
    "dispatch": _("Passed on to {desk}."),
    "refuse": _("Not accepted: {reason}. Where to go: {where}"),
    "transfer": _("Passed to the emergency number {number}."),
    "send_back": _("Sent back to the hotline, which decides whose it is."),
    "arbitrate": _("The hotline decided: {desk} handles it."),
    "ask_more": _("You were asked for more facts. The clock rests until then."),
    "supply": _("More facts were added."),
    "go_on": _("Handling goes on."),
    "first_word": _("First word on what is happening."),
    "reply": _("Answered."),
    "call_back": _("You were called back."),
    "close": _("Closed."),
    "reopen": _("Opened again."),
    "rate_answer": _("Rated: {grade}."),
    "rate_closed": _("Rated: {grade}."),
    "follow_master": _("Closed together with the earlier request about the same thing."),
    "case.link": _("Joined to an earlier request about the same thing; you get its answer as well."),
    "withdraw": _("Withdrawn."),
    "overdue": _("The date has passed; the level above was told."),
    "correct_category": _("Class or kind corrected."),
    "case.hand_over": _("Offered to another desk."),
    "case.accept_handover": _("Another desk has taken it over."),
    "case.return_handover": _("The other desk gave it back."),
    "case.extend": _("The date was moved, with a reason."),
    "case.assign": _("Given to a colleague."),
}
