"""Following a request: found by number and code, by link or by account; rated, added to, withdrawn, opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.base import clock
from linli.base.errors import LinliError, Missing, Refused
from linli.domains.intake.actions import speaking
from linli.domains.intake.forms import TrackForm
from linli.domains.intake.pages.portal import actor_of, community
from linli.domains.intake.queries.home import clock_state
from linli.domains.intake.queries.requests import Found, own_request
from linli.domains.intake.queries.timeline import TONES, Matter, matter
from linli.domains.intake.queries.tracking import PASS_LIVES, found_by_token, link_token
from linli.domains.intake.rules.kinds import GRADE_NAMES, Grade
from linli.domains.intake.rules.wording import Line, phone_digits


@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number (or telephone) and code; then the matter at an address of its own that lives for half a day."""
    form = TrackForm(
        request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number", "")}
    )
    if request.method == "POST" and form.is_valid():
        at, number = clock.now(), form.cleaned_data["number"]
        by_phone = bool(phone_digits(number))
        try:
            found = speaking.find_again(
                actor_of(request), number="" if by_phone else number, phone=number if by_phone else "",
                code=form.cleaned_data["code"], at=at,
            )  # fmt: skip
        except (Missing, Refused) as error:
            form.add_error(None, f"{_(error.refusal.message)} {_(error.refusal.advice)}")
        else:
            token = link_token(found.case.pk, at=at, lives=PASS_LIVES)
            return HttpResponseRedirect(reverse("intake:followed", args=[token]))
    return render(request, "intake/track.html", {"form": form, "community": community(request)})


def followed(request: HttpRequest, token: str) -> HttpResponse:
    """A matter by its signed link: from a receipt, a message, or after number and code."""
    at = clock.now()
    return _matter(request, found_by_token(token, at=at), reverse("intake:followed_step", args=[token]), at)


def own(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One of the matters of the logged-in person."""
    return _matter(
        request, own_request(actor_of(request), case_id), reverse("intake:own_step", args=[case_id]), clock.now()
    )


@require_POST
def followed_step(request: HttpRequest, token: str) -> HttpResponse:
    """Rate, add, withdraw or open again by link."""
    found = found_by_token(token, at=clock.now())
    return _step(request, found, reverse("intake:followed", args=[token]))


@require_POST
def own_step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Rate, add, withdraw or open again by account."""
    found = own_request(actor_of(request), case_id)
    return _step(request, found, reverse("intake:own", args=[case_id]))


def _step(request: HttpRequest, found: Found, back: str) -> HttpResponse:
    at, actor, sent = clock.now(), actor_of(request), request.POST
    step, note, key = sent.get("step", ""), sent.get("note", ""), sent.get("key", "")[:40]
    try:
        if step == "rate" and sent.get("grade", "") in {"1", "2", "3", "4", "5"}:
            speaking.rate(actor, found, grade=int(sent["grade"]), words=sent.get("words", ""), at=at, key=key)
            messages.success(request, _("Thank you. Your rating is recorded."))
        elif step == "rate":
            messages.error(request, _("Please choose one of the five."))
        elif step == "supply":
            speaking.supply(actor, found, note=note, at=at, key=key)
            messages.success(request, _("Thank you. It goes on."))
        elif step == "reopen":
            speaking.reopen_own(actor, found, note=note, at=at, key=key)
            messages.success(request, _("It is open again."))
        elif step == "withdraw":
            speaking.withdraw(actor, found, note=note, at=at, key=key)
            messages.success(request, _("It is withdrawn."))
    except LinliError as error:
        messages.error(request, _(error.refusal.message).format_map(_Open(error.refusal.params)))
    return HttpResponseRedirect(back)


class _Open(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True)
class Shown:
    """A line of the timeline as the page writes it."""

    at: datetime
    text: str
    who: str
    words: str
    tone: str


def _matter(request: HttpRequest, found: Found, steps_at: str, at: datetime) -> HttpResponse:
    view = matter(actor_of(request), found, at)
    reopen = view.steps.get("reopen")
    context: dict[str, Any] = {
        "community": community(request),
        "matter": view,
        "lines": [_shown(line) for line in view.lines],
        "steps_at": steps_at,
        "key": str(uuid4()),
        "clock_state": _clock_state(view, at),
        "grades": [(grade.value, _(GRADE_NAMES[grade])) for grade in sorted(Grade, reverse=True)],
        "reopen_refusal": _(reopen.refusal.message).format_map(_Open(reopen.refusal.params))
        if reopen and reopen.refusal
        else "",
    }
    return render(request, "intake/matter.html", context)


def _shown(line: Line) -> Shown:
    params = {name: _(str(value)) if name == "grade" and value else value for name, value in line.params.items()}
    text = _(line.message).format_map(_Open(params)) if line.message != "{text}" else ""
    return Shown(line.at, text, line.who, line.words, TONES.get(line.action, ""))


def _clock_state(view: Matter, at: datetime) -> str:
    return clock_state(view.clock.due_at, view.clock.stopped_at, at) if view.clock else "later"
