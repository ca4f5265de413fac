"""The chains, their anchors, and checking them now, step by step."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import now, stamp
from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.queries import ActorRequest, may_somewhere, require_somewhere
from linli.site.answers import sentence
from linli.site.oversight import actions
from linli.site.oversight.queries import chains as queries
from linli.site.oversight.queries.chains import VERIFY, Check
from linli.site.oversight.queries.record import SEE, last_check, place_names

KEPT = "oversight_check"
SHOWN = 200
UNREADABLE = Refusal("oversight.check", gettext_noop("What was sent cannot be read."))


@require_GET
def chains(request: ActorRequest) -> HttpResponse:
    """Every chain with its end, how the last check went, and the anchors."""
    require_somewhere(request.actor, SEE)
    heads = queries.heads_seen(request.actor)
    shown = heads[:SHOWN]
    names = place_names({head.county for head in shown} | {head.chain.partition("/")[0] for head in shown})
    context = {
        "groups": [(county, names.get(county, ""), [(head, _named(head.chain, names)) for head in group])
                   for county, group in queries.by_county(shown)],
        "chains": len(heads), "entries": sum(head.seq for head in heads), "more": len(heads) - len(shown),
        "anchors": [(one, sentence(one.words, one.params)) for one in queries.anchors_seen(request.actor)],
        "check": _shown(request), "last": last_check(request.actor),
        "may_verify": may_somewhere(request.actor, VERIFY),
        "crumbs": [{"name": _("The record"), "address": reverse("oversight:record")}, {"name": _("Chains")}],
    }  # fmt: skip
    return render(request, "oversight/chains.html", context)


def _named(chain: str, names: dict[str, str]) -> str:
    organisation, _slash, unit = chain.partition("/")
    if chain == "system":
        return _("the program itself")
    return names.get(organisation, "") + (f" · {unit}" if unit else "")


def _check_of(request: ActorRequest) -> Check | None:
    kept = request.session.get(KEPT)
    return Check(**kept) if kept else None


def _shown(request: ActorRequest) -> dict[str, Any] | None:
    """The check of this session in words."""
    check = _check_of(request)
    if check is None:
        return None
    ids = queries.entry_ids(check.breaks)
    codes = {str(one["chain"]).partition("/")[0] for one in check.breaks}
    names = place_names(codes | {str(one["county"]) for one in check.breaks})
    breaks = [
        {
            "words": sentence(str(one["message"]), one["params"]),  # type: ignore[arg-type]
            "chain": one["chain"],
            "name": _named(str(one["chain"]), names) if one["chain"] else _("the file of anchors"),
            "county": names.get(str(one["county"]), one["county"]),
            "id": ids.get((one["county"], one["chain"], one["seq"]), ""),
        }
        for one in check.breaks
    ]  # fmt: skip
    return {"state": check, "breaks": breaks, "more": check.broken - len(breaks)}


@require_POST
def check(request: ActorRequest) -> HttpResponse:
    """Begin a check, of everything or of one chain, or go on with the one that this session began."""
    require_somewhere(request.actor, VERIFY)
    running = _check_of(request)
    if request.POST.get("go_on") != "1" or running is None or running.done:
        running = _begun(request)
    after = actions.check_on(request.actor, running, at=now())
    request.session[KEPT] = vars(after)
    return HttpResponseRedirect(reverse("oversight:chains") + "#check")


def _begun(request: ActorRequest) -> Check:
    county, chain = request.POST.get("county"), request.POST.get("chain")
    if (county is not None and len(county) > 6) or (chain is not None and len(chain) > 40):
        raise Invalid(UNREADABLE)
    return Check(started=stamp(now()), county=county, chain=chain)
