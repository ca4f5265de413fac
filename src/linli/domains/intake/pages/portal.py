"""A resident's first page, their own matters, and what is not built yet, said honestly."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.base import clock
from linli.domains.intake.queries import home as queries
from linli.kernel.access.queries import ActorRequest, may_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.cases.permissions import Permission as Engine

HOME_COOKIE = "linli_home"


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the door."""
    return cast(ActorRequest, request).actor


def community(request: HttpRequest) -> queries.Community | None:
    """The community this device or person belongs to."""
    return queries.home_of(actor_of(request), request.COOKIES.get(HOME_COOKIE, ""), clock.now())


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Greeting, one large field, three starters, own matters."""
    at, actor, here = clock.now(), actor_of(request), community(request)
    rows = queries.my_rows(actor, at, limit=3)
    opened = here is not None and queries.is_open_now(here.hours, at)
    context = {
        "community": here, "rows": rows, "at": at, "open_now": opened, "hour": at.astimezone(clock.BEIJING).hour,
        "works_here": may_somewhere(actor, Engine.SEE) or may_somewhere(actor, Engine.SEE_SEALED),
    }  # fmt: skip
    return render(request, "intake/home.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All own matters; without an account, the way to find one by its number."""
    actor = actor_of(request)
    if actor.is_anonymous:
        return HttpResponseRedirect(reverse("intake:track"))
    context = {"community": community(request), "rows": queries.my_rows(actor, clock.now())}
    return render(request, "intake/mine.html", context)


@require_safe
def elsewhere(request: HttpRequest, what: str) -> HttpResponse:
    """Getting something done and finding a service: what works today, by telephone, at the counter, by a helper."""
    here = community(request)
    return render(request, "intake/elsewhere.html", {"community": here, "what": what})
