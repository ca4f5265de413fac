"""The generic desk: a queue, a case, its steps. Types with doors of their own are shown here too, but opened there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.base.clock import now
from linli.base.errors import Conflict, Invalid, LinliError, Refusal, Refused
from linli.kernel.access.queries import ActorRequest, require_account, require_somewhere
from linli.kernel.cases import actions, queries
from linli.kernel.cases.forms import CommentForm, LinkForm, NoteForm, OfferForm, QueueForm, RegionForm, SchemaForm
from linli.kernel.cases.permissions import Permission
from linli.kernel.cases.queries import showing
from linli.kernel.cases.queries.choices import through_engine
from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.queries.speaking import say
from linli.kernel.cases.queries.view import case_view, region_crumbs
from linli.kernel.cases.rules.forms import from_post
from linli.kernel.cases.rules.registry import current_types, get_type


@require_GET
def queue(request: ActorRequest) -> HttpResponse:
    """The desk's queue, grouped by clock."""
    actor, at = request.actor, now()
    require_somewhere(actor, Permission.SEE)
    form = QueueForm(request.GET, [(kind.type, say(kind.title)) for kind in current_types()])
    asked = form.cleaned_data if form.is_valid() else {}
    region, group = request.GET.get("region", "")[:15], request.GET.get("group", "all")
    narrowed = queries.Filters(
        types=(asked["type"],) if asked.get("type") else (), text=asked.get("q", ""), to_do=bool(asked.get("to_do"))
    )
    page = queries.queue(
        actor, region=region, group=group if group in queries.GROUPS else "all", filters=narrowed,
        after=request.GET.get("after", ""), at=at,
    )  # fmt: skip
    kept = {name: request.GET[name] for name in ("region", "q", "type", "to_do") if request.GET.get(name)}
    return render(
        request,
        "cases/queue.html",
        {
            "page": queries.shown_page(page, at), "group": group, "form": form, "kept": urlencode(kept), "at": at,
            "next_page": "?" + urlencode({**kept, "group": group, "after": page.after}) if page.after else "",
            "counts": queries.queue_counts(actor, region=region, filters=narrowed, at=at),
            "types": [showing.show_type(kind) for kind in showing.types_for(actor)],
            "region_path": region_crumbs(region),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def open_form(request: ActorRequest, type: str) -> HttpResponse:
    """Open a case of a type that is only a file."""
    require_account(request.actor)
    kind = get_type(type[:40])
    through_engine(kind)
    head = RegionForm(request.POST if request.method == "POST" else {"region": _home(request)})
    values: dict[str, object] = {}
    error: LinliError | None = None
    if request.method == "POST":
        values = from_post(kind.open.form, dict(request.POST.lists()))
        try:
            case = actions.open_case(
                request.actor, kind.type, region=request.POST.get("region", ""), title=request.POST.get("title", ""),
                data=values, key=request.POST.get("key", "")[:80], at=now(),
            )  # fmt: skip
        except (Invalid, Refused) as refused:
            error = refused
        else:
            messages.success(request, _("Opened under the number {number}.").format(number=case.number))
            return redirect(case)
    form = SchemaForm(kind.open.form, values, getattr(error, "fields", None))
    shown = {
        "kind": showing.show_type(kind),
        "head": head,
        "form": form,
        "refusal": _told(error),
        "key": request.POST.get("key") or queries.fresh_key(),
    }
    return render(request, "cases/open.html", shown, status=_status(error))


@require_GET
def case(request: ActorRequest, id: UUID) -> HttpResponse:
    """One case: facts and history in the middle, clock and next steps beside."""
    found = queries.get_case(request.actor, id)
    shown = case_view(request.actor, found, now())
    forms = {"comment_form": CommentForm(), "offer_form": OfferForm(), "link_form": LinkForm(), "note_form": NoteForm()}
    return render(request, "cases/case.html", {**shown, **forms})


@require_GET
def find(request: ActorRequest) -> HttpResponse:
    """To a case by its number, else to the queue with the words."""
    text = request.GET.get("q", "")
    try:
        return redirect(queries.find_case(request.actor, text))
    except LinliError:
        return redirect(f"{queries.address('queue')}?{urlencode({'q': text[:60]})}")


@require_http_methods(["GET", "POST"])
def step(request: ActorRequest, id: UUID, action: str) -> HttpResponse:
    """Take a step: its form, then the deed. A second click meets the form's key and changes nothing."""
    found = queries.get_case(request.actor, id)
    through_engine(type_of(found))
    values: dict[str, object] = {}
    error: LinliError | None = None
    if request.method == "POST":
        values = from_post(queries.form_of(found, action), dict(request.POST.lists()))
        note, key = request.POST.get("note", ""), request.POST.get("key", "")[:80]
        try:
            actions.advance(request.actor, found, action, data=values, note=note, key=key, at=now())
        except (Invalid, Refused, Conflict) as refused:
            error = refused
        else:
            messages.success(request, _("Done. The case is now: {state}.").format(state=showing.state_of(found)))
            return redirect(found)
    return _step_page(request, found, action, values, error)


def _step_page(
    request: ActorRequest, found: Any, action: str, values: dict[str, object], error: LinliError | None
) -> HttpResponse:
    choice = queries.choice_of(request.actor, found, action, now())
    form = SchemaForm(choice.form, values or found.data, getattr(error, "fields", None))
    shown = {
        "case": showing.show_case(found), "choice": choice, "form": form,
        "refusal": _told(error) or _why(choice.refusal),
        "label": say(choice.title), "help": say(choice.help) if choice.help else "",
        "note_form": NoteForm(request.POST or None), "key": request.POST.get("key") or queries.fresh_key(),
    }  # fmt: skip
    return render(request, "cases/step.html", shown, status=_status(error))


@require_POST
def comment(request: ActorRequest, id: UUID) -> HttpResponse:
    """Add a remark."""
    found = queries.get_case(request.actor, id)
    text, public = request.POST.get("text", ""), request.POST.get("public") == "on"
    return _do(request, id, lambda: actions.comment(request.actor, found, text, is_public=public, at=now()))


@require_POST
def offer(request: ActorRequest, id: UUID) -> HttpResponse:
    """Offer the case to another desk, or (in a dispute) decide which desk has it."""
    found = queries.get_case(request.actor, id)
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    verb = actions.arbitrate if request.POST.get("decide") else actions.hand_over
    return _do(request, id, lambda: verb(request.actor, found, to=to, reason=reason, at=now()))


@require_POST
def answer_offer(request: ActorRequest, id: UUID) -> HttpResponse:
    """Accept or return what was offered."""
    found = queries.get_case(request.actor, id)
    if request.POST.get("answer") == "accept":
        return _do(request, id, lambda: actions.accept_handover(request.actor, found, at=now()))
    reason = request.POST.get("note", "")
    return _do(request, id, lambda: actions.return_handover(request.actor, found, reason=reason, at=now()))


@require_POST
def link(request: ActorRequest, id: UUID) -> HttpResponse:
    """Link with another case by its number."""
    actor, found = request.actor, queries.get_case(request.actor, id)

    def deed() -> object:
        other = queries.find_case(actor, request.POST.get("number", ""))
        return actions.link(actor, found, other, request.POST.get("kind", ""), at=now())

    return _do(request, id, deed)


@require_POST
def ask_clock(request: ActorRequest, id: UUID, clock: str) -> HttpResponse:
    """Ask to pause or extend a clock, or let a paused one run again."""
    found, kind, reason = (
        queries.get_case(request.actor, id),
        request.POST.get("kind", ""),
        request.POST.get("note", ""),
    )
    if kind == "resume":
        return _do(request, id, lambda: actions.resume(request.actor, found, clock, reason=reason, at=now()))
    return _do(request, id, lambda: actions.ask_clock(request.actor, found, clock, kind, reason=reason, at=now()))


@require_POST
def answer_clock(request: ActorRequest, id: UUID, request_id: UUID) -> HttpResponse:
    """Approve what was asked about a clock, or turn it down."""
    found = queries.get_case(request.actor, id)
    yes, reason = request.POST.get("approve") == "1", request.POST.get("note", "")
    return _do(
        request,
        id,
        lambda: actions.answer_clock(request.actor, found, request_id, approve=yes, reason=reason, at=now()),
    )


def _do(request: ActorRequest, id: UUID, deed: Callable[[], object]) -> HttpResponse:
    """Do it and go back to the case; what a rule says against it is told there."""
    try:
        deed()
    except (Invalid, Refused, Conflict) as error:
        messages.error(request, showing.sentence_of(error.refusal))
    return redirect("cases:case", id=id)


def _told(error: LinliError | None) -> Mapping[str, str] | None:
    return _why(error.refusal) if error is not None else None


def _why(refusal: Refusal | None) -> Mapping[str, str] | None:
    return showing.explained(refusal)


def _status(error: LinliError | None) -> int:
    if error is None:
        return 200
    return 400 if isinstance(error, Invalid) else 409 if isinstance(error, Conflict) else 422


def _home(request: ActorRequest) -> str:
    return request.GET.get("region", "") or next((grant.region for grant in request.actor.grants), "")
