"""Requests through the API: say, follow, handle, count. The same queries and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status

from linli.base.clock import BEIJING, now
from linli.base.errors import Denied, Invalid, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake import actions, schemas
from linli.domains.intake.queries import desk, numbers, suggesting
from linli.domains.intake.queries.home import promised_answer
from linli.domains.intake.queries.measured import period_of
from linli.domains.intake.queries.names import categories
from linli.domains.intake.queries.parameters import model_for, parameters_for
from linli.domains.intake.queries.requests import Found, after_step, get_request, own_request, own_requests
from linli.domains.intake.queries.showing import show_figures, show_matter, show_request, show_row
from linli.domains.intake.queries.timeline import matter
from linli.domains.intake.rules import classify, secrets
from linli.domains.intake.rules.kinds import Channel
from linli.kernel.access.queries import ActorRequest
from linli.kernel.access.rules import Actor
from linli.kernel.regions.queries import get_region

router = Router(tags=["requests"])
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]
NO_STEP = Refusal("intake.no_step", gettext_noop("There is no such step."))
INCOMPLETE = Refusal("intake.incomplete", gettext_noop("This step needs more than was sent."))


def _actor(request: HttpRequest) -> Actor:
    return cast(ActorRequest, request).actor


@router.post("", response={201: schemas.ReceiptOut}, auth=None, summary="Say something")
def submit(request: HttpRequest, body: schemas.RequestIn, key: Key = "") -> Status[dict[str, Any]]:
    """Open to everybody, also without an account; the same key and content answers with the same receipt."""
    at = now()
    fields = body.dict(exclude={"channel"})
    submission = actions.Submission(**fields, channel=Channel(body.channel))
    receipt = actions.submit_request(_actor(request), submission, at=at, key=key)
    case, emergency = receipt.case, receipt.triage.emergency
    return Status(
        201,
        {
            "id": case.pk,
            "number": case.number,
            "code": secrets.shown(receipt.code),
            "state": case.state,
            "category": receipt.request.category,
            "sealed": case.sealed,
            "category_name": categories(case.region_id, at).get(receipt.request.category, ""),
            "answer_by": promised_answer(receipt.request.kind, case.opened_at),
            "emergency": emergency.number if emergency else "",
        },
    )


@router.get("", response=schemas.PageOut, summary="The desk's list")
def list_requests(request: HttpRequest, narrowed: Annotated[schemas.ListIn, Query()]) -> dict[str, Any]:
    """Requests by due date, page by page; `group` is overdue, today, week, later or closed. With `measure` (a key of
    the numbers, such as `received` or `late`), `from` and `to`, the requests that this number counts, newest first."""
    at = now()
    filters = desk.Filters(
        region=narrowed.region, group=narrowed.group, kind=str(narrowed.kind), category=narrowed.category,
        state=narrowed.state, text=narrowed.text, measure=narrowed.measure,
        first=str(narrowed.first or ""), last=str(narrowed.last or ""),
    )  # fmt: skip
    filters = desk.settled(filters, timezone.localtime(at).date())
    rows, after = desk.listed(_actor(request), filters, at, after=narrowed.after, limit=narrowed.limit)
    return {"items": [show_row(row) for row in rows], "next": after or None}


@router.get("/track", response=schemas.MatterOut, auth=None, summary="Follow a request by number and code")
def track(
    request: HttpRequest,
    number: Annotated[str, Query(max_length=40)],
    code: Annotated[str, Query(max_length=16)],
) -> dict[str, Any]:
    """404 when they do not belong together, 422 after six wrong attempts in a quarter of an hour."""
    at, actor = now(), _actor(request)
    return show_matter(matter(actor, actions.find_again(actor, number=number, code=code, at=at), at))


@router.get("/mine", response=list[schemas.MatterOut], summary="My own requests")
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """The caller's last twenty, newest first."""
    actor, at = _actor(request), now()
    return [show_matter(matter(actor, found, at)) for found in own_requests(actor, limit=20)]


@router.get("/categories", response=list[schemas.CategoryOut], auth=None, summary="Classes of requests")
def list_categories(request: HttpRequest, region: schemas.Code = "41") -> list[dict[str, Any]]:
    """The classes of a place, with their names in both languages."""
    get_region(region or "41")
    found = parameters_for(region or "41", now().astimezone(BEIJING).date()).categories.categories
    return [one.model_dump(include={"code", "name", "name_en", "restricted"}) for one in found]


@router.post("/suggest", response=schemas.SuggestOut, auth=None, summary="What words suggest")
def suggest(request: HttpRequest, body: schemas.SuggestIn) -> dict[str, Any]:
    """Class with confidence, emergency number, seal, banned certificate, and earlier requests the caller may see."""
    at, actor = now(), _actor(request)
    get_region(body.region)
    seen = suggesting.guess(body.region, body.text, "", at)
    parameters = parameters_for(body.region, at.astimezone(BEIJING).date())
    names = categories(body.region, at)
    alike = suggesting.similar_requests(actor, region=body.region, text=body.text, place=body.place, at=at)
    return {
        "classes": [
            {
                "code": one.code,
                "name": names.get(one.code, one.code),
                "confidence": one.confidence,
                "words": list(one.words),
            }
            for one in classify.suggest(model_for(parameters.categories), "", body.text)
        ],
        "emergency": seen.emergency,
        "sealed": seen.sealed,
        "certificate": seen.certificate,
        "certificate_where": seen.certificate_where,
        "similar": [
            {
                "id": one.found.case.pk,
                "number": one.found.case.number,
                "title": one.found.case.title,
                "score": one.percent,
                "duplicate": one.is_duplicate,
                "follow_up": one.is_follow_up,
                "reasons": list(one.reasons),
            }
            for one in alike
        ],
    }


@router.get("/numbers", response=schemas.NumbersOut, summary="Numbers by region and period")
def read_numbers(
    request: HttpRequest,
    region: schemas.Code = "",
    first: Annotated[str, Query(max_length=10)] = "",
    last: Annotated[str, Query(max_length=10)] = "",
) -> dict[str, Any]:
    """By default the last thirty days of the caller's highest region."""
    actor, at = _actor(request), now()
    code = region or numbers.numbers_region(actor)
    if not code:
        raise Denied(Refusal("intake.no_numbers", gettext_noop("Your role does not show numbers.")))
    period = period_of(first, last, timezone.localtime(at).date())
    view = numbers.overview(actor, code, period, at)
    return {
        "first": period.first, "last": period.last, "whole": show_figures(view.region, view.name, view.whole),
        "units": [show_figures(unit.code, unit.name, unit.figures) for unit in view.units],
        "by_kind": {value: number for value, _name, number in view.kinds},
        "by_category": {code: number for code, _name, number in view.classes},
    }  # fmt: skip


@router.get("/{id}", response=schemas.RequestOut, summary="One request on the desk")
def read_request(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Facts, masked person, and the steps with the reason where one is not possible."""
    actor, at = _actor(request), now()
    return show_request(desk.desk_view(actor, get_request(actor, id), at))


@router.get("/{id}/mine", response=schemas.MatterOut, summary="One of my own requests")
def read_own(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """As the person who asked sees it."""
    actor, at = _actor(request), now()
    return show_matter(matter(actor, own_request(actor, id), at))


Run = Callable[[Actor, UUID, schemas.RequestStepIn, Any, str], object]
DESK: dict[str, Run] = {
    "accept": lambda a, i, b, at, k: actions.accept(a, i, at=at, key=k),
    "dispatch": lambda a, i, b, at, k: actions.dispatch(a, i, desk=b.desk, note=b.note, at=at, key=k),
    "refuse": lambda a, i, b, at, k: actions.refuse(a, i, reason=b.reason, note=b.note, at=at, key=k),
    "transfer": lambda a, i, b, at, k: actions.transfer(a, i, number=b.number, note=b.note, at=at, key=k),
    "send_back": lambda a, i, b, at, k: actions.send_back(a, i, note=b.note, at=at, key=k),
    "arbitrate": lambda a, i, b, at, k: actions.arbitrate(a, i, desk=b.desk, note=b.note, at=at, key=k),
    "ask_more": lambda a, i, b, at, k: actions.ask_more(a, i, note=b.note, at=at, key=k),
    "go_on": lambda a, i, b, at, k: actions.go_on(a, i, note=b.note, at=at, key=k),
    "first_word": lambda a, i, b, at, k: actions.first_word(a, i, note=b.note, at=at, key=k),
    "reply": lambda a, i, b, at, k: actions.reply(a, i, text=b.text, at=at, key=k),
    "draft": lambda a, i, b, at, k: actions.save_draft(a, i, text=b.text, at=at),
    "call_back": lambda a, i, b, at, k: actions.call_back(
        a,
        i,
        reached=b.reached,
        responded=b.responded,
        solved=b.solved,
        satisfied=b.satisfied,
        words=b.text,
        at=at,
        key=k,
    ),
    "close": lambda a, i, b, at, k: actions.close_request(a, i, note=b.note, at=at, key=k),
    "reopen": lambda a, i, b, at, k: actions.reopen(a, i, note=b.note, at=at, key=k),
    "correct_category": lambda a, i, b, at, k: actions.correct_category(
        a, i, category=b.category, kind=str(b.kind), at=at, key=k
    ),
    "hand_over": lambda a, i, b, at, k: actions.hand_over(a, i, desk=b.desk, note=b.note, at=at),
    "accept_handover": lambda a, i, b, at, k: actions.accept_handover(a, i, at=at),
    "return_handover": lambda a, i, b, at, k: actions.return_handover(a, i, note=b.note, at=at),
    "extend": lambda a, i, b, at, k: actions.ask_extension(a, i, note=b.note, at=at),
    "assign": lambda a, i, b, at, k: actions.assign(a, i, account=b.account, at=at),
    "comment": lambda a, i, b, at, k: actions.comment(
        a, i, text=b.text or b.note, is_public=b.is_public, at=at, key=k
    ),
}
OWN: dict[str, Callable[[Actor, Found, schemas.RequestStepIn, Any, str], object]] = {
    "supply": lambda a, f, b, at, k: actions.supply(a, f, note=b.note, at=at, key=k),
    "withdraw": lambda a, f, b, at, k: actions.withdraw(a, f, note=b.note, at=at, key=k),
    "reopen_own": lambda a, f, b, at, k: actions.reopen_own(a, f, note=b.note, at=at, key=k),
}


@router.post("/{id}/{action}", response=schemas.StateOut, summary="Take a step")
def take_step(
    request: HttpRequest, id: UUID, action: str, body: schemas.RequestStepIn, key: Key = ""
) -> dict[str, Any]:
    """On the desk: accept, dispatch, refuse, transfer, send_back, arbitrate, ask_more, go_on, first_word, reply, draft,
    call_back, close, reopen, correct_category, hand_over, accept_handover, return_handover, extend, assign, comment,
    duplicate. As the person who asked: rate, supply, withdraw, reopen_own."""
    actor, at = _actor(request), now()
    if action == "rate":
        if body.grade is None:
            raise Invalid(INCOMPLETE, {"grade": [INCOMPLETE.message]})
        actions.rate(actor, own_request(actor, id), grade=body.grade, words=body.text or body.note, at=at, key=key)
    elif action in OWN:
        OWN[action](actor, own_request(actor, id), body, at, key)
    elif action == "duplicate":
        if body.master is None:
            raise Invalid(INCOMPLETE, {"master": [INCOMPLETE.message]})
        actions.link_duplicate(actor, id, body.master, at=at)
    elif action in DESK:
        DESK[action](actor, id, body, at, key)
    else:
        raise Invalid(NO_STEP, {"action": [_(NO_STEP.message)]})
    own = action == "rate" or action in OWN
    case = (own_request(actor, id) if own else after_step(id)).case
    return {
        "id": case.pk, "number": case.number, "state": case.state, "handler": case.handler, "due_at": case.due_at,
        "closed_at": case.closed_at,
    }  # fmt: skip
