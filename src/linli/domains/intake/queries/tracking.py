"""Following a request without an account: by number and code, by telephone and code, or by a signed link."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.models import Attempt, Request
from linli.domains.intake.queries.requests import TYPE, Found
from linli.domains.intake.rules import secrets
from linli.domains.intake.rules.wording import phone_digits
from linli.kernel.cases.models import Case
from linli.kernel.cases.rules import tidy_number
from linli.kernel.parties.queries import phone_indexes

LINK_LIVES = timedelta(days=60)
PASS_LIVES = timedelta(hours=12)
WRONG_WINDOW = timedelta(minutes=15)
WRONG_LIMIT = 6
NOT_FOUND = Refusal(
    "intake.not_found",
    gettext_noop("Number and code do not belong together."),
    advice=gettext_noop("Look at the receipt again, or call: a person can find your request with you."),
)
LINK_OVER = Refusal(
    "intake.link_over",
    gettext_noop("This link is no longer valid."),
    advice=gettext_noop("Enter number and code from the receipt instead."),
)


def _signer() -> Signer:
    return Signer(salt="linli.intake.link")


def link_token(case_id: UUID, *, at: datetime, lives: timedelta = LINK_LIVES) -> str:
    """A signed token that stands for one request until it runs out; carries nothing about the person."""
    return _signer().sign_object([str(case_id), int((at + lives).timestamp())])


def found_by_token(token: str, *, at: datetime) -> Found:
    """The request of a token; Missing when it is forged or has run out."""
    try:
        case_id, until = _signer().unsign_object(token)
        key = UUID(case_id)
    except (BadSignature, ValueError, TypeError):
        raise Missing(LINK_OVER) from None
    if at.timestamp() > until:
        raise Missing(LINK_OVER)
    return _found(key)


def _found(key: UUID) -> Found:
    request = Request.objects.select_related("case", "case__region").filter(case_id=key, case__type=TYPE).first()
    if request is None:
        raise Missing(NOT_FOUND)
    return Found(request.case, request, as_requester=True)


def found_by_code(number: str, phone: str, code: str, pepper: bytes) -> Found | None:
    """The request that a number (or, without one, a telephone number) and a code belong to; None when they do not."""
    requests = Request.objects.select_related("case", "case__region").filter(case__type=TYPE).exclude(code_digest="")
    tidy = tidy_number(number)
    if tidy:
        candidates = list(requests.filter(case__number=tidy)[:2])
    elif digits := phone_digits(phone):
        candidates = list(requests.filter(phone_index__in=phone_indexes(digits)).order_by("-case__opened_at")[:20])
    else:
        candidates = []
    for request in candidates:
        if secrets.same(request.code_digest, secrets.digest_of(code, request.case.number, pepper)):
            return Found(request.case, request, as_requester=True)
    return None


def wrong_lately(targets: list[str], *, at: datetime) -> int:
    """The most wrong attempts that one of these targets (an address, a number) had in the last quarter of an hour."""
    rows = Attempt.objects.filter(target__in=targets, at__gt=at - WRONG_WINDOW)
    return max(Counter(rows.values_list("target", flat=True)).values(), default=0)


def duplicates_of(case: Case) -> list[Found]:
    """The open and closed requests that follow this one, for telling their people."""
    requests = Request.objects.select_related("case", "case__region").filter(case__master=case, case__type=TYPE)
    return [Found(request.case, request, as_requester=True) for request in requests]
