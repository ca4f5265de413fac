"""What kind of unit a name speaks of, and the core of a name that people use.

The statistical source has no column for the kind, and its code segments are hints only (1,183 of 2,586 townships are
towns by segment, yet 410104570 is a subdistrict). So the kind is read from the name's ending; where the ending is
misspelt (岳寨社区居民委委会) or missing, that is said in ``Basis``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from linli.kernel.regions.rules.codes import Level, level_of, short


class UnitType(StrEnum):
    """Kinds of units, by rung."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    PLACEHOLDER = "placeholder"
    DISTRICT = "district"
    COUNTY = "county"
    COUNTY_CITY = "county_city"
    ZONE = "zone"
    STREET = "street"
    TOWN = "town"
    XIANG = "xiang"
    OTHER_TOWNSHIP = "other_township"
    RESIDENTS = "residents"
    VILLAGERS = "villagers"
    OTHER_COMMUNITY = "other_community"
    GENERAL_GRID = "general_grid"
    SPECIAL_GRID = "special_grid"


class Basis(StrEnum):
    """How a unit's kind was found."""

    NAME = "name"
    SPELLING = "spelling"
    CODE = "code"
    GIVEN = "given"


class ChangeKind(StrEnum):
    """How one unit took over from another."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    REPARENT = "reparent"
    UPGRADE = "upgrade"


_RESIDENTS = re.compile(r"(?:居民委员会|居委会)$|社区(?:居民)?(?:管理)?委员会$")
_VILLAGERS = re.compile(r"(?:村民委员会|村委会)$")
_MISSPELT = re.compile(
    r"(?:[居村街]?民?[居村街]?[民员]?)(?:委+员?|员委员?)(?:会*民?|委会)$|(?:村民|居民)委员$|村民委员会委会$"
)
_NOTE = re.compile(r"[(（][^()（）]*[)）]*[)）]$")
_TOWNSHIP_ENDINGS = {
    "街道": UnitType.STREET,
    "街道办事处": UnitType.STREET,
    "镇": UnitType.TOWN,
    "乡": UnitType.XIANG,
}
_COUNTY_ENDINGS = {"县": UnitType.COUNTY, "市": UnitType.COUNTY_CITY, "区": UnitType.DISTRICT}
_COMMUNITY_ENDINGS = {"社区": UnitType.RESIDENTS, "村": UnitType.VILLAGERS}


def unit_type_of(code: str, name: str) -> tuple[UnitType, Basis]:
    """The kind of a unit and how it was found; never guessed without saying so."""
    level = level_of(code)
    if level is Level.COMMUNITY:
        return _community_type(short(code), _NOTE.sub("", name))
    if level is Level.TOWNSHIP:
        return _by_ending(name, _TOWNSHIP_ENDINGS) or UnitType.OTHER_TOWNSHIP, Basis.NAME
    if level is Level.COUNTY:
        if is_statistical_only(code):
            return UnitType.ZONE, Basis.CODE
        return _by_ending(name, _COUNTY_ENDINGS) or UnitType.ZONE, Basis.NAME
    if level is Level.PREFECTURE:
        placeholder = short(code).endswith("90")
        return (UnitType.PLACEHOLDER, Basis.CODE) if placeholder else (UnitType.PREFECTURE, Basis.NAME)
    return (UnitType.PROVINCE, Basis.NAME) if level is Level.PROVINCE else (UnitType.GENERAL_GRID, Basis.CODE)


def _by_ending(name: str, endings: dict[str, UnitType]) -> UnitType | None:
    return next((kind for ending, kind in endings.items() if name.endswith(ending)), None)


def _community_type(code: str, name: str) -> tuple[UnitType, Basis]:
    if _RESIDENTS.search(name):
        return UnitType.RESIDENTS, Basis.NAME
    if _VILLAGERS.search(name):
        return UnitType.VILLAGERS, Basis.NAME
    tail = _MISSPELT.search(name)
    if tail is None:
        return _by_ending(name, _COMMUNITY_ENDINGS) or UnitType.OTHER_COMMUNITY, Basis.NAME
    if "居" in tail.group() or name[: tail.start()].endswith("社区"):
        return UnitType.RESIDENTS, Basis.SPELLING
    if "村" in tail.group() or name[: tail.start()].endswith("村"):
        return UnitType.VILLAGERS, Basis.SPELLING
    return segment_hint(code), Basis.CODE


def segment_hint(code: str) -> UnitType:
    """What the last digits of a community's code hint at: below 200 residents', below 400 villagers', else other."""
    segment = int(code[9:12])
    if segment < 200:
        return UnitType.RESIDENTS
    return UnitType.VILLAGERS if segment < 400 else UnitType.OTHER_COMMUNITY


def is_statistical_only(code: str) -> bool:
    """Whether a county row exists in the statistical division only: development zones, fifth digit 7."""
    code = short(code)
    return len(code) >= 6 and code[4] == "7"


def core_name(name: str, level: Level) -> str:
    """The name without the word for its kind, two characters at least: 碧沙岗社区居委会 → 碧沙岗; 杞县 stays."""
    if level is Level.COMMUNITY:
        return _community_core(_NOTE.sub("", name))
    endings = {
        Level.PROVINCE: ("省",),
        Level.PREFECTURE: ("市",),
        Level.COUNTY: ("市", "县", "区"),
        Level.TOWNSHIP: ("街道办事处", "街道", "镇", "乡"),
    }.get(level, ())
    return _without(name, endings)


def _community_core(name: str) -> str:
    for tail in (_RESIDENTS, _VILLAGERS, _MISSPELT):
        match = tail.search(name)
        if match:
            kept = match.start() + (2 if match.group().startswith("社区") else 0)
            return _without(name[: max(kept, 2)], ("行政村", "社区", "村"))
    return _without(name, ("行政村", "社区", "村"))


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def short_name(name: str, level: Level, kind: UnitType) -> str:
    """The name people write: the core with 社区 or 村 for communities, the name itself elsewhere."""
    core = core_name(name, level)
    if level is not Level.COMMUNITY:
        return name
    word = {UnitType.RESIDENTS: "社区", UnitType.VILLAGERS: "村"}.get(kind, "")
    return core if core.endswith(word) else core + word


def own_part(name: str, above: Sequence[str]) -> str:
    """The name without names of the units above that it repeats: 栾川县潭头镇汤营村 in 潭头镇 → 汤营村."""
    for start in range(len(above)):
        repeated = "".join(above[start:])
        if len(repeated) >= 3 and name.startswith(repeated) and len(name) > len(repeated) + 1:
            return name.removeprefix(repeated)
    return name
