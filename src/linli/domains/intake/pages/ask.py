"""Saying something in three steps: where, what, who. Everything written so far travels in the form itself, so that it
works without JavaScript and nothing is stored before it is sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.base import clock
from linli.base.errors import Invalid, Refusal, Refused
from linli.domains.intake.actions import drafts
from linli.domains.intake.actions.submit import Submission, submit_request
from linli.domains.intake.forms import WhatForm, WhereForm, WhoForm
from linli.domains.intake.pages.portal import HOME_COOKIE, actor_of, community
from linli.domains.intake.queries import home
from linli.domains.intake.queries.names import categories, desk_names, is_english
from linli.domains.intake.queries.suggesting import guess
from linli.domains.intake.queries.tracking import found_by_token, link_token
from linli.domains.intake.rules.kinds import Channel, Kind, Privacy
from linli.domains.intake.rules.secrets import shown

CARRIED = ("region", "place", "longitude", "latitude", "text", "kind", "category", "draft", "key", "remember")
STEPS = ("where", "what", "who")
RECEIPT = "intake.receipt"
RECEIPT_LIVES = 1_800  # seconds
A_YEAR = 365 * 86_400  # seconds
_CODE = re.compile(r"\d{6,15}")


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The three steps at one address; the step and what was written come with each form."""
    sent = request.POST if request.method == "POST" else request.GET
    state = {name: str(sent.get(name, ""))[:6_000] for name in CARRIED}
    state["text"] = state["text"] or str(sent.get("words", ""))[:6_000]
    state["draft"] = state["draft"] or uuid4().hex
    state["key"] = state["key"] or str(uuid4())
    step, back = sent.get("step", ""), sent.get("back", "")
    if back in STEPS:
        return _show(request, back, state)
    if request.method == "POST" and step == "who":
        return _send(request, state)
    if request.method == "POST" and step == "what":
        return _after_what(request, state)
    if "find" in sent:  # the place is looked up, also where the home community is ticked already
        return _show(request, "where", state)
    return _after_where(request, state)


def _after_where(request: HttpRequest, state: dict[str, str]) -> HttpResponse:
    if not _CODE.fullmatch(state["region"]) or len(state["region"]) < 12:
        return _show(request, "where", state)
    return _show(request, "what", state)


def _after_what(request: HttpRequest, state: dict[str, str]) -> HttpResponse:
    form = WhatForm(request.POST)
    try:
        drafts.keep_photos(state["draft"], request.FILES.getlist("photo"), at=clock.now())
    except (Refused, Invalid) as error:
        form.add_error(None, _say(error.refusal))
    if not form.is_valid():
        return _show(request, "what", state, form=form)
    if request.POST.get("go") == "photo":
        return _show(request, "what", state, form=WhatForm(initial=state))
    return _show(request, "who", state)


def _show(request: HttpRequest, step: str, state: dict[str, str], **more: Any) -> HttpResponse:
    at, here = clock.now(), community(request)
    position = STEPS.index(step)
    names = (_("Where"), _("What it is"), _("Who"))
    context: dict[str, Any] = {
        "community": here, "state": state, "step": step, "photos": len(drafts.photo_paths(state["draft"])),
        "steps": [
            {"name": name, "state": "done" if index < position else "now" if index == position else "next"}
            for index, name in enumerate(names)
        ],
        "carried": [(name, value) for name, value in state.items() if value],
    }  # fmt: skip
    context |= {"where": _where, "what": _what, "who": _who}[step](request, state, at)
    context |= more
    return render(request, f"intake/ask_{step}.html", context, status=more.get("status", 200))


def _where(request: HttpRequest, state: dict[str, str], at: datetime) -> dict[str, Any]:
    here = community(request)
    browsing = request.GET.get("in", "") or request.POST.get("in", "")
    within = browsing if _CODE.fullmatch(browsing) or len(browsing) in (2, 4) else (here.code[:9] if here else "")
    above, below = home.inside(within)
    drawn, height = home.tiles(below, here.code if here else "")
    found = home.candidates(state["place"], here.code[:6] if here else "") if state["place"] else []
    carry = {name: value for name, value in state.items() if value and name in ("text", "kind", "draft", "key")}
    return {
        "form": WhereForm(initial=state), "above": above, "below": below, "tiles": drawn, "height": height,
        "found": found, "searched": bool(state["place"]), "home_place": here, "carry": carry,
    }  # fmt: skip


def _what(request: HttpRequest, state: dict[str, str], at: datetime) -> dict[str, Any]:
    place = home.community_of(state["region"], at)
    return {
        "form": WhatForm(initial={**state, "kind": state["kind"] or Kind.HELP.value}), "place": place,
        "guess": guess(state["region"], state["text"], state["category"], at) if state["text"] else None,
        "categories": categories(state["region"], at),
    }  # fmt: skip


def _who(request: HttpRequest, state: dict[str, str], at: datetime) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "form": WhoForm(initial={"name": actor.name if not actor.is_staff else "", "key": state["key"]}),
        "place": home.community_of(state["region"], at),
        "guess": guess(state["region"], state["text"], state["category"], at),
        "categories": categories(state["region"], at),
        "kind_name": state["kind"], "promised": home.promised_answer(state["kind"], at),
    }  # fmt: skip


def _send(request: HttpRequest, state: dict[str, str]) -> HttpResponse:
    form, at, actor = WhoForm(request.POST), clock.now(), actor_of(request)
    if not form.is_valid():
        return _show(request, "who", state, form=form)
    submission = _submission(state, form.cleaned_data)
    try:
        photos = drafts.take_photos(state["draft"], at=at)
        receipt = submit_request(actor, submission, at=at, key=state["key"], photos=photos)
    except Invalid as error:
        for field, sentences in error.fields.items():
            form.add_error(field if field in form.fields else None, [_(sentence) for sentence in sentences])
        return _show(request, "who", state, form=form)
    except Refused as error:
        return _show(request, "who", state, form=form, refusal=_answer(error.refusal), status=422)
    drafts.drop_photos(state["draft"])
    request.session[RECEIPT] = {
        "case": str(receipt.case.pk), "code": receipt.code, "number": receipt.case.number,
        "until": int(at.timestamp()) + RECEIPT_LIVES,
    }  # fmt: skip
    response = HttpResponseRedirect(reverse("intake:receipt"))
    if state["remember"]:
        response.set_cookie(
            HOME_COOKIE, state["region"], max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _submission(state: dict[str, str], who: dict[str, Any]) -> Submission:
    kind = Kind(state["kind"]) if state["kind"] in list(Kind) else Kind.OTHER
    point = (_number(state["longitude"]), _number(state["latitude"]))
    longitude, latitude = point if None not in point else (None, None)
    return Submission(
        region=state["region"], text=state["text"], kind=kind, category=state["category"], place=state["place"],
        longitude=longitude, latitude=latitude, privacy=Privacy(who["privacy"]), name=who["name"], phone=who["phone"],
        channel=Channel.WEB, insist=bool(who["insist"]),
    )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _say(refusal: Refusal) -> str:
    return _(refusal.message).format(**dict(refusal.params)) if refusal.params else _(refusal.message)


def _answer(refusal: Refusal) -> dict[str, str]:
    params = dict(refusal.params)
    advice = _(refusal.advice).format(**params) if refusal.advice else ""
    return {"code": refusal.code, "message": _say(refusal), "advice": advice, "article": refusal.article}


def receipt(request: HttpRequest) -> HttpResponse:
    """What one keeps: number, code, date, who has it, how to follow; shown in this browser for half an hour."""
    kept, at = request.session.get(RECEIPT), clock.now()
    if not kept or kept["until"] < at.timestamp():
        request.session.pop(RECEIPT, None)
        return HttpResponseRedirect(reverse("intake:track"))
    token = link_token(UUID(kept["case"]), at=at)
    address = request.build_absolute_uri(reverse("intake:followed", args=[token]))
    context = {
        "community": community(request), "number": kept["number"], "code": shown(kept["code"]), "address": address,
        "follow": request.build_absolute_uri(reverse("intake:track")), **_facts(UUID(kept["case"]), at),
    }  # fmt: skip
    return render(request, "intake/receipt.html", context)


def _facts(case_id: UUID, at: datetime) -> dict[str, Any]:
    """Who has it and by when there is an answer."""
    found = found_by_token(link_token(case_id, at=at), at=at)
    names = desk_names([found.case.handler], found.case.region_id, at)
    return {
        "due": home.promised_answer(found.request.kind, found.case.opened_at), "holder": names[found.case.handler],
        "sealed": found.case.sealed, "urgent": found.case.urgency,
    }  # fmt: skip


@require_POST
def guessing(request: HttpRequest) -> HttpResponse:
    """The class these words point to, as a chip one can change; for htmx while writing."""
    region, text = request.POST.get("region", ""), request.POST.get("text", "")[:6_000]
    at = clock.now()
    place = home.community_of(region, at)
    shown_guess = guess(region, text, "", at) if place and text else None
    known = categories(region, at) if place else {}
    return render(request, "intake/_guess.html", {"guess": shown_guess, "categories": known, "english": is_english()})
