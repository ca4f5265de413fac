"""Case types, to be read by those who work with them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access.queries import ActorRequest
from linli.site.oversight.pages.staff import require_staff
from linli.site.oversight.queries.casetypes import type_lines, type_page


@require_GET
def types(request: ActorRequest) -> HttpResponse:
    """Every type of matter."""
    require_staff(request.actor)
    return render(request, "oversight/types.html", {"types": type_lines()})


@require_GET
def one_type(request: ActorRequest, type: str) -> HttpResponse:
    """One type: where a matter can stand, what leads on, who may, how long, by what law."""
    require_staff(request.actor)
    page = type_page(type)
    crumbs = [{"name": _("Kinds of matters"), "address": reverse("oversight:types")}, {"name": page.title}]
    return render(request, "oversight/type.html", {"page": page, "kind": page.kind, "crumbs": crumbs})
