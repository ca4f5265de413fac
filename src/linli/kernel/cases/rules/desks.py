"""Which desk has a case: a region's general desk, or one unit of it, written ``REGION`` or ``REGION/UNIT``."""

from __future__ import annotations

from collections.abc import Mapping

from linli.kernel.access.rules import Desk
from linli.kernel.cases.rules.shapes import DeskRule
from linli.kernel.regions.rules import Level, is_code, short

LEVELS = {
    "province": Level.PROVINCE,
    "prefecture": Level.PREFECTURE,
    "county": Level.COUNTY,
    "township": Level.TOWNSHIP,
    "community": Level.COMMUNITY,
}
_WIDTH = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "community": 12}
LONGEST = 40


def ancestor_at(code: str, level: str) -> str:
    """The unit of a level above a region, or the region itself where it lies higher."""
    return code[: _WIDTH[level]]


def desk_by(rule: DeskRule | None, region: str, data: Mapping[str, object]) -> str:
    """The desk a rule names for a case in a region; "" when it names none."""
    if rule is None:
        return ""
    if rule.field:
        return tidy_desk(str(data.get(rule.field, "")))
    return str(Desk(ancestor_at(region, rule.level or "community"), rule.unit))


def tidy_desk(text: str) -> str:
    """A desk someone named, in its one spelling; "" where it is none."""
    desk = Desk.parse(text.strip())
    if not is_code(desk.region) or len(text) > LONGEST or "/" in desk.unit:
        return ""
    return str(Desk(short(desk.region), desk.unit.strip()))
