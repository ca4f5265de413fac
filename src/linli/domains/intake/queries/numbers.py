"""Numbers about requests by region and period: exact counts, rates kept apart, each leading to its records.

One query for the tally of a whole level (grouped by the units below), one for kinds and classes, one for durations;
their number does not depend on how many requests or units there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Substr, TruncDate

from linli.base.clock import BEIJING
from linli.domains.intake.models import Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.measured import MEASURES, Period, measured, opens, require_numbers
from linli.domains.intake.queries.names import categories
from linli.domains.intake.rules.figures import Bar, Figures, Tally, figures, hide_small, median, series
from linli.domains.intake.rules.kinds import KIND_NAMES, Kind
from linli.kernel.access.queries import holding
from linli.kernel.access.rules import Actor
from linli.kernel.regions.queries import children, get_region
from linli.kernel.regions.rules import WIDTHS


@dataclass(frozen=True)
class Unit:
    """The figures of one unit."""

    code: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Overview:
    """A region's own figures and those of the units right below it, with counts by kind, class and day or week.
    ``opens`` says whether the actor may also read the requests behind them."""

    region: str
    name: str
    period: Period
    whole: Figures
    units: tuple[Unit, ...]
    kinds: tuple[tuple[str, str, int], ...]
    classes: tuple[tuple[str, str, int | None], ...]
    bars: tuple[Bar, ...]
    opens: bool


def numbers_region(actor: Actor) -> str:
    """The highest region whose numbers an actor may see; "" for none."""
    return min((grant.region for grant in holding(actor, Permission.SEE_NUMBERS)), key=len, default="")


def overview(actor: Actor, region: str, period: Period, at: datetime) -> Overview:
    """The numbers of a region and the units below it; Denied without the right for that region. Sealed requests are not
    in them, because small counts could name a person."""
    unit = get_region(region)
    code = unit.code
    require_numbers(actor, code)
    rows = measured(actor, code, period)
    width = next((width for width in WIDTHS if width > len(code)), WIDTHS[-1])
    tallies, spans = _tallies(rows, width), _spans(rows, width)
    below = [one for one in children(code) if one.level <= 5]
    units = tuple(
        Unit(one.code, one.name, figures(tallies.get(one.code, Tally()), median(spans.get(one.code, []))))
        for one in below
    )
    whole = figures(_sum(tallies.values()), median([span for part in spans.values() for span in part]))
    return Overview(
        code, unit.name, period, whole, units, tuple(_kinds(rows)), tuple(_classes(rows, code, at)),
        series(_days(rows), period.first, period.last), opens(actor, code),
    )  # fmt: skip


def _tallies(rows: QuerySet[Request], width: int) -> dict[str, Tally]:
    """Counts per unit below in one query."""
    counts = {part.name: MEASURES[part.name] for part in fields(Tally)}
    # Under names of their own: a count called like a column would take its place in the conditions of the others.
    aliased = {f"n_{name}": Count("pk", filter=which or None) for name, which in counts.items()}
    grouped = rows.order_by().annotate(unit=Substr("case__region_id", 1, width)).values("unit").annotate(**aliased)
    return {
        str(row["unit"]): Tally(**{name: int(row[f"n_{name}"]) for name in counts})
        for row in cast("Iterable[dict[str, Any]]", grouped)
    }


def _spans(rows: QuerySet[Request], width: int) -> dict[str, list[timedelta]]:
    found: dict[str, list[timedelta]] = defaultdict(list)
    answered = rows.filter(first_replied_at__isnull=False).order_by()
    for region, opened, replied in answered.values_list("case__region_id", F("case__opened_at"), "first_replied_at"):
        found[region[:width]].append(replied - opened)
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole = replace(whole, **{name: getattr(whole, name) + number for name, number in vars(tally).items()})
    return whole


def _days(rows: QuerySet[Request]) -> dict[date, int]:
    """How many came in on each day in Beijing."""
    day = TruncDate("case__opened_at", tzinfo=BEIJING)
    return dict(rows.order_by().annotate(day=day).values_list("day").annotate(number=Count("pk")))


def _kinds(rows: QuerySet[Request]) -> list[tuple[str, str, int]]:
    counts = dict(rows.order_by().values_list("kind").annotate(number=Count("pk")))
    return [(kind.value, KIND_NAMES[kind], counts.get(kind.value, 0)) for kind in Kind]


def _classes(rows: QuerySet[Request], region: str, at: datetime) -> list[tuple[str, str, int | None]]:
    counts = dict(rows.order_by().values_list("category").annotate(number=Count("pk")))
    names = categories(region, at)
    found: list[tuple[str, str, int | None]] = [
        (code, names.get(code) or code, hide_small(number, restricted=code == "21")) for code, number in counts.items()
    ]
    return sorted(found, key=lambda row: (-(row[2] or 0), row[0]))
