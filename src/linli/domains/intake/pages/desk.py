"""The desk: the queue, one request, writing down for others, many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.base import clock
from linli.base.errors import Invalid, LinliError, Refused
from linli.domains.intake.actions import bulk as many
from linli.domains.intake.actions.handling import note_report
from linli.domains.intake.actions.revealing import reveal_contact
from linli.domains.intake.actions.submit import Submission, submit_request
from linli.domains.intake.forms import TakeInForm
from linli.domains.intake.pages.portal import actor_of
from linli.domains.intake.pages.words import place, places, said, step_title
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries import desk as queries
from linli.domains.intake.queries.home import clock_state
from linli.domains.intake.queries.names import categories, unit_names
from linli.domains.intake.queries.requests import get_request
from linli.domains.intake.queries.suggesting import guess, similar_requests
from linli.domains.intake.queries.timeline import TONES
from linli.domains.intake.rules.kinds import CHANNEL_NAMES, KIND_NAMES, STATE_NAMES, Channel, Kind, Privacy
from linli.domains.intake.rules.measuring import MEASURE_NAMES
from linli.domains.intake.rules.secrets import shown
from linli.kernel.access.queries import may_somewhere, require_somewhere
from linli.kernel.cases.permissions import Permission as Engine

FILTERS = ("region", "group", "kind", "category", "channel", "state", "assignee", "text")


def filters_of(request: HttpRequest) -> queries.Filters:
    """The filters of an address; what makes no sense is left out."""
    given = {name: request.GET.get(name, "").strip()[:60] for name in FILTERS}
    given["text"] = given["text"] or request.GET.get("q", "").strip()[:60]
    if given["assignee"] == "me":
        given["assignee"] = actor_of(request).account
    if given["assignee"] and given["assignee"] != "none":
        try:
            UUID(given["assignee"])
        except ValueError:
            given["assignee"] = ""
    given["region"] = "".join(letter for letter in given["region"] if letter.isdigit()) or queries.home_region(
        actor_of(request)
    )
    filters = queries.Filters(**given, **_number_of(request))
    try:
        return queries.settled(filters, timezone.localtime(clock.now()).date())
    except Invalid:
        return replace(filters, measure="", first="", last="")


def _number_of(request: HttpRequest) -> dict[str, str]:
    """Which number's list an address asks for: ``measure``, ``from`` and ``to``."""
    measure = request.GET.get("measure", "")
    return {
        "measure": measure if measure in MEASURE_NAMES else "",
        "first": request.GET.get("from", "")[:10],
        "last": request.GET.get("to", "")[:10],
    }


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The queue in four groups by clock; with a group named, that group page by page."""
    actor, at, filters = actor_of(request), clock.now(), filters_of(request)
    require_somewhere(actor, Engine.SEE)
    after = request.GET.get("after", "")
    if filters.group and after:
        rows, marker = queries.listed(actor, filters, at, after=after)
        piles = [queries.Pile(filters.group, rows, len(rows), bool(marker), marker)]
    else:
        piles = queries.piles(actor, filters, at)
    region, way = filters.region, queries.way(filters.region)
    context: dict[str, Any] = {
        "piles": piles,
        "filters": filters,
        "region_path": places(way, "intake:queue"),
        "region_name": way[-1][1] if way else "",
        "measure": _(MEASURE_NAMES[filters.measure]) if filters.measure else "",
        "key": str(uuid4()),
        "regions": dict([*queries.regions_of(actor), *way[-1:]]),
        "categories": categories(region or "41", at),
        "units": unit_names(region or "41", at),
        "kinds": [(kind.value, _(KIND_NAMES[kind])) for kind in Kind],
        "channels": [(door.value, _(CHANNEL_NAMES[door])) for door in Channel],
        "states": [(state, _(name)) for state, name in STATE_NAMES.items()],
        "may_take_in": may_somewhere(actor, Permission.TAKE_IN),
        "may_export": may_somewhere(actor, Permission.EXPORT),
        "me": actor.account,
        "query": _query(request),
    }
    return render(request, "intake/queue.html", context)


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("after", "group"):
        kept.pop(name, None)
    return kept.urlencode()


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One request with everything at hand."""
    actor, at = actor_of(request), clock.now()
    view = queries.desk_view(actor, get_request(actor, case_id), at)
    context = {
        "view": view,
        "region_path": places(queries.way(view.case.region_id), "intake:queue"),
        "crumbs": [place(view.case.number, "")],
        "steps": [
            {
                "key": step.action,
                "label": step_title(step.action, step.title),
                "primary": step.is_primary,
                "why": said(step.refusal),
                "address": reverse(f"intake:{step.action}", args=[case_id]),
            }
            for step in view.steps
        ],
        "lines": [
            {"line": line, "tone": TONES.get(line.action, ""), "desk": _desk_of(line, view.names)}
            for line in view.lines
        ],
        "clock_state": _bar(view, at),
        "rows": queries.listed(actor, queries.Filters(region=queries.home_region(actor)), at, limit=30)[0],
    }
    return render(request, "intake/case.html", context)


def _desk_of(line: Any, names: dict[str, str]) -> str:
    return names.get(str(line.data.get("desk") or line.data.get("to") or ""), "")


def _bar(view: queries.Desk, at: Any) -> str:
    if view.clock is None:
        return "later"
    if view.clock.paused:
        return "paused"
    return clock_state(view.clock.due_at, view.clock.stopped_at, at)


@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Name and number in full, for a reason, on the record; shown once, never in an address."""
    actor, at = actor_of(request), clock.now()
    found = get_request(actor, case_id)
    person, problem = None, ""
    if request.method == "POST":
        try:
            person = reveal_contact(actor, case_id, reason=request.POST.get("reason", ""), at=at)
        except (Refused, Invalid) as error:
            problem = said(error.refusal)
    back = reverse("intake:case", args=[case_id])
    return render(request, "intake/reveal.html", {"found": found, "person": person, "problem": problem, "back": back})


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """One page for telephone and counter: write down, see what it may be and what resembles it, send."""
    actor, at = actor_of(request), clock.now()
    require_somewhere(actor, Permission.TAKE_IN)
    typed = queries.region_from(request.POST.get("region", ""), request.POST.get("region_words", ""))
    region = typed or queries.home_region(actor)
    form = TakeInForm(
        request.POST if request.method == "POST" else None, initial={"region": region, "key": str(uuid4())}
    )
    form.fields["category"].choices = [("", _("As guessed")), *categories(region or "41", at).items()]  # type: ignore[attr-defined]
    way = places(queries.way(region), "intake:queue")
    context: dict[str, Any] = {"form": form, "region_path": way, "region": region}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if request.POST.get("go") == "look":
            context["guess"] = guess(region, text, form.cleaned_data["category"], at)
            context["similar"] = similar_requests(
                actor, region=region, text=text, place=form.cleaned_data["place"], at=at
            )
        else:
            try:
                receipt = submit_request(actor, _taken(form.cleaned_data, region), at=at, key=form.cleaned_data["key"])
                return render(request, "intake/taken.html", {"receipt": receipt, "code": shown(receipt.code)})
            except Invalid as error:
                for field, sentences in error.fields.items():
                    form.add_error(field if field in form.fields else None, [_(sentence) for sentence in sentences])
            except LinliError as error:
                form.add_error(None, f"{said(error.refusal)} {error.refusal.article}")
    return render(request, "intake/take_in.html", context)


def _taken(data: dict[str, Any], region: str) -> Submission:
    return Submission(
        region=region, text=data["text"], kind=Kind(data["kind"]), category=data["category"], place=data["place"],
        privacy=Privacy.ANONYMOUS if data["anonymous"] else Privacy.NAMED, name=data["name"], phone=data["phone"],
        accused_desk=data["accused_desk"], channel=Channel(data["channel"]), insist=data["insist"],
    )  # fmt: skip


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Many at once: the first post shows what will happen to each, the second does it."""
    actor, at, sent = actor_of(request), clock.now(), request.POST
    ids = sent.getlist("id")[: many.MOST + 1]
    wanted = many.Bulk(sent.get("action", ""), sent.get("desk", ""), sent.get("account", ""), sent.get("note", ""))
    if sent.get("confirmed"):
        outcomes = many.run(actor, ids, wanted, at=at, key=sent.get("key", "")[:30])
        done = sum(outcome.refusal is None for outcome in outcomes)
        messages.success(request, _("{done} of {all} done.").format(done=done, all=len(outcomes)))
        for outcome in outcomes:
            if outcome.refusal is not None:
                messages.warning(request, f"{outcome.number}：{said(outcome.refusal)}")
        return HttpResponseRedirect(reverse("intake:queue"))
    try:
        outcomes = many.preview(actor, ids, wanted, at=at)
    except Refused as error:
        messages.error(request, said(error.refusal))
        return HttpResponseRedirect(reverse("intake:queue"))
    rows = [{"outcome": outcome, "why": said(outcome.refusal)} for outcome in outcomes]
    possible = sum(outcome.refusal is None for outcome in outcomes)
    context = {
        "rows": rows, "ids": ids, "bulk": wanted, "title": step_title(wanted.action, ""), "possible": possible,
        "units": unit_names("41", at), "key": str(uuid4())[:30],
    }  # fmt: skip
    return render(request, "intake/bulk.html", context)


@require_POST
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note that the police were called."""
    note_report(actor_of(request), case_id, words=request.POST.get("words", ""), at=clock.now())
    messages.success(request, _("The report to the police is noted."))
    return HttpResponseRedirect(reverse("intake:case", args=[case_id]))
