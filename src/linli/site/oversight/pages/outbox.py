"""Events that could not be delivered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import now
from linli.base.errors import Conflict, Refused
from linli.kernel.access.queries import ActorRequest, require_somewhere
from linli.kernel.audit.queries import backlog
from linli.site.answers import sentence
from linli.site.oversight import actions
from linli.site.oversight.permissions import Permission
from linli.site.oversight.queries import outbox as queries
from linli.site.oversight.queries.record import place_names


@require_GET
def undelivered(request: ActorRequest) -> HttpResponse:
    """The backlog, and the dead with their errors."""
    require_somewhere(request.actor, Permission.SETTLE_DELIVERY)
    dead = queries.dead_seen(request.actor)
    shown = dead[: queries.LISTED]
    names = place_names({one.county for one in shown})
    context = {
        "backlog": backlog(), "rows": [(one, names.get(one.county, one.county)) for one in shown],
        "more": len(dead) > len(shown), "crumbs": _crumbs(),
    }  # fmt: skip
    return render(request, "oversight/undelivered.html", context)


def _crumbs() -> list[dict[str, str]]:
    here = {"name": _("Undelivered events")}
    return [{"name": _("State of the system"), "address": reverse("oversight:state")}, here]


@require_POST
def retry(request: ActorRequest, id: UUID) -> HttpResponse:
    """Try a dead delivery again."""
    try:
        actions.retry(request.actor, id, at=now())
        messages.success(request, _("It is tried again within seconds."))
    except Conflict as error:
        messages.error(request, sentence(error.refusal.message, error.refusal.params))
    return HttpResponseRedirect(reverse("oversight:undelivered"))


@require_POST
def skip(request: ActorRequest, id: UUID) -> HttpResponse:
    """Let a dead delivery go, for a reason."""
    try:
        actions.skip(request.actor, id, reason=request.POST.get("reason", ""), at=now())
        messages.success(request, _("Skipped; what waited behind it goes on."))
    except (Refused, Conflict) as error:
        messages.error(request, sentence(error.refusal.message, error.refusal.params))
    return HttpResponseRedirect(reverse("oversight:undelivered"))
