"""Cases through the API: the generic door of every type, also of those that are only a file."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router, Status

from linli.base.clock import now
from linli.base.errors import Conflict
from linli.kernel.access.queries import ActorRequest
from linli.kernel.access.rules import Actor
from linli.kernel.cases import actions, queries, schemas
from linli.kernel.cases.queries import showing
from linli.kernel.cases.queries.choices import through_engine
from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.rules.registry import get_type

router = Router(tags=["cases"])
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]


def _actor(request: HttpRequest) -> Actor:
    return cast(ActorRequest, request).actor


@router.get("/types", response=list[schemas.TypeOut], summary="Case types I may open")
def list_types(request: HttpRequest) -> list[dict[str, Any]]:
    """Types with their forms as JSON Schema."""
    return [showing.show_type(kind) for kind in showing.types_for(_actor(request))]


@router.get("", response=schemas.QueueOut, summary="My desk's queue")
def list_cases(
    request: HttpRequest,
    filters: Annotated[schemas.QueueIn, Query()],
) -> dict[str, Any]:
    """A page of open cases by due date; ``group`` is all, overdue, today, week, later or closed."""
    page = queries.queue(
        _actor(request), region=filters.region, group=filters.group, filters=filters.narrowed(), after=filters.after,
        limit=filters.limit, at=now(),
    )  # fmt: skip
    return {"items": [showing.show_row(row) for row in page.rows], "next": page.after or None}


@router.get("/counts", response=list[schemas.CountOut], summary="How many cases each group has")
def count_cases(request: HttpRequest, region: schemas.Code = "") -> Any:
    """Counted up to 999; ``more`` says that there are more."""
    return queries.queue_counts(_actor(request), region=region, at=now())


@router.post("", response={201: schemas.CaseOut}, summary="Open a case")
def open_case(request: HttpRequest, body: schemas.CaseIn, key: IdempotencyKey = "") -> Status[Any]:
    """Opens a case of any type the caller may open; the same key and content answers with the first case."""
    actor = _actor(request)
    through_engine(get_type(body.type))
    parent = queries.get_case(actor, body.parent) if body.parent else None
    case = actions.open_case(
        actor, body.type, region=body.region, title=body.title, data=body.data, parent=parent, key=key,
        channel="api", at=now(),
    )  # fmt: skip
    return Status(201, showing.show_case(case))


@router.get("/{id}", response=schemas.CaseOut, summary="One case")
def read_case(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """The case as it stands."""
    return showing.show_case(queries.get_case(_actor(request), id))


@router.get("/{id}/history", response=list[schemas.LineOut], summary="What happened so far")
def read_history(request: HttpRequest, id: UUID) -> list[dict[str, Any]]:
    """Every line, oldest first."""
    return [showing.show_line(line) for line in queries.history(queries.get_case(_actor(request), id))]


@router.get("/{id}/clocks", response=list[schemas.ClockOut], summary="Its clocks")
def read_clocks(request: HttpRequest, id: UUID) -> list[dict[str, Any]]:
    """Running ones first."""
    return [showing.show_clock(clock) for clock in queries.clocks(queries.get_case(_actor(request), id), now())]


@router.get("/{id}/choices", response=list[schemas.ChoiceOut], summary="What I may do now")
def read_choices(request: HttpRequest, id: UUID) -> list[dict[str, Any]]:
    """Every step of mine from the present state, and why it is not possible where it is not."""
    actor = _actor(request)
    found = queries.choices(actor, queries.get_case(actor, id), now())
    return [showing.show_choice(choice, showing.sentence_of(choice.refusal)) for choice in found]


@router.post("/{id}/actions/{action}", response=schemas.CaseOut, summary="Take a step")
def take_step(
    request: HttpRequest, id: UUID, action: schemas.Name, body: schemas.StepIn, key: IdempotencyKey = ""
) -> dict[str, Any]:
    """Takes a step of the case's type; with ``counter``, only if nothing changed since the caller looked."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    through_engine(type_of(case))
    if body.counter is not None and body.counter != case.counter and not key:
        raise Conflict(actions.FASTER)
    return showing.show_case(actions.advance(actor, case, action, data=body.data, note=body.note, key=key, at=now()))


@router.get("/{id}/comments", response=list[schemas.CommentOut], summary="Remarks")
def read_comments(request: HttpRequest, id: UUID) -> list[dict[str, Any]]:
    """Oldest first, internal ones included."""
    return [showing.show_comment(row) for row in queries.comments(queries.get_case(_actor(request), id))]


@router.post("/{id}/comments", response={201: schemas.CommentOut}, summary="Add a remark")
def add_comment(
    request: HttpRequest, id: UUID, body: schemas.CommentIn, key: IdempotencyKey = ""
) -> Status[Any]:
    """Internal unless ``public``; the same key and words are said once."""
    actor = _actor(request)
    row = actions.comment(actor, queries.get_case(actor, id), body.text, is_public=body.public, key=key, at=now())
    said = {
        "id": row.pk,
        "at": row.at,
        "name": row.name,
        "role": row.role,
        "text": row.text,
        "public": row.is_public,
    }
    return Status(201, said)


@router.get("/{id}/links", response=list[schemas.LinkOut], summary="Linked cases")
def read_links(request: HttpRequest, id: UUID) -> list[dict[str, Any]]:
    """Those the caller may see."""
    actor = _actor(request)
    return [showing.show_link(row) for row in queries.links(actor, queries.get_case(actor, id))]


@router.post("/{id}/links", response={201: list[schemas.LinkOut]}, summary="Link with another case")
def add_link(request: HttpRequest, id: UUID, body: schemas.LinkIn) -> Status[Any]:
    """As a duplicate, this case follows the other and closes with it."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    actions.link(actor, case, queries.get_case(actor, body.other), body.kind, at=now())
    return Status(201, [showing.show_link(row) for row in queries.links(actor, case)])


@router.get("/{id}/handovers", response=list[schemas.HandoverOut], summary="Who had it when")
def read_handovers(request: HttpRequest, id: UUID) -> Any:
    """Offers, returns and decisions, oldest first."""
    return queries.handovers(queries.get_case(_actor(request), id))


@router.post("/{id}/handovers", response={201: list[schemas.HandoverOut]}, summary="Offer it to another desk")
def offer(request: HttpRequest, id: UUID, body: schemas.OfferIn) -> Status[Any]:
    """The case stays with the caller's desk until the other accepts."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    actions.hand_over(actor, case, to=body.to, reason=body.reason, at=now())
    return Status(201, queries.handovers(case))


@router.post("/{id}/handovers/answer", response=schemas.CaseOut, summary="Accept or return what was offered")
def answer_offer(request: HttpRequest, id: UUID, body: schemas.AnswerIn) -> dict[str, Any]:
    """A return needs its reason; returned too often, it goes to arbitration."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    if body.answer == "accept":
        return showing.show_case(actions.accept_handover(actor, case, at=now()))
    return showing.show_case(actions.return_handover(actor, case, reason=body.reason, at=now()))


@router.post("/{id}/handovers/decision", response=schemas.CaseOut, summary="Decide who has it")
def decide(request: HttpRequest, id: UUID, body: schemas.OfferIn) -> dict[str, Any]:
    """The desk named has it at once and may not return it."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    return showing.show_case(actions.arbitrate(actor, case, to=body.to, reason=body.reason, at=now()))


@router.post("/{id}/assignee", response=schemas.CaseOut, summary="Say who at the desk has it")
def assign(request: HttpRequest, id: UUID, body: schemas.AssignIn) -> dict[str, Any]:
    """Null takes the name off."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    return showing.show_case(actions.assign(actor, case, str(body.account or ""), at=now()))


@router.get("/{id}/clock-requests", response=list[schemas.ClockRequestOut], summary="What was asked about its clocks")
def read_clock_requests(request: HttpRequest, id: UUID) -> Any:
    """Those that wait for a decision."""
    return queries.clock_requests(queries.get_case(_actor(request), id))


@router.post(
    "/{id}/clocks/{clock}/requests", response={201: schemas.ClockRequestOut}, summary="Ask to pause or extend a clock"
)
def ask_clock(request: HttpRequest, id: UUID, clock: schemas.Name, body: schemas.ClockAskIn) -> Status[Any]:
    """Someone else decides."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    return Status(201, actions.ask_clock(actor, case, clock, body.kind, reason=body.reason, at=now()))


@router.post("/{id}/clock-requests/{request_id}", response=schemas.CaseOut, summary="Approve it or turn it down")
def answer_clock(request: HttpRequest, id: UUID, request_id: UUID, body: schemas.ClockAnswerIn) -> dict[str, Any]:
    """Never by the person who asked."""
    actor = _actor(request)
    case = queries.get_case(actor, id)
    return showing.show_case(
        actions.answer_clock(actor, case, request_id, approve=body.approve, reason=body.reason, at=now())
    )
