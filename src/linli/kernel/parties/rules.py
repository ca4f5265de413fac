"""What can be decided about people, their documents and their consent from values alone. No Django, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc

from linli.base.errors import Refusal
from linli.base.text import fold, gettext_noop, mask_identity

CARD = "GB 11643-1999"
CODE = "GB 32100-2015"
ABOUT: Mapping[str, str] = {
    "phone": "parties.person.phone",
    "address": "parties.person.address",
    "document": "parties.identity_document.number",
    "household": "parties.household.address",
}
"""What the sealed columns' tokens are bound to."""


@dataclass(frozen=True)
class DocumentValue:
    """An identity document as someone states it; ``reason`` only where there is none to state."""

    kind: str
    number: str = ""
    reason: str = ""

    @property
    def compact(self) -> str:
        """The number without blanks, half width, upper case: what is checked, sealed and searched by."""
        return compact(self.number)


def compact(number: str) -> str:
    """A number as it is stored: half width, upper case, without blanks and hyphens."""
    return re.sub(r"[\s\-]", "", fold(number)).upper()


def check_document(document: DocumentValue, today: date) -> Refusal | None:
    """Whether a document's number can be one of its kind; the place table of old codes is never asked (GB 11643)."""
    if document.kind == "none":
        return None if document.reason.strip() else NO_REASON
    check = _CHECKS.get(document.kind)
    if check is None:
        return Refusal("parties.document_kind", gettext_noop("This kind of document is not known."))
    return check(document.compact, today)


NO_REASON = Refusal("parties.no_document_reason", gettext_noop("Say why there is no identity document."))


def _card(number: str, today: date) -> Refusal | None:
    if len(number) == 15 and number.isdigit():
        return Refusal(
            "parties.card_old",
            gettext_noop("This is a 15-digit number of the first generation, which is no longer valid."),
            article="居民身份证法 23",
            advice=gettext_noop("Use the 18-digit number on the present card."),
        )
    if len(number) != 18:
        return Refusal(
            "parties.card_length",
            gettext_noop("The number has 18 characters; here are {count}."),
            {"count": len(number)},
            CARD,
        )
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in "0123456789X"):
        return Refusal(
            "parties.card_letters", gettext_noop("The number has 17 digits and a last digit or X."), {}, CARD
        )
    if not _plausible(born_of(number), today):
        return Refusal(
            "parties.card_date",
            gettext_noop("Digits 7 to 14 are not a possible date of birth: {digits}."),
            {"digits": number[6:14]},
            CARD,
        )
    if number[17] != ric.calc_check_digit(number):
        return Refusal(
            "parties.card_check",
            gettext_noop("The last character does not fit the 17 digits before it: one of them is mistyped."),
            {},
            CARD,
            gettext_noop("Compare the number with the card, digit by digit."),
        )
    return None


def _permit(number: str, today: date) -> Refusal | None:
    if number[:6] not in {"810000", "820000", "830000"}:
        message = gettext_noop("A residence permit's number begins with 810000, 820000 or 830000.")
        return Refusal("parties.permit_prefix", message)
    return _card(number, today)


def _foreigner(number: str, today: date) -> Refusal | None:
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        return None
    if not number.startswith("9"):
        return Refusal("parties.foreigner_prefix", gettext_noop("A foreign permanent resident's number begins with 9."))
    return _card(number, today)


def _shaped(pattern: str) -> Callable[[str, date], Refusal | None]:
    def check(number: str, today: date) -> Refusal | None:
        if re.fullmatch(pattern, number):
            return None
        return Refusal(
            "parties.document_shape", gettext_noop("The number does not have the shape of this kind of document.")
        )

    return check


_CHECKS: Mapping[str, Callable[[str, date], Refusal | None]] = {
    "resident_id": _card,
    "residence_permit": _permit,
    "permanent_resident": _foreigner,
    "passport": _shaped(r"[A-Z0-9]{5,20}"),
    "home_return_permit": _shaped(r"[HM]\d{8}(\d{2})?"),
    "taiwan_permit": _shaped(r"\d{8}(\d{2})?|[A-Z0-9]{8,12}"),
    "birth_certificate": _shaped(r"[A-Z]\d{9}"),
}


def _plausible(born: date | None, today: date) -> bool:
    return born is not None and date(1880, 1, 1) <= born <= today


def born_of(number: str) -> date | None:
    """The date of birth in an 18-character number, or None where it holds none."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """``m`` or ``f`` by digit 17 of an 18-character number (odd is male)."""
    return "m" if int(number[16]) % 2 else "f"


def show_document(kind: str, number: str) -> str:
    """A document number as staff see it: masked, the middle hidden."""
    return mask_identity(number) if kind != "none" else ""


_CLASSES = frozenset(
    {
        "11",
        "12",
        "13",
        "19",
        "21",
        "29",
        "31",
        "32",
        "33",
        "34",
        "35",
        "39",
        "41",
        "49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "59",
    }
    | {"61", "62", "69", "71", "72", "79", "81", "89", "91", "92", "93", "A1", "A9", "N1", "N2", "N3", "N9", "Y1"}
)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_credit_code(code: str) -> Refusal | None:
    """Whether a code can be a unified social credit code at all: 18 characters, none of I, O, S, V, Z."""
    if len(code) != 18:
        return Refusal(
            "parties.code_length",
            gettext_noop("The code has 18 characters; here are {count}."),
            {"count": len(code)},
            CODE,
        )
    wrong = sorted({letter for letter in code if letter not in ALPHABET})
    if wrong:
        message = gettext_noop("The code does not use these characters: {letters}. I, O, S, V and Z never occur.")
        return Refusal("parties.code_letters", message, {"letters": " ".join(wrong)}, CODE)
    return None


def doubt_credit_code(code: str) -> Refusal | None:
    """A doubt about a well-formed code, to be shown and overridden: real codes exist that fail the check digit."""
    if code[-1] != uscc.calc_check_digit(code):
        message = gettext_noop(
            "The last character does not fit the others. Compare it with the certificate; keep it if it is so."
        )
        return Refusal("parties.code_check", message, {}, CODE)
    if code[:2] not in _CLASSES:
        message = gettext_noop(
            "No kind of organisation begins with {start}. Compare it with the certificate; keep it if it is so."
        )
        return Refusal("parties.code_class", message, {"start": code[:2]}, CODE)
    return None


def check_doubt_reason(keep: bool, reason: str) -> Refusal | None:
    """Whether someone who keeps a doubtful code says what it was compared with."""
    if keep and len(set(fold(reason))) < 4:
        message = gettext_noop("Say what the code was compared with, in a few words: it goes on the record.")
        return Refusal("parties.doubt_reason", message, {}, CODE)
    return None


def completed(years: int, born: date, today: date) -> bool:
    """Whether someone has completed ``years`` of age: from the day after that birthday on, in favour of the child."""
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:  # born on 29 February
        birthday = date(born.year + years, 3, 1)
    return today > birthday


def is_child(born: date | None, today: date) -> bool:
    """Whether all data of this person is sensitive and a guardian consents: under 14 (个人信息保护法 28, 31)."""
    return born is not None and not completed(14, born, today)


@dataclass(frozen=True)
class Asked:
    """A consent about to be recorded: what the notice asks for, and who answers for whom."""

    kind: str
    sensitive: bool
    for_minors: bool
    newest: bool
    born: date | None
    by_self: bool
    by_guardian: bool


def check_consent(asked: Asked, today: date) -> Refusal | None:
    """Whether this answer is a valid consent (个人信息保护法 14, 28, 29, 31)."""
    if not asked.newest:
        message = gettext_noop("There is a newer version of this notice; consent is given to that one.")
        return Refusal("parties.notice_old", message, {}, "个人信息保护法 14")
    child = is_child(asked.born, today)
    if child and not asked.by_guardian:
        message = gettext_noop("For a child under 14 a parent or other guardian consents.")
        return Refusal("parties.guardian", message, {}, "个人信息保护法 31", gettext_noop("Enter the guardian first."))
    if child and not asked.for_minors:
        message = gettext_noop("For children under 14 there must be a notice with its own rules.")
        return Refusal("parties.minor_rules", message, {}, "个人信息保护法 31")
    if not (asked.by_self or asked.by_guardian):
        message = gettext_noop("Nobody but the person or their guardian can consent.")
        return Refusal("parties.consent_of_other", message, {}, "个人信息保护法 14")
    if (child or asked.sensitive) and asked.kind != "sensitive":
        message = gettext_noop("Sensitive data needs a consent of its own, not one bundled with others.")
        return Refusal("parties.sensitive_separate", message, {}, "个人信息保护法 29")
    return None


def check_reason(reason: str) -> Refusal | None:
    """A reason for seeing or erasing someone's data: at least four characters that say something."""
    if len(set(fold(reason))) < 4:
        message = gettext_noop("Say why, in a few words: it goes on the record and the person may ask for it.")
        return Refusal("parties.reason", message, {}, "个人信息保护法 6")
    return None
