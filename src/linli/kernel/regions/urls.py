"""Addresses of the region pages."""

from __future__ import annotations

from django.urls import path

from linli.kernel.regions import pages

app_name = "regions"
urlpatterns = [
    path("", pages.index, name="index"),
    path("search", pages.search, name="search"),
    path("reconciliation", pages.reconciliation, name="reconciliation"),
    path("<str:code>", pages.detail, name="detail"),
]
