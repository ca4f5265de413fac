"""What the person who asked does: find the request again, add facts, withdraw, rate, open again.

Every function takes the request as it was *found* for that person (own account, number and code, or signed link)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.base.errors import Missing, Refusal, Refused
from linli.base.text import gettext_noop
from linli.domains.intake.actions.handling import reopen_found, step_found
from linli.domains.intake.actions.submit import RETENTION, RETENTION_SEALED, pepper
from linli.domains.intake.models import Attempt, Request
from linli.domains.intake.queries.requests import Found
from linli.domains.intake.queries.tracking import NOT_FOUND, WRONG_LIMIT, WRONG_WINDOW, found_by_code, wrong_lately
from linli.domains.intake.rules.kinds import Grade
from linli.domains.intake.rules.mapping import as_said
from linli.domains.intake.rules.wording import phone_digits
from linli.kernel.access.rules import Actor
from linli.kernel.cases.actions.opening import Opening, open_as
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries.facts import Doer
from linli.kernel.cases.rules import tidy_number
from linli.kernel.files.actions import Prepared, attach

TOO_MANY = Refusal(
    "intake.too_many_attempts",
    gettext_noop("Too many wrong attempts. Please wait a quarter of an hour."),
    advice=gettext_noop("Or call: a person can find your request with you."),
)


def find_again(actor: Actor, *, number: str = "", phone: str = "", code: str, at: datetime) -> Found:
    """The request of number (or telephone) and code. Missing when they do not belong together; after six wrong attempts
    from one address or at one number Refused for a quarter of an hour, right or wrong."""
    tidy = tidy_number(number) or phone_digits(phone) or number or phone  # so that no spelling is counted anew
    targets = [_target("address", actor.address), _target("number", tidy)]
    if wrong_lately(targets, at=at) >= WRONG_LIMIT:
        raise Refused(TOO_MANY)
    found = found_by_code(number, phone, code, pepper())
    if found is not None:
        return found
    county = _county_of(number)
    Attempt.objects.bulk_create([Attempt(county=county, target=target, at=at) for target in targets])
    raise Missing(NOT_FOUND)


def prune_attempts(now: datetime) -> int:
    """Forget wrong attempts that no longer count; returns how many."""
    return Attempt.objects.filter(at__lte=now - WRONG_WINDOW).delete()[0]


def supply(
    actor: Actor, found: Found, *, note: str, at: datetime, key: str = "", photos: Sequence[Prepared] = ()
) -> Case:
    """Add the facts that were asked for; the clock runs again."""
    with transaction.atomic():
        case = step_found(_as_nobody(actor, found), found, "supply", note=note, at=at, key=key)
        for photo in photos:
            attach(
                _as_nobody(actor, found), photo, county=case.county, region=case.region_id, subject=case.subject,
                retention=RETENTION_SEALED if case.sealed else RETENTION, at=at,
            )  # fmt: skip
    return case


def withdraw(actor: Actor, found: Found, *, note: str = "", at: datetime, key: str = "") -> Case:
    """Take a request back."""
    return step_found(_as_nobody(actor, found), found, "withdraw", note=note, at=at, key=key)


def reopen_own(actor: Actor, found: Found, *, note: str, at: datetime, key: str = "") -> Case:
    """Not solved: open it again, with the reason."""
    return reopen_found(_as_nobody(actor, found), found, note=note, at=at, key=key)


def rate(actor: Actor, found: Found, *, grade: int, words: str = "", at: datetime, key: str = "") -> Case:
    """Grade an answer from 1 to 5 (GB/T 39734-2020). A bad grade opens a case of putting right in the same moment."""
    action = "rate_answer" if found.case.state == "replied" else "rate_closed"
    data: dict[str, object] = {"grade": grade}
    if words.strip():
        data["words"] = as_said(words)[:1_000]
    columns: dict[str, object] = {
        "grade": grade, "grade_words": data.get("words", ""), "graded_at": at, "graded_by_self": True,
    }  # fmt: skip
    before = found.case.counter
    with transaction.atomic():
        case = step_found(_as_nobody(actor, found), found, action, data=data, at=at, key=key, columns=columns)
        if case.counter != before and Grade(grade).is_bad and found.request.rectification_id is None:
            _put_right(found, grade, str(data.get("words", "")), at)
    return case


def _put_right(found: Found, grade: int, words: str, at: datetime) -> None:
    case = found.case
    wanted = Opening(
        "rectification", case.region_id, case.title, sealed=case.sealed, channel=case.channel,
        data={
            "request": str(case.pk), "number": case.number, "grade": grade, "words": words,
            "privacy": "anonymous" if found.request.is_anonymous else "named",
        },
    )  # fmt: skip
    child = open_as(Doer(), wanted, at=at)
    Request.objects.filter(pk=found.request.pk, county=case.county).update(rectification=child)


def _as_nobody(actor: Actor, found: Found) -> Actor:
    """An anonymous request stays so: whoever holds its code acts as nobody, even when logged in."""
    return Actor(channel=actor.channel) if found.request.is_anonymous else actor


def _target(what: str, value: str) -> str:
    return hashlib.sha256(pepper() + f"{what}:{value.strip().lower()}".encode()).hexdigest()


def _county_of(number: str) -> str:
    """The county of the case with a number; "" where there is none."""
    tidy = tidy_number(number)
    return (Case.objects.filter(number=tidy).values_list("county", flat=True).first() or "") if tidy else ""
