"""Pages that belong to nobody else: how a person wants to see Linli, where to get help, the gallery of parts."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from linli.site.navigation import CONTRAST_COOKIE, ELDER_COOKIE, THEME_COOKIE, THEMES

A_YEAR = 365 * 86400  # seconds
CHOICES = {
    "theme": (THEME_COOKIE, frozenset(THEMES)),
    "elder": (ELDER_COOKIE, frozenset({"0", "1"})),
    "contrast": (CONTRAST_COOKIE, frozenset({"more"})),
}


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, letter size and contrast in cookies that say nothing about the person; back to where one was."""
    response = HttpResponseRedirect(_way_back(request))
    for name, (cookie, allowed) in CHOICES.items():
        if name not in request.POST:
            continue
        if request.POST[name] in allowed:
            response.set_cookie(
                cookie, request.POST[name], max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
            )
        else:
            response.delete_cookie(cookie, samesite="Lax")
    return response


@require_GET
def assistance(request: HttpRequest) -> HttpResponse:
    """The phone number, and how somebody else can do it for you."""
    return render(request, "site/assistance.html")


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state; for those who build pages, on demonstration installations only."""
    if not settings.DEMO:
        raise Http404
    from linli.site.specimens import specimens

    context = specimens(request, request.GET.get("page", ""))
    return render(request, f"site/gallery/{context['page']}.html", context)
