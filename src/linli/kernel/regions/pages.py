"""Region pages, open to everyone: the tree, one unit, search, and what the sources say against each other."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from linli.base.clock import BEIJING, now
from linli.kernel.regions import queries
from linli.kernel.regions.rules.findings import titles

TYPED = 12
LISTED = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The province when there is one, else the list of them or how to load one."""
    roots = queries.roots()
    if len(roots) == 1:
        return HttpResponseRedirect(reverse("regions:detail", args=[roots[0].code]))
    return render(request, "regions/index.html", {"roots": roots})


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: the way up, what is inside, its counts, what was before and after."""
    found = queries.portrait(code, on=now().astimezone(BEIJING).date())
    many = sum(child.communities or 0 for child in found.children)
    context = {
        "portrait": found,
        "region": found.region,
        "region_path": [{"name": one.name, "address": one.get_absolute_url()} for one in found.path],
        "figures": [(_(titles()[one.key]), one.value, one.year) for one in found.figures],
        "sources": list(dict.fromkeys(f"{one.source} ({one.year})" for one in found.figures)),
        "stats": _stats(found, many),
        "kinds": Counter(child.region.get_unit_type_display() for child in found.children).most_common(),
        "counted": any(child.population is not None for child in found.children),
        "many": many,
    }
    return render(request, "regions/detail.html", context)


def _stats(found: queries.Portrait, many: int) -> list[dict[str, object]]:
    """The four to six numbers that say most about a place; an age group as its share of all people."""
    people = found.figure("population")
    stats: list[dict[str, object]] = []
    if people:
        stats.append({"label": _("Population"), "value": people, "unit": pgettext("unit", "people")})
    if (homes := found.figure("households")) is not None:
        stats.append({"label": _("Households"), "value": homes, "unit": pgettext("unit", "households")})
    for key, label in (("age_60_plus", _("Aged 60 and over")), ("age_0_14", _("Aged 14 and under"))):
        if people and (group := found.figure(key)) is not None:
            stats.append({"label": label, "share": Fraction(group, people), "value": group})
    if many:
        label = _("Communities and villages")
        stats.append({"label": label, "value": many, "unit": pgettext("unit of places", "places")})
    return stats


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Hits for ``q`` inside ``within``: a page, or only the list when asked from a field being typed in."""
    typed = request.headers.get("HX-Request") == "true"
    words, within = request.GET.get("q", ""), request.GET.get("within", "")
    hits = queries.search(words, within=within, limit=TYPED if typed else LISTED, at=now())
    context = {"q": words[:100], "within": within[:15], "hits": hits, "crumbs": [{"name": _("Find a place")}]}
    return render(request, "regions/parts/hits.html" if typed else "regions/search.html", context)


@require_safe
def reconciliation(request: HttpRequest) -> HttpResponse:
    """What does not add up in the sources, kind by kind, and what was loaded when."""
    context = {
        "chapters": queries.reconciliation(),
        "editions": queries.editions(),
        "counts": queries.count_by_level(),
        "reporting_units": queries.reporting_units(),
        "crumbs": [
            {"name": _("Regions"), "address": reverse("regions:index")},
            {"name": _("What does not add up")},
        ],
    }
    return render(request, "regions/reconciliation.html", context)
