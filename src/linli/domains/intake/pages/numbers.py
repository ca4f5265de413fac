"""The numbers page: from the province down to the requests behind a number, and as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.errors import Denied, Invalid, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.pages import charts
from linli.domains.intake.pages.exports import XLSX, _file
from linli.domains.intake.pages.portal import actor_of
from linli.domains.intake.pages.words import places
from linli.domains.intake.queries import numbers as queries
from linli.domains.intake.queries.desk import Filters, listed, way
from linli.domains.intake.queries.measured import period_of
from linli.domains.intake.rules.figures import Bar, Figures, Rate
from linli.domains.intake.rules.measuring import MEASURE_NAMES, RECEIVED
from linli.domains.intake.rules.sheets import Cell, as_csv, as_xlsx

RATES = (
    ("on_time", gettext_noop("Answered in time"), "on_time", "with_clock"),
    ("response", gettext_noop("Response rate"), "responded", "called_back"),
    ("solution", gettext_noop("Solution rate"), "solved", "solved_known"),
    ("satisfaction", gettext_noop("Satisfaction rate"), "satisfied", "rated"),
    ("reopening", gettext_noop("Opened again"), "reopened", "replied"),
)
"""Key of the rate, its name, and the measures of its part and its whole."""
RANKED = RATES[:4]
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
        period = period_of(request.GET.get("from", ""), request.GET.get("to", ""), today)
    except Invalid:
        period = period_of("", "", today)
    return queries.overview(actor, region, period, at)


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """One region: its rates with what is counted, out of what, and what is left out; then the units below. Every number
    opens into the list of exactly its requests, for those who may read them."""
    view, actor, at = _overview(request), actor_of(request), clock.now()
    open_up = Opener(view)
    last = not view.units and view.opens
    own = Filters(region=view.region, measure=RECEIVED, first=open_up.first, last=open_up.last)
    by = request.GET.get("rank", "")
    context: dict[str, Any] = {
        "view": view, "region_path": places(way(view.region), "intake:numbers"),
        "tally": open_up.tally(view.region, view.whole), "rates": open_up.rates(view.region, view.whole),
        "units": [
            {
                "unit": unit, "tally": open_up.tally(unit.code, unit.figures), "hours": _hours(unit.figures),
                "rates": open_up.rates(unit.code, unit.figures),
            }
            for unit in view.units
        ],
        "classes": [(name, n, open_up.to(category=code) if n else "") for code, name, n in view.classes],
        "kinds": [(_(name), n, open_up.to(kind=kind) if n else "") for kind, name, n in view.kinds],
        "hours": _hours(view.whole), "heads": [_(name) for _key, name, *_measures in RATES],
        "period": f"from={open_up.first}&to={open_up.last}", "chart": charts.bars(view.bars, open_up.days),
        "ranking": charts.ranking(view.units, by if by in charts.KEYS else "on_time"),
        "rank_names": [(key, _(name)) for key, name, *_measures in RANKED],
        "rows": listed(actor, own, at, limit=50)[0] if last else (), "all_rows": open_up.to(),
    }  # fmt: skip
    return render(request, "intake/numbers.html", context)


class Opener:
    """Where the numbers of one page lead: to the desk's list of exactly the requests counted, or nowhere ("") for
    somebody who may only see numbers."""

    def __init__(self, view: queries.Overview) -> None:
        self.region, self.opens = view.region, view.opens
        self.first, self.last = view.period.first.isoformat(), view.period.last.isoformat()

    def to(self, measure: str = RECEIVED, region: str = "", **more: str) -> str:
        """The address of the list of a measure."""
        if not self.opens:
            return ""
        asked = {"region": region or self.region, "measure": measure, "from": self.first, "to": self.last, **more}
        return f"{reverse('intake:queue')}?{urlencode(asked)}"

    def days(self, bar: Bar) -> str:
        """The address of what came in on the days of a bar."""
        return self.to(**{"from": bar.first.isoformat(), "to": bar.last.isoformat()}) if bar.number else ""

    def tally(self, region: str, found: Figures) -> dict[str, tuple[int, str]]:
        """Plain counts with where they lead."""
        counts = {"received": found.tally.received, "open": found.tally.open, "replied": found.tally.replied}
        return {key: (n, self.to(key, region) if n else "") for key, n in counts.items()}

    def rates(self, region: str, found: Figures) -> list[dict[str, Any]]:
        """Rates with where part, whole and everything left out lead."""
        shown = []
        for key, name, part, whole in RATES:
            rate: Rate = getattr(found, key)
            left_out = [(_(MEASURE_NAMES[why]), n, self.to(why, region)) for why, n in rate.excluded if n]
            shown.append(
                {
                    "key": key, "name": _(name), "rate": rate, "left_out": left_out,
                    "part": self.to(part, region) if rate.part else "",
                    "whole": self.to(whole, region) if rate.whole else "",
                    "part_name": _(MEASURE_NAMES[part]), "whole_name": _(MEASURE_NAMES[whole]),
                }
            )  # fmt: skip
        return shown


@require_GET
def as_file(request: HttpRequest) -> HttpResponse:
    """The same numbers as a file; no person is in them."""
    view, actor = _overview(request), actor_of(request)
    head = [_("Secret code"), _("Region"), _("Received"), _("Still open"), _("Median hours to the answer")]
    for _key, name, *_measures in RATES:
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
    for key, *_names in RATES:
        rate: Rate = getattr(found, key)
        row += [rate.percent, rate.part, rate.whole]
    return row


def _hours(found: Figures) -> float | None:
    return round(found.median.total_seconds() / 3600, 1) if found.median is not None else None
