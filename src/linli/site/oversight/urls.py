"""Addresses of the pages over everything."""

from __future__ import annotations

from django.urls import path

from linli.site.oversight.pages import calendar, casetypes, chains, outbox, record, state

app_name = "oversight"
urlpatterns = [
    path("record/", record.entries, name="record"),
    path("record/file/", record.export, name="export"),
    path("record/chains/", chains.chains, name="chains"),
    path("record/chains/check/", chains.check, name="check"),
    path("record/<uuid:id>/", record.entry, name="entry"),
    path("state/", state.state, name="state"),
    path("state/undelivered/", outbox.undelivered, name="undelivered"),
    path("state/undelivered/<uuid:id>/retry/", outbox.retry, name="retry"),
    path("state/undelivered/<uuid:id>/skip/", outbox.skip, name="skip"),
    path("working-days/", calendar.years, name="years"),
    path("working-days/<int:year>/", calendar.year, name="year"),
    path("working-days/<int:year>/confirm/", calendar.confirm, name="confirm"),
    path("case-types/", casetypes.types, name="types"),
    path("case-types/<slug:type>/", casetypes.one_type, name="type"),
]
