"""The desk's page about a community's grids, and about the shape of their codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import BEIJING, now
from linli.base.errors import Conflict, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import GridForm, PatternForm, PlaceForm, sentence
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import ActorRequest, holding, may, require, require_somewhere
from linli.kernel.regions.queries import children, get_region, grids_of, path, pattern_of

TOWNSHIP = 9
"""Digits of a township's code: its communities are few enough to list."""


@require_safe
def choose(request: ActorRequest) -> HttpResponse:
    """The communities of one's own township, or a place to name one."""
    require_somewhere(request.actor, Permission.KEEP_GRIDS)
    form = PlaceForm(request.GET if "region" in request.GET or "region_words" in request.GET else None)
    if form.is_valid():
        return HttpResponseRedirect(reverse("access:grids", args=[form.cleaned_data["region"]]))
    codes = {grant.region for grant in holding(request.actor, Permission.KEEP_GRIDS)}
    near = [one for code in sorted(codes) if len(code) == TOWNSHIP for one in children(code)]
    context = {"form": form, "near": near, "crumbs": [{"name": _("Grids")}]}
    return render(request, "access/grids_choose.html", context, status=422 if form.errors else 200)


@require_safe
def grids(request: ActorRequest, code: str) -> HttpResponse:
    """The grids of a community: those in force, those that ended, and a place to draw one."""
    return _show(request, code)


def _show(request: ActorRequest, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
    place = get_region(code)
    require(request.actor, Permission.KEEP_GRIDS, place.code)
    pattern = pattern_of(place.code)
    context = {
        "region": place,
        "grids": grids_of(place.code, on=now().astimezone(BEIJING).date()),
        "form": GridForm(),
        "pattern": pattern,
        "pattern_form": PatternForm(initial={"pattern": place.grid_code_regex}),
        "may_shape": may(request.actor, Permission.IMPORT_REGIONS, place.code),
        "region_path": [{"name": one.name, "address": one.get_absolute_url()} for one in path(place.code)],
        "crumbs": [{"name": _("Grids")}],
        **more,
    }
    return render(request, "access/grids.html", context, status=status)


@require_POST
def draw(request: ActorRequest, code: str) -> HttpResponse:
    """Draw a grid."""
    form = GridForm(request.POST)
    return _deed(
        request, code, form, "form", lambda: actions.draw_grid(request.actor, code, **form.cleaned_data, at=now())
    )


@require_POST
def end(request: ActorRequest, code: str, grid: str) -> HttpResponse:
    """End a grid, with the one that takes over."""
    heir = request.POST.get("successor", "")
    return _deed(request, code, None, "", lambda: actions.end_grid(request.actor, grid, successor=heir, at=now()))


@require_POST
def shape(request: ActorRequest, code: str) -> HttpResponse:
    """Set the shape of codes of new grids."""
    form = PatternForm(request.POST)
    return _deed(
        request, code, form, "pattern_form",
        lambda: actions.set_grid_pattern(request.actor, code, form.cleaned_data["pattern"], at=now()),
    )  # fmt: skip


def _deed(request: ActorRequest, code: str, form: Any, name: str, do: Callable[[], object]) -> HttpResponse:
    place = get_region(code)
    require(request.actor, Permission.KEEP_GRIDS, place.code)
    if form is not None and not form.is_valid():
        return _show(request, code, status=422, **{name: form})
    try:
        do()
    except (Refused, Conflict, Missing) as error:
        if form is None:
            messages.error(request, sentence(error.refusal))
            return HttpResponseRedirect(reverse("access:grids", args=[place.code]))
        form.add_error(None, sentence(error.refusal))
        return _show(request, code, status=422, **{name: form})
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("access:grids", args=[place.code]))
