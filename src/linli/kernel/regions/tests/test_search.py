"""Finding units by what people type."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linli.base.clock import now
from linli.kernel.regions import queries
from linli.kernel.regions.models import Edition, RegionName, Succession
from linli.kernel.regions.tests.factories import region, small_tree

pytestmark = pytest.mark.django_db


def codes(text: str, **how: object) -> list[str]:
    return [hit.code for hit in queries.search(text, **how)]  # type: ignore[arg-type]


TYPED = (
    "碧沙岗",
    "沙岗",
    "碧沙岗社区居委会",
    "bishagang",
    "BiShaGang",
    "bi sha gang",
    "bsg",
    "４１０１０２００１００２",
)


@pytest.mark.parametrize("typed", [*TYPED, "410102001002"])
def test_by_name_pinyin_initials_and_code(typed: str) -> None:
    small_tree()
    assert codes(typed)[0] == "410102001002"


def test_the_reason_says_what_matched() -> None:
    small_tree()
    reasons = {typed: queries.search(typed)[0].reason for typed in ("碧沙岗", "bishagang", "bsg", "410102001002")}
    assert reasons == {"碧沙岗": "name", "bishagang": "pinyin", "bsg": "initials", "410102001002": "code"}


def test_exact_before_beginning_before_inside_and_higher_units_first() -> None:
    small_tree()
    region("410102001004", "中原社区居委会")
    region("410102001005", "新中原社区居委会")
    Edition.objects.create(name="more", loaded_at=now())
    assert codes("中原") == ["410102", "410102001004", "410102001005"]


def test_within_keeps_to_the_subtree() -> None:
    small_tree()
    assert codes("社区", within="410103") == ["410103001001"]
    assert codes("社区", within="410103000000") == ["410103001001"]
    assert codes("社区", within="12") == []
    assert codes("社区", within="nonsense") == []


def test_a_whole_address_is_understood_when_no_name_matches() -> None:
    small_tree()
    hit = queries.search("中原区碧沙岗社区3号楼")[0]
    assert (hit.code, hit.reason) == ("410102001002", "address")


def test_other_readings_of_a_character_are_found() -> None:
    small_tree()
    region("410183", "长垣市")
    Edition.objects.create(name="more", loaded_at=now())
    assert "410183" in codes("changyuan")
    assert "410183" in codes("zhangyuan")


def test_an_ended_unit_shows_what_took_over_and_only_from_its_last_day_on() -> None:
    small_tree()
    region("4103", "洛阳市")
    old = region("410322", "孟津县", valid_to=date(2021, 3, 18))
    new = region("410308", "孟津区", valid_from=date(2021, 3, 18))
    on = date(2021, 3, 18)
    Succession.objects.create(county="410322", old=old, new=new, kind="merge", on=on, source="notice", mark="FK")
    Edition.objects.create(name="more", loaded_at=now())
    today = {hit.code: hit for hit in queries.search("孟津", at=datetime(2026, 11, 23, tzinfo=UTC))}
    assert today["410322"].retired
    assert today["410322"].successors == (("410308", "河南省洛阳市孟津区"),)
    assert not today["410308"].retired
    before = {hit.code: hit for hit in queries.search("孟津", at=datetime(2020, 1, 1, tzinfo=UTC))}
    assert not before["410322"].retired
    assert "410308" not in before


def test_former_names_and_names_people_use_are_found() -> None:
    small_tree()
    RegionName.objects.create(county="410102", region_id="410102001", name="碧沙岗公社", kind="former")
    Edition.objects.create(name="more", loaded_at=now())
    assert codes("碧沙岗公社") == ["410102001"]


def test_grids_are_found_by_code_and_inside_a_community_by_name() -> None:
    small_tree()
    assert codes("410102001002002") == ["410102001002002"]
    assert codes("第二网格", within="410102001002") == ["410102001002002"]


def test_a_change_of_the_tree_is_seen_at_once() -> None:
    small_tree()
    assert codes("绿东") == []
    region("410102001009", "绿东社区居委会")
    Edition.objects.create(name="more", loaded_at=now())
    assert codes("绿东") == ["410102001009"]


@pytest.mark.parametrize("typed", ["", "   ", "|", "\n|\n", "%", "_", "'", "x" * 100_000, "。" * 5_000])
def test_odd_input_finds_nothing_and_breaks_nothing(typed: str) -> None:
    small_tree()
    assert codes(typed) == []


def test_asking_costs_the_same_number_of_queries_for_one_and_many_hits(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    small_tree()
    queries.search("社区")
    for typed in ("碧沙岗社区", "社区"):
        with django_assert_max_num_queries(2):
            queries.search(typed, limit=20)
