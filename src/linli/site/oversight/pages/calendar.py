"""Working days: the years, one year at a glance, and vouching for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import BEIJING, now
from linli.kernel.access.queries import ActorRequest, may, may_somewhere
from linli.kernel.calendar.queries import years as tables
from linli.kernel.regions.queries import roots
from linli.site.oversight import actions
from linli.site.oversight.pages.staff import require_staff
from linli.site.oversight.queries.calendar import year_page


@require_GET
def years(request: ActorRequest) -> HttpResponse:
    """The years whose table is here, and which of them nobody has vouched for."""
    require_staff(request.actor)
    return render(request, "oversight/years.html", {"tables": tables(), "may_confirm": _may_confirm(request)})


def _may_confirm(request: ActorRequest) -> bool:
    actor = request.actor
    return may_somewhere(actor, actions.CONFIRM) and all(may(actor, actions.CONFIRM, root.code) for root in roots())


@require_GET
def year(request: ActorRequest, year: int) -> HttpResponse:
    """Twelve small months, and every unusual day by name."""
    require_staff(request.actor)
    page = year_page(year, today=now().astimezone(BEIJING).date())
    others = [table.year for table in tables()]
    context = {
        "page": page, "table": page.table, "may_confirm": _may_confirm(request),
        "earlier": year - 1 if year - 1 in others else None, "later": year + 1 if year + 1 in others else None,
        "week": [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")],
        "crumbs": [{"name": _("Working days"), "address": reverse("oversight:years")}, {"name": str(year)}],
    }  # fmt: skip
    return render(request, "oversight/year.html", context)


@require_POST
def confirm(request: ActorRequest, year: int) -> HttpResponse:
    """Vouch that the table is that of the published notice."""
    if actions.vouch(request.actor, year, at=now()):
        done = _("{year} is confirmed. Due dates in it are no longer provisional.")
        messages.success(request, done.format(year=year))
    else:
        messages.info(request, _("{year} was confirmed before.").format(year=year))
    return HttpResponseRedirect(reverse("oversight:year", args=[year]))
