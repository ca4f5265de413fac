"""What kind of unit a name speaks of; names as they stand in the official table, misspellings and all."""

from __future__ import annotations

import pytest

from linli.kernel.regions.rules import Basis, Level, UnitType, core_name, own_part, short_name, unit_type_of

VILLAGE, RESIDENT = "410329110214", "410102001002"


@pytest.mark.parametrize(
    ("name", "kind", "basis"),
    [
        ("碧沙岗社区居委会", UnitType.RESIDENTS, Basis.NAME),
        ("牛东居民委员会", UnitType.RESIDENTS, Basis.NAME),
        ("苗圃花园社区委员会", UnitType.RESIDENTS, Basis.NAME),
        ("侯寨社区居民管理委员会", UnitType.RESIDENTS, Basis.NAME),
        ("陈宅社区", UnitType.RESIDENTS, Basis.NAME),
        ("前王口村委会", UnitType.VILLAGERS, Basis.NAME),
        ("王村村民委员会", UnitType.VILLAGERS, Basis.NAME),
        ("么角楼村", UnitType.VILLAGERS, Basis.NAME),
        ("杨岗村村民委员会（新乡市古龙实业公司））", UnitType.VILLAGERS, Basis.NAME),
        ("岳寨社区居民委委会", UnitType.RESIDENTS, Basis.SPELLING),
        ("古店社区居民委会", UnitType.RESIDENTS, Basis.SPELLING),
        ("戴洼社区民居委员会", UnitType.RESIDENTS, Basis.SPELLING),
        ("马鞍村民委会", UnitType.VILLAGERS, Basis.SPELLING),
        ("西彭庄村民村委员会", UnitType.VILLAGERS, Basis.SPELLING),
        ("第伍疃村村民委员民", UnitType.VILLAGERS, Basis.SPELLING),
        ("东村村民委员", UnitType.VILLAGERS, Basis.SPELLING),
        ("闫庄村民委员会会", UnitType.VILLAGERS, Basis.SPELLING),
        ("二郎村村民员委会", UnitType.VILLAGERS, Basis.SPELLING),
        ("虚拟生活区", UnitType.OTHER_COMMUNITY, Basis.NAME),
        ("桐柏山淮源风景名胜管理区", UnitType.OTHER_COMMUNITY, Basis.NAME),
    ],
)
def test_kind_of_a_community_and_how_it_was_found(name: str, kind: UnitType, basis: Basis) -> None:
    assert unit_type_of(VILLAGE, name) == (kind, basis)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("410102001", "林山寨街道", UnitType.STREET),
        ("410104570", "商都路街道", UnitType.STREET),
        ("410324103", "潭头镇", UnitType.TOWN),
        ("410324200", "栾川乡", UnitType.XIANG),
        ("410781400", "卫辉市高效农业服务中心", UnitType.OTHER_TOWNSHIP),
        ("410173", "郑州航空港经济综合实验区", UnitType.ZONE),
        ("410102", "中原区", UnitType.DISTRICT),
        ("410181", "巩义市", UnitType.COUNTY_CITY),
        ("410221", "杞县", UnitType.COUNTY),
        ("4190", "省直辖县级行政区划", UnitType.PLACEHOLDER),
        ("4101", "郑州市", UnitType.PREFECTURE),
    ],
)
def test_kind_of_higher_units(code: str, name: str, kind: UnitType) -> None:
    assert unit_type_of(code, name)[0] == kind


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("碧沙岗社区居委会", "碧沙岗"),
        ("前杨村村民委员会", "前杨"),
        ("王村村民委员会", "王村"),
        ("三社区居民委员会", "三社区"),
        ("新村社区居民委会", "新村"),
        ("西村村民委会", "西村"),
        ("虚拟生活区", "虚拟生活区"),
    ],
)
def test_core_keeps_two_characters(name: str, core: str) -> None:
    assert core_name(name, Level.COMMUNITY) == core


def test_short_names_are_what_people_write() -> None:
    assert short_name("牛东居民委员会", Level.COMMUNITY, UnitType.RESIDENTS) == "牛东社区"
    assert short_name("岳庙村民委员会", Level.COMMUNITY, UnitType.VILLAGERS) == "岳庙村"
    assert short_name("王村村民委员会", Level.COMMUNITY, UnitType.VILLAGERS) == "王村"


def test_a_name_loses_the_names_above_that_it_repeats() -> None:
    above = ["河南省", "洛阳市", "栾川县", "陶湾镇"]
    assert own_part("河南省洛阳市栾川县陶湾镇西沟村村民委员会", above) == "西沟村村民委员会"
    assert own_part("栾川县陶湾镇红庙村村民委员会", above) == "红庙村村民委员会"
    assert own_part("陶湾社区居民委员会", above) == "陶湾社区居民委员会"
