"""Region pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.kernel.regions import queries


def index(request: HttpRequest) -> HttpResponse:
    return render(request, "regions/index.html", {})


def detail(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "regions/detail.html", {"region": queries.get_region(code)})


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "regions/search.html", {})


def pick(request: HttpRequest) -> HttpResponse:
    return render(request, "regions/parts/picker.html", {})


def reconciliation(request: HttpRequest) -> HttpResponse:
    return render(request, "regions/reconciliation.html", {})
