"""Saying something: a request comes in, by whatever door."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from linli.base.clock import BEIJING
from linli.base.errors import Invalid, Refusal, ensure
from linli.base.text import gettext_noop
from linli.domains.intake.actions.handling import must_report
from linli.domains.intake.models import CONTACT_NAME, CONTACT_PHONE, Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.parameters import model_for, parameters_for
from linli.domains.intake.queries.requests import TYPE
from linli.domains.intake.rules import classify, secrets, wording
from linli.domains.intake.rules.guards import DEFAULT_TERMS, desk_above
from linli.domains.intake.rules.kinds import Channel, Kind, Privacy
from linli.domains.intake.rules.mapping import as_said
from linli.domains.intake.rules.parameters import Parameters
from linli.domains.intake.rules.triage import Triage, refuse_certificate, triage
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.rules import Who
from linli.kernel.cases.actions import open_case
from linli.kernel.cases.models import Case
from linli.kernel.cases.rules import get_type
from linli.kernel.cases.rules.desks import desk_by, tidy_desk
from linli.kernel.files.actions import Prepared, attach
from linli.kernel.parties.queries import phone_index, seal_text
from linli.kernel.regions.queries import get_region

ON_BEHALF = frozenset({Channel.PHONE, Channel.COUNTER, Channel.GRID, Channel.AGENT})
LONGEST = 5_000
ASKING = frozenset({Kind.CONSULT, Kind.HELP, Kind.OTHER})
RETENTION, RETENTION_SEALED = "request", "request_sealed"


@dataclass(frozen=True)
class Submission:
    """What somebody says, as it came through a door. ``insist`` sends it although it asks for a banned certificate."""

    region: str
    text: str
    kind: Kind = Kind.OTHER
    title: str = ""
    category: str = ""
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None
    privacy: Privacy = Privacy.ANONYMOUS
    name: str = ""
    phone: str = ""
    accused_desk: str = ""
    accused_words: str = ""
    channel: Channel = Channel.WEB
    insist: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the person takes home. ``code`` is shown here and never again; the database keeps only its digest."""

    case: Case
    request: Request
    code: str
    triage: Triage


def submit_request(
    actor: Actor, submission: Submission, *, at: datetime, key: str = "", photos: Sequence[Prepared] = ()
) -> Receipt:
    """Take in a request and return its receipt; the same ``key`` with the same content gives the same receipt.

    Denied when somebody writes for others without the right, Invalid for words or numbers of the wrong shape,
    Refused for a certificate that a community may not issue (民发〔2020〕20号). Violence and children open sealed.
    """
    if submission.channel in ON_BEHALF:
        require(actor, Permission.TAKE_IN, submission.region)
    cleaned = _clean(submission)
    parameters = parameters_for(cleaned.region, at.astimezone(BEIJING).date())
    if not cleaned.insist and cleaned.kind in ASKING:
        ensure(refuse_certificate(cleaned.text, parameters.refusals))
    suggestion = classify.suggest(model_for(parameters.categories), cleaned.title, cleaned.text)[0]
    category = _category(cleaned.category, suggestion.code, parameters)
    noticed = triage(f"{cleaned.title}\n{cleaned.text}", category, parameters)
    facts = _facts(cleaned, category, noticed, parameters)
    with transaction.atomic():
        case = open_case(
            _speaker(actor, cleaned),
            "request",
            region=cleaned.region,
            title=cleaned.title,
            at=at,
            key=_own_key(actor, key),
            content=_content(cleaned),
            data=facts,
            handler=_handler_beside(cleaned.region, facts),
            channel=cleaned.channel,
            sealed=noticed.sealed,
            urgency=2 if noticed.emergency else int(noticed.urgent),
            record_who=_writer(actor, cleaned),
        )
        code = _code(case, key)
        found = Request.objects.filter(case=case).first()
        if found is not None:
            return Receipt(case, found, code, noticed)
        request = _request(actor, cleaned, case, category, code)
        request.suggested, request.confidence = suggestion.code, suggestion.confidence
        request.save(force_insert=True)
        if noticed.sealed:
            case = must_report(case, at=at)
        for photo in photos:
            attach(
                _speaker(actor, cleaned), photo, county=case.county, region=case.region_id, subject=case.subject,
                retention=RETENTION_SEALED if case.sealed else RETENTION, at=at,
            )  # fmt: skip
    return Receipt(case, request, code, noticed)


def _own_key(actor: Actor, key: str) -> str:
    """A caller's key as nobody else's: two strangers may send the same one. Digested, since neither the account nor the
    address of somebody who stays anonymous may stand beside the case."""
    whose = f"{actor.account or actor.address}\n{key}"
    return hmac.new(pepper(), whose.encode(), hashlib.sha256).hexdigest() if key else ""


def _content(submission: Submission) -> str:
    """A digest of all that was said; with the pepper, so that no telephone number can be tried against it."""
    return hmac.new(pepper(), json.dumps(asdict(submission), sort_keys=True).encode(), hashlib.sha256).hexdigest()


def pepper() -> bytes:
    """The key of code digests, derived from the installation's secret."""
    return hashlib.sha256(f"linli.intake.code:{settings.SECRET_KEY}".encode()).digest()


def _clean(submission: Submission) -> Submission:
    text = as_said(submission.text)
    problems: dict[str, list[str]] = {}
    if sum(letter.isalnum() for letter in text) < 2:
        problems["text"] = [gettext_noop("Please say in your own words what it is about.")]
    if len(text) > LONGEST:
        problems["text"] = [gettext_noop("Please keep it to 5,000 characters; photos can say the rest.")]
    phone = wording.phone_digits(submission.phone) if submission.phone.strip() else ""
    if submission.phone.strip() and not phone:
        problems["phone"] = [gettext_noop("This is not a telephone number.")]
    if (submission.longitude is None) != (submission.latitude is None) or not (
        -180 <= (submission.longitude or 0) <= 180 and -90 <= (submission.latitude or 0) <= 90
    ):
        problems["place"] = [gettext_noop("This is not a point on the map.")]
    if problems:
        message = gettext_noop("Something in your request is not right yet.")
        raise Invalid(Refusal("intake.shape", message), problems)
    title = as_said(submission.title)[:200] or wording.title_from(text)
    named = submission.privacy is Privacy.NAMED
    return Submission(
        region=get_region(submission.region).code, text=text, kind=submission.kind, title=title,
        category=submission.category, place=as_said(submission.place)[:200], longitude=submission.longitude,
        latitude=submission.latitude, privacy=submission.privacy,
        name=as_said(submission.name)[:60] if named else "", phone=phone if named else "",
        accused_desk=tidy_desk(submission.accused_desk) or submission.accused_desk.strip()[:40],
        accused_words=as_said(submission.accused_words)[:200],
        channel=submission.channel, insist=submission.insist,
    )  # fmt: skip


def _category(chosen: str, suggested: str, parameters: Parameters) -> str:
    """The class a person chose, if this place has it; else the suggested one."""
    return chosen if parameters.categories.get(chosen) is not None else suggested


def _speaker(actor: Actor, submission: Submission) -> Actor:
    """Who the record names: somebody who wants to stay anonymous is nobody, also to those who read the record."""
    if submission.privacy is Privacy.ANONYMOUS and not actor.is_staff:
        return Actor(channel=submission.channel)
    return actor


def _writer(actor: Actor, submission: Submission) -> Who:
    """Who stands in the history: staff who wrote it down for somebody by name, the person themselves never by name,
    because desks and those complained of read the history."""
    who = _speaker(actor, submission).who(submission.region)
    return who if submission.channel in ON_BEHALF else replace(who, name="")


def _facts(submission: Submission, category: str, noticed: Triage, parameters: Parameters) -> dict[str, object]:
    windows = parameters.windows
    terms = {
        "correction": windows.correction_within,
        "rating": windows.rating_window,
        "change": windows.rating_change,
        "reopen": windows.reopen_window,
        "attempts": str(windows.call_back_attempts),
    }
    facts: dict[str, object] = {
        "kind": submission.kind.value,
        "category": category,
        "privacy": submission.privacy.value,
        "pace": "urgent" if noticed.urgent else "ordinary",
    }
    if submission.accused_desk:
        facts["accused"] = submission.accused_desk
    if terms != DEFAULT_TERMS:
        facts["terms"] = terms
    return facts


def _handler_beside(region: str, facts: dict[str, object]) -> str:
    """Who has a complaint about the very desk it would come to: the next one above, at once. "" for any other."""
    own = desk_by(get_type(TYPE).open.handler, region, facts) or region
    return desk_above(own) if own == facts.get("accused") else ""


def _code(case: Case, key: str) -> str:
    """With a caller's key the same code comes out again at a repetition; without one it is random."""
    seed = hmac.new(pepper(), f"{case.pk}:{key}".encode(), hashlib.sha256).digest() if key else os.urandom(16)
    return secrets.code_from(seed[:16])


def _request(actor: Actor, submission: Submission, case: Case, category: str, code: str) -> Request:
    on_behalf = submission.channel in ON_BEHALF
    return Request(
        county=case.county, case=case, kind=submission.kind.value, category=category, channel=submission.channel.value,
        text=submission.text, place=submission.place, longitude=submission.longitude, latitude=submission.latitude,
        is_anonymous=submission.privacy is Privacy.ANONYMOUS,
        contact_name=seal_text(submission.name, CONTACT_NAME), contact_phone=seal_text(submission.phone, CONTACT_PHONE),
        phone_index=phone_index(submission.phone) if submission.phone else "",
        code_digest=secrets.digest_of(code, case.number, pepper()),
        taken_in_by=UUID(actor.account) if on_behalf else None, accused_words=submission.accused_words,
    )  # fmt: skip
