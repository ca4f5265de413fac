"""Requests that somebody may see: fetching is the access check, what may not be seen is Missing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from linli.base.errors import Missing
from linli.domains.intake.models import CONTACT_NAME, CONTACT_PHONE, Request
from linli.domains.intake.rules.guards import accused_of
from linli.domains.intake.rules.wording import Person, person_for
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import get_case, own_cases, visible_cases
from linli.kernel.cases.queries.seeing import NO_CASE
from linli.kernel.parties.queries import open_text

TYPE = "request"


@dataclass(frozen=True)
class Found:
    """A request with its case, as fetched for one actor. ``as_requester`` says that it is their own."""

    case: Case
    request: Request
    as_requester: bool = False

    @property
    def subject(self) -> str:
        """How record, files and notices name it."""
        return self.case.subject


def visible_requests(actor: Actor) -> QuerySet[Request]:
    """The requests an actor may see on the desk, sealed ones only for those named."""
    return Request.objects.filter(case__in=visible_cases(actor), case__type=TYPE).select_related("case", "case__region")


def get_request(actor: Actor, case_id: str | UUID) -> Found:
    """One request on the desk; Missing when it does not exist or not for this actor."""
    case = get_case(actor, case_id)
    request = Request.objects.filter(case=case).first() if case.type == TYPE else None
    if request is None:
        raise Missing(NO_CASE)
    return Found(case, request)


def own_request(actor: Actor, case_id: str | UUID) -> Found:
    """One of the actor's own requests; Missing for anybody else's."""
    try:
        key = case_id if isinstance(case_id, UUID) else UUID(str(case_id))
    except ValueError:
        raise Missing(NO_CASE) from None
    case = own_cases(actor).filter(pk=key, type=TYPE).first()
    request = Request.objects.filter(case=case).first() if case is not None else None
    if case is None or request is None:
        raise Missing(NO_CASE)
    return Found(case, request, as_requester=True)


def own_requests(actor: Actor, limit: int = 50) -> list[Found]:
    """The actor's own requests, newest first; two queries however many."""
    cases = list(own_cases(actor).filter(type=TYPE)[:limit])
    requests = {request.case_id: request for request in Request.objects.filter(case__in=cases)}
    return [Found(case, requests[case.pk], as_requester=True) for case in cases if case.pk in requests]


def is_accused(actor: Actor, case: Case) -> bool:
    """Whether the complaint is about this actor or about a desk the actor works at (济南市12345热线条例 32)."""
    accused = accused_of(case.data)
    return bool(accused) and (accused == actor.account or accused in {str(grant.desk) for grant in actor.grants})


def person_of(actor: Actor, found: Found) -> Person:
    """The one who asked, as this actor may see them: masked, and not at all for those complained of."""
    request = found.request
    return person_for(
        open_text(request.contact_name, CONTACT_NAME),
        open_text(request.contact_phone, CONTACT_PHONE),
        is_anonymous=request.is_anonymous,
        hidden=is_accused(actor, found.case),
    )


def after_step(case_id: UUID) -> Found:
    """A request right after the caller took a step on it, which may have passed it out of the caller's sight."""
    request = Request.objects.select_related("case").filter(case_id=case_id).first()
    if request is None:
        raise Missing(NO_CASE)
    return Found(request.case, request)
