"""The tree itself: one unit, the way up, what is inside."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.regions.models import Figure, Region, ReportingUnit, Succession
from linli.kernel.regions.rules import Level, ancestors_of, is_code, short, subtree
from linli.kernel.regions.rules.findings import FIGURES

UNKNOWN = Refusal(
    "region.unknown",
    gettext_noop("There is no region with the code {code}."),
    advice=gettext_noop("Search for it by name or pinyin."),
)


def get_region(code: str) -> Region:
    """The unit with this code, short or zero-filled, in force or retired; Missing if there is none."""
    region = Region.objects.filter(pk=short(code)).first() if is_code(code) else None
    if region is None:
        raise Missing(Refusal(UNKNOWN.code, UNKNOWN.message, {"code": code[:20]}, advice=UNKNOWN.advice))
    return region


def path(code: str) -> list[Region]:
    """The units from the province down to this one; Missing if the last is unknown."""
    region = get_region(code)
    above = Region.objects.filter(pk__in=ancestors_of(region.code)).order_by("code")
    return [*above, region]


def in_force(on: date | None) -> Q:
    """The filter for units that exist on a day; None means no retired ones, whenever they were retired."""
    if on is None:
        return Q(valid_to=None)
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))


def children(code: str, *, on: date | None = None) -> QuerySet[Region]:
    """The units one rung down that exist on a day (default: not retired), by code; Missing if the parent is unknown."""
    return Region.objects.filter(in_force(on), parent=get_region(code)).order_by("code")


def in_subtree(code: str, *, on: date | None = None) -> QuerySet[Region]:
    """A unit and everything inside it as one range of the index; "" is the whole country."""
    low, high = subtree(code)
    return Region.objects.filter(in_force(on), code__gte=low, code__lt=high).order_by("code")


def grids_of(community: str, *, on: date) -> list[tuple[Region, bool]]:
    """Every grid a community ever had, with whether it is in force; those in force first, by code."""
    grids = Region.objects.filter(parent=get_region(community), level=Level.GRID).order_by("code")
    return sorted(((grid, grid.in_force(on)) for grid in grids), key=lambda pair: not pair[1])


def pattern_of(code: str) -> str:
    """The shape that codes of new grids have here: of the nearest unit that sets one, "" for the default."""
    wanted = [*ancestors_of(code), short(code)]
    above = Region.objects.filter(pk__in=wanted).exclude(grid_code_regex="").order_by("-level").first()
    return above.grid_code_regex if above else ""


def successors(code: str) -> list[Succession]:
    """Which units took over from a retired one, oldest change first."""
    return list(Succession.objects.filter(old_id=short(code)).select_related("new").order_by("on", "new_id"))


def figures_of(code: str) -> list[Figure]:
    """Published counts about a unit, newest year first, people before households before ages."""
    found = Figure.objects.filter(region_id=short(code))
    place = {key: number for number, key in enumerate(FIGURES)}
    return sorted(found, key=lambda one: (-one.year, place.get(one.key, len(place)), one.key))


def reporting_units() -> list[ReportingUnit]:
    """Who reports to the province, in the order of the province's own list."""
    return list(ReportingUnit.objects.select_related("region"))


def count_by_level(within: str = "", *, on: date | None = None) -> dict[str, int]:
    """How many units of each rung exist: {"province": 1, "prefecture": 18, …, "grid": N}."""
    low, high = subtree(within)
    rows = (
        Region.objects.filter(in_force(on), code__gte=low, code__lt=high)
        .order_by()
        .values_list("level")
        .annotate(units=Count("code"))
    )
    found = dict(rows)
    return {level.name.lower(): found.get(level.value, 0) for level in Level}
