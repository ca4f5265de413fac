"""What codes are called: desks, classes, units; always a name beside the code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language

from linli.base.clock import BEIJING
from linli.domains.intake.queries.parameters import category_names, parameters_for
from linli.kernel.regions.models import Region


def is_english() -> bool:
    """Whether the page is being read in English."""
    return (get_language() or "zh").startswith("en")


def desk_names(desks: Iterable[str], region: str, at: datetime) -> dict[str, str]:
    """Desks as people call them, 中原区住房和城乡建设 for 410102/housing; one query however many."""
    wanted = {desk for desk in desks if desk}
    codes = {desk.partition("/")[0] for desk in wanted}
    regions = dict(Region.objects.filter(pk__in=codes).values_list("code", "name"))
    units = unit_names(region, at)
    names: dict[str, str] = {}
    for desk in wanted:
        code, _slash, unit = desk.partition("/")
        place = regions.get(code, code)
        glue = " " if is_english() else ""
        names[desk] = f"{place}{glue}{units.get(unit, unit)}" if unit else place
    return names


def unit_names(region: str, at: datetime) -> dict[str, str]:
    """The departments of a place by code."""
    units = parameters_for(region, at.astimezone(BEIJING).date()).units.units
    return {unit.code: unit.name_en if is_english() else unit.name for unit in units}


def categories(region: str, at: datetime) -> dict[str, str]:
    """The classes of a place by code, in the reader's language."""
    return category_names(region, at.astimezone(BEIJING).date(), "en" if is_english() else "zh")
