"""The tree as stored: reached by code, up, down and as a range."""

from __future__ import annotations

import pytest
from django.db import connection

from linli.base.errors import Missing
from linli.kernel.regions import queries
from linli.kernel.regions.models import Region
from linli.kernel.regions.rules import subtree
from linli.kernel.regions.tests.factories import TREE, region, small_tree


@pytest.mark.django_db
def test_path_leads_from_the_province_to_the_unit() -> None:
    small_tree()
    assert [region.name for region in queries.path("410102001002")] == [
        "河南省",
        "郑州市",
        "中原区",
        "林山寨街道",
        "碧沙岗社区居委会",
    ]


@pytest.mark.django_db
def test_a_unit_is_found_by_its_zero_filled_code_too() -> None:
    small_tree()
    assert queries.get_region("410102000000").name == "中原区"
    assert queries.get_region("419000000000").official_code == "419000000000"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "4", "410199", "x" * 5000, "41０102", "410102001002'--"])
def test_an_unknown_code_is_missing_and_says_so(code: str) -> None:
    small_tree()
    with pytest.raises(Missing) as error:
        queries.get_region(code)
    assert error.value.refusal.code == "region.unknown"


@pytest.mark.django_db
def test_a_subtree_is_the_unit_and_all_inside_and_nothing_beside() -> None:
    small_tree()
    inside = set(queries.in_subtree("410102").values_list("code", flat=True))
    assert inside == {code for code in TREE if code.startswith("410102")}


@pytest.mark.django_db
def test_count_by_level_names_every_rung() -> None:
    small_tree()
    assert queries.count_by_level() == {
        "province": 1,
        "prefecture": 2,
        "county": 3,
        "township": 2,
        "community": 3,
        "grid": 3,
    }
    assert queries.count_by_level("4102")["community"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("outer", ["", "41", "4101", "410102", "410102001", "410102001002"])
def test_the_range_means_the_same_under_every_collation(outer: str) -> None:
    """Codes are digits, and digits sort alike everywhere; an operator's choice of locale must not move a border."""
    small_tree()
    for number in (9, 10, 99):
        region(f"410102{number:03d}", f"第{number}街道")
    low, high = subtree(outer)
    expected = sorted(code for code in Region.objects.values_list("code", flat=True) if code.startswith(outer))
    collations = ["C", "en-x-icu", "zh-x-icu"] if connection.vendor == "postgresql" else ["BINARY", "NOCASE", "RTRIM"]
    for collation in collations:
        with connection.cursor() as cursor:
            column = f'code COLLATE "{collation}"'
            cursor.execute(
                f"SELECT code FROM regions_region WHERE {column} >= %s AND {column} < %s ORDER BY {column}", [low, high]
            )
            assert [row[0] for row in cursor.fetchall()] == expected, collation
