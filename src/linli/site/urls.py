"""Every address Linli answers. A package's own addresses stand in its urls.py; here stands where they hang."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from linli.site import api, faces, health

handler400 = "linli.site.answers.unreadable"
handler403 = "linli.site.answers.denied"
handler404 = "linli.site.answers.missing"
handler500 = "linli.site.answers.broken"


def mounted(prefix: str, package: str) -> list[URLResolver]:
    return [path(prefix, include(f"{package}.urls"))] if find_spec(f"{package}.urls") else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("version", health.version, name="version"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("preferences/", faces.preferences, name="preferences"),
    path("assistance/", faces.assistance, name="assistance"),
    path("gallery/", faces.gallery, name="gallery"),
    path("api/v1/", api.build().urls),
    *mounted("", "linli.site.oversight"),
    *mounted("audit/", "linli.kernel.audit"),
    *mounted("calendar/", "linli.kernel.calendar"),
    *mounted("regions/", "linli.kernel.regions"),
    *mounted("people/", "linli.kernel.parties"),
    *mounted("access/", "linli.kernel.access"),
    *mounted("files/", "linli.kernel.files"),
    *mounted("notices/", "linli.kernel.notices"),
    *mounted("cases/", "linli.kernel.cases"),
    *mounted("", "linli.domains.intake"),
]
