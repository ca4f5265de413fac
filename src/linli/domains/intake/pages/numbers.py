"""The numbers page: from the province down to the requests behind a number, and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.errors import Denied, Invalid, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.pages.exports import XLSX, _file
from linli.domains.intake.pages.portal import actor_of
from linli.domains.intake.pages.words import places
from linli.domains.intake.queries import numbers as queries
from linli.domains.intake.queries.desk import way
from linli.domains.intake.rules.figures import Figures, Rate
from linli.domains.intake.rules.sheets import Cell, as_csv, as_xlsx

EXCLUSIONS = {
    "refused": gettext_noop("not accepted"),
    "transferred": gettext_noop("passed to an emergency number"),
    "merged": gettext_noop("joined to another request"),
    "withdrawn": gettext_noop("withdrawn"),
    "not_called_back": gettext_noop("not called back (anonymous or not yet)"),
    "not_asked": gettext_noop("not asked yet"),
    "not_rated": gettext_noop("not rated"),
    "never_answered": gettext_noop("not answered yet"),
    "no_clock_ended": gettext_noop("clock still running"),
}
RATES = (
    ("on_time", gettext_noop("Answered in time")),
    ("response", gettext_noop("Response rate")),
    ("solution", gettext_noop("Solution rate")),
    ("satisfaction", gettext_noop("Satisfaction rate")),
    ("reopening", gettext_noop("Opened again")),
)
NOBODY = Refusal("intake.no_numbers", gettext_noop("Your role does not show numbers."))


def _overview(request: HttpRequest) -> queries.Overview:
    actor, at = actor_of(request), clock.now()
    region = "".join(letter for letter in request.GET.get("region", "") if letter.isdigit()) or queries.numbers_region(
        actor
    )
    if not region:
        raise Denied(NOBODY)
    today = timezone.localtime(at).date()
    try:
        period = queries.period_of(request.GET.get("first", ""), request.GET.get("last", ""), today)
    except Invalid:
        period = queries.period_of("", "", today)
    return queries.overview(actor, region, period, at)


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """One region: its rates with what is counted, out of what, and what is left out; then the units below."""
    view = _overview(request)
    context: dict[str, Any] = {
        "view": view, "region_path": places(way(view.region), "intake:numbers"), "rates": _rates(view.whole),
        "units": [{"unit": unit, "rates": _rates(unit.figures), "hours": _hours(unit.figures)} for unit in view.units],
        "hours": _hours(view.whole), "is_last": not view.units, "heads": [_(name) for _key, name in RATES],
        "period": f"first={view.period.first}&last={view.period.last}",
    }  # fmt: skip
    return render(request, "intake/numbers.html", context)


@require_GET
def as_file(request: HttpRequest) -> HttpResponse:
    """The same numbers as a file; no person is in them."""
    view, actor = _overview(request), actor_of(request)
    head = [_("Secret code"), _("Region"), _("Received"), _("Still open"), _("Median hours to the answer")]
    for _key, name in RATES:
        head += [_(name), _("part"), _("whole")]
    rows = [
        _sheet_row(view.region, view.name, view.whole),
        *(_sheet_row(unit.code, unit.name, unit.figures) for unit in view.units),
    ]
    mark = _("{name}, {region}, {first} to {last}").format(
        name=actor.name, region=view.name, first=view.period.first, last=view.period.last
    )
    if request.GET.get("shape") == "csv":
        return _file(as_csv(head, rows, mark), "text/csv; charset=utf-8", f"numbers-{view.region}.csv")
    return _file(as_xlsx(head, rows, mark, _("Numbers")), XLSX, f"numbers-{view.region}.xlsx")


def _sheet_row(code: str, name: str, found: Figures) -> list[Cell]:
    row: list[Cell] = [code, name, found.tally.received, found.tally.open, _hours(found)]
    for key, _name in RATES:
        rate: Rate = getattr(found, key)
        row += [rate.percent, rate.part, rate.whole]
    return row


def _rates(found: Figures) -> list[dict[str, Any]]:
    shown = []
    for key, name in RATES:
        rate: Rate = getattr(found, key)
        left_out = [(_(EXCLUSIONS[reason]), number) for reason, number in rate.excluded if number]
        shown.append({"key": key, "name": _(name), "rate": rate, "left_out": left_out})
    return shown


def _hours(found: Figures) -> float | None:
    return round(found.median.total_seconds() / 3600, 1) if found.median is not None else None
