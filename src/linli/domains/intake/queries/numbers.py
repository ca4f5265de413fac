"""Numbers about requests by region and period: exact counts, rates kept apart, each leading to its records.

One query for the tally of a whole level (grouped by the units below), one for kinds and classes, one for durations;
their number does not depend on how many requests or units there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from linli.base.clock import BEIJING
from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.models import Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.names import categories
from linli.domains.intake.queries.requests import TYPE
from linli.domains.intake.rules.figures import Figures, Tally, figures, hide_small, median
from linli.domains.intake.rules.kinds import KIND_NAMES, Kind
from linli.kernel.access.queries import holding, require, visible_to
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.regions.queries import children, get_region
from linli.kernel.regions.rules import WIDTHS, subtree

LONGEST = 3_700  # days


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, in Beijing; what came in on these days is counted."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), BEIJING)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), BEIJING)


@dataclass(frozen=True)
class Unit:
    """The figures of one unit."""

    code: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Overview:
    """A region's own figures and those of the units right below it, with counts by kind and class."""

    region: str
    name: str
    period: Period
    whole: Figures
    units: tuple[Unit, ...]
    kinds: tuple[tuple[str, str, int], ...]
    classes: tuple[tuple[str, str, int | None], ...]


def period_of(first: str, last: str, today: date) -> Period:
    """A period from two ISO dates; by default the last thirty days. Invalid for no dates or the wrong way round."""
    try:
        end = date.fromisoformat(last) if last else today
        start = date.fromisoformat(first) if first else end - timedelta(days=29)
    except ValueError:
        raise Invalid(_no_period(), {"first": [_no_period().message]}) from None
    if start > end or (end - start).days > LONGEST:
        raise Invalid(_no_period(), {"first": [_no_period().message]})
    return Period(start, end)


def _no_period() -> Refusal:
    return Refusal("intake.period", gettext_noop("Give the first and the last day, at most ten years apart."))


def numbers_region(actor: Actor) -> str:
    """The highest region whose numbers an actor may see; "" for none."""
    return min((grant.region for grant in holding(actor, Permission.SEE_NUMBERS)), key=len, default="")


def overview(actor: Actor, region: str, period: Period, at: datetime) -> Overview:
    """The numbers of a region and the units below it; Denied without the right for that region. Sealed requests are not
    in them, because small counts could name a person."""
    unit = get_region(region)
    code = unit.code
    require(actor, Permission.SEE_NUMBERS, code)
    rows = _within(actor, code, period)
    width = next((width for width in WIDTHS if width > len(code)), WIDTHS[-1])
    tallies, spans = _tallies(rows, width), _spans(rows, width)
    below = [one for one in children(code) if one.level <= 5]
    units = tuple(
        Unit(one.code, one.name, figures(tallies.get(one.code, Tally()), median(spans.get(one.code, []))))
        for one in below
    )
    whole = figures(_sum(tallies.values()), median([span for part in spans.values() for span in part]))
    return Overview(code, unit.name, period, whole, units, tuple(_kinds(rows)), tuple(_classes(rows, code, at)))


def _within(actor: Actor, code: str, period: Period) -> QuerySet[Request]:
    cases = visible_to(actor, Permission.SEE_NUMBERS, Case.objects.filter(type=TYPE, sealed=False))
    low, high = subtree(code)
    return Request.objects.filter(
        case__in=cases, case__region_id__gte=low, case__region_id__lt=high,
        case__opened_at__gte=period.start, case__opened_at__lt=period.end,
    )  # fmt: skip


def _tallies(rows: QuerySet[Request], width: int) -> dict[str, Tally]:
    """Counts per unit below in one query."""

    def number(**where: object) -> Count:
        return Count("pk", filter=Q(**where))

    out = ("refused", "transferred", "withdrawn")
    counted = Q(case__master=None) & ~Q(case__state__in=out)
    counts = {
        "received": Count("pk"),
        "open": Count("pk", filter=Q(case__closed_at=None)),
        "finished": Count("pk", filter=counted & Q(case__state="closed")),
        "on_time": Count("pk", filter=counted & Q(on_time=True)),
        "with_clock": Count("pk", filter=counted & Q(on_time__isnull=False)),
        "refused": number(case__state="refused", case__master=None),
        "merged": Count("pk", filter=Q(case__master__isnull=False)),
        "withdrawn": number(case__state="withdrawn", case__master=None),
        "transferred": number(case__state="transferred", case__master=None),
        "anonymous": Count("pk", filter=counted & Q(is_anonymous=True)),
        "called_back": Count("pk", filter=counted & Q(responded__isnull=False)),
        "responded": Count("pk", filter=counted & Q(responded=True)),
        "solved": Count("pk", filter=counted & Q(solved=True)),
        "solved_known": Count("pk", filter=counted & Q(solved__isnull=False)),
        "satisfied": Count("pk", filter=counted & Q(grade__gte=3)),
        "rated": Count("pk", filter=counted & Q(grade__isnull=False)),
        "rated_by_self": Count("pk", filter=counted & Q(grade__isnull=False, graded_by_self=True)),
        "reopened": Count("pk", filter=counted & Q(reopened__gt=0)),
        "replied": Count("pk", filter=counted & Q(first_replied_at__isnull=False)),
        "bad": Count("pk", filter=counted & Q(rectification__isnull=False)),
        "bad_fixed": Count("pk", filter=counted & Q(rectification__state="put_right")),
    }  # fmt: skip
    # Under names of their own: a count called like a column would take its place in the conditions of the others.
    aliased = {f"n_{name}": count for name, count in counts.items()}
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
