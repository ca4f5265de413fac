"""What kind of unit a name speaks of, and the core of a name that people use.

The statistical source has no column for the kind, and its code segments are hints only (1,183 of 2,586 townships are
towns by segment, yet 410104570 is a subdistrict). So the kind is read from the name's ending; where the ending is
misspelt (岳寨社区居民委委会) or missing, that is said in ``Basis``.
"""

from __future__ import annotations

import re
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


_RESIDENTS = re.compile(r"(?:社区)?(?:居民委员会|居委会)$|社区(?:居民)?(?:管理)?委员会$")
_VILLAGERS = re.compile(r"村?(?:村民委员会|村委会)$")
_MISSPELT = re.compile(r"(?:社区)?(?:[居村街]?民?[居村街]?[民员]?)(?:委+员?|员委员?)(?:会*民?|委会)$|(?:村民|居民)委员$")
_TOWNSHIP_TAIL = re.compile(r"(?:街道办事处|街道办|街道|办事处|镇|乡)$")
_COUNTY_TAIL = re.compile(r"(?:市|县|区)$")


def unit_type_of(code: str, name: str) -> tuple[UnitType, Basis]:
    """The kind of a unit and how it was found; never guessed without saying so."""
    level = level_of(code)
    if level is Level.COMMUNITY:
        return _community_type(short(code), name)
    if level is Level.TOWNSHIP:
        for ending, kind in (("街道", UnitType.STREET), ("街道办事处", UnitType.STREET), ("镇", UnitType.TOWN), ("乡", UnitType.XIANG)):
            if name.endswith(ending):
                return kind, Basis.NAME
        return UnitType.OTHER_TOWNSHIP, Basis.NAME
    if level is Level.COUNTY:
        return _county_type(short(code), name)
    if level is Level.PREFECTURE:
        placeholder = short(code).endswith("90")
        return (UnitType.PLACEHOLDER, Basis.CODE) if placeholder else (UnitType.PREFECTURE, Basis.NAME)
    return (UnitType.PROVINCE, Basis.NAME) if level is Level.PROVINCE else (UnitType.GENERAL_GRID, Basis.CODE)


def _county_type(code: str, name: str) -> tuple[UnitType, Basis]:
    if is_statistical_only(code):
        return UnitType.ZONE, Basis.CODE
    for ending, kind in (("县", UnitType.COUNTY), ("市", UnitType.COUNTY_CITY), ("区", UnitType.DISTRICT)):
        if name.endswith(ending):
            return kind, Basis.NAME
    return UnitType.ZONE, Basis.NAME


def _community_type(code: str, name: str) -> tuple[UnitType, Basis]:
    if _RESIDENTS.search(name):
        return UnitType.RESIDENTS, Basis.NAME
    if _VILLAGERS.search(name):
        return UnitType.VILLAGERS, Basis.NAME
    tail = _MISSPELT.search(name)
    if tail and tail.group():
        if "居" in tail.group() or "社区" in tail.group():
            return UnitType.RESIDENTS, Basis.SPELLING
        if "村" in tail.group() or name[: tail.start()].endswith("村"):
            return UnitType.VILLAGERS, Basis.SPELLING
        return _type_by_segment(code), Basis.CODE
    if name.endswith("社区"):
        return UnitType.RESIDENTS, Basis.NAME
    if name.endswith("村"):
        return UnitType.VILLAGERS, Basis.NAME
    return UnitType.OTHER_COMMUNITY, Basis.NAME


def _type_by_segment(code: str) -> UnitType:
    segment = int(code[9:12])
    if segment < 200:
        return UnitType.RESIDENTS
    return UnitType.VILLAGERS if segment < 400 else UnitType.OTHER_COMMUNITY


def is_statistical_only(code: str) -> bool:
    """Whether a county row exists in the statistical division only: development zones, fifth digit 7."""
    code = short(code)
    return len(code) >= 6 and code[4] == "7"


def core_name(name: str, level: Level) -> str:
    """The name without the word for its kind: 碧沙岗社区居委会 → 碧沙岗, 林山寨街道 → 林山寨, 中原区 → 中原; at least two characters stay."""
    if level is Level.COMMUNITY:
        cuts = (_RESIDENTS, _VILLAGERS, _MISSPELT, re.compile(r"(?:行政村|社区|村)$"))
    elif level is Level.TOWNSHIP:
        cuts = (_TOWNSHIP_TAIL,)
    else:
        cuts = (_COUNTY_TAIL,) if level <= Level.COUNTY and not name.endswith("地区") else ()
    if level is Level.PROVINCE:
        return name.removesuffix("省")
    for cut in cuts:
        match = cut.search(name)
        if match and match.group() and match.start() >= (1 if level is Level.COMMUNITY else 2):
            rest = name[: match.start()]
            if level is Level.COMMUNITY:
                return _bare(rest)
            return rest
    return name


def _bare(rest: str) -> str:
    for ending in ("行政村", "社区", "村"):
        if rest.endswith(ending) and len(rest) - len(ending) >= 2:
            return rest.removesuffix(ending)
    return rest
