"""Everything a page says about one unit, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import Substr

from linli.kernel.regions.models import Figure, Region, RegionName, Succession
from linli.kernel.regions.queries.tree import figures_of, in_force, path
from linli.kernel.regions.rules import WIDTHS, Level, subtree

HEADLINE = ("population", "households", "age_60_plus", "age_65_plus", "age_0_14")


@dataclass(frozen=True)
class Child:
    """One unit a rung below: how many communities it holds and its population, where published."""

    region: Region
    communities: int | None
    population: int | None


@dataclass(frozen=True)
class Portrait:
    """A unit with its way up, what is inside, what was before and after it, and its published counts."""

    region: Region
    path: tuple[Region, ...]
    children: tuple[Child, ...]
    ended_children: int
    successors: tuple[Succession, ...]
    predecessors: tuple[Succession, ...]
    names: tuple[RegionName, ...]
    figures: tuple[Figure, ...]
    ended: bool
    beside: tuple[Region, ...] = ()

    @property
    def before(self) -> Region | None:
        """The unit listed before this one under the same parent."""
        return max((one for one in self.beside if one.code < self.region.code), key=lambda one: one.code, default=None)

    @property
    def after(self) -> Region | None:
        """The unit listed after this one under the same parent."""
        return min((one for one in self.beside if one.code > self.region.code), key=lambda one: one.code, default=None)

    def figure(self, key: str) -> int | None:
        """The newest published count of a kind."""
        return next((one.value for one in self.figures if one.key == key), None)


def portrait(code: str, *, on: date) -> Portrait:
    """One unit as it is on a day; Missing if the code is unknown."""
    way = path(code)
    region = way[-1]
    inside = list(Region.objects.filter(in_force(on), parent=region).order_by("code"))
    communities, population = _inside(region, on)
    return Portrait(
        region,
        tuple(way),
        tuple(Child(one, communities.get(one.code), population.get(one.code)) for one in inside),
        Region.objects.filter(parent=region, valid_to__lte=on).count(),
        tuple(region.successions.select_related("new")),
        tuple(region.predecessions.select_related("old")),
        tuple(region.names.all()),
        tuple(figures_of(region.code)),
        region.valid_to is not None and region.valid_to <= on,
        tuple(Region.objects.filter(in_force(on), parent=region.parent_id).exclude(pk=region.pk).order_by("code"))
        if region.parent_id
        else (),
    )


def _inside(region: Region, on: date) -> tuple[dict[str, int], dict[str, int]]:
    if region.level >= Level.TOWNSHIP:
        return {}, {}
    low, high = subtree(region.code)
    communities = (
        Region.objects.filter(in_force(on), code__gte=low, code__lt=high, level=Level.COMMUNITY)
        .order_by()
        .annotate(child=Substr("code", 1, WIDTHS[region.level]))
        .values_list("child")
        .annotate(many=Count("code"))
    )
    counts = Figure.objects.filter(region__parent=region, key="population").order_by("year")
    return dict(communities), dict(counts.values_list("region_id", "value"))


def roots() -> list[Region]:
    """The provinces that are loaded."""
    return list(Region.objects.filter(level=Level.PROVINCE).order_by("code"))


def children_after(code: str, *, on: date, after: str = "", limit: int = 50) -> tuple[list[Region], str | None]:
    """One page of the units a rung below, and the cursor of the next page (None at the end); Missing if unknown."""
    region = path(code)[-1]
    found = list(
        Region.objects.filter(in_force(on), parent=region, code__gt=after).order_by("code")[: max(1, limit) + 1]
    )
    return found[:limit], found[limit - 1].code if len(found) > limit else None
