"""Reading addresses against the whole province as it is committed: no database."""

from __future__ import annotations

import csv
import random
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from linli.kernel.regions.rules.addresses import LONGEST, Match, match, tidy, words
from linli.kernel.regions.rules.gazetteer import Gazetteer

LEVELS = ("province", "prefecture", "county", "township", "community", "grid")


def table(name: str) -> list[dict[str, str]]:
    with (Path(settings.INSTANCES) / "henan" / "regions" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=1)
def book() -> Gazetteer:
    return Gazetteer(
        ((row["code"], row["name"], row["unit_type"]) for row in table("regions.csv")),
        aliases=((row["name"], row["code"]) for row in table("names.csv")),
        former=((row["old"], row["old_name"], row["new"]) for row in table("history.csv")),
    )


def first(address: str, within: str = "") -> Match:
    found = match(book(), address, within=within)
    assert found, f"nothing found for {address}"
    return found[0]


def said(found: Match) -> list[str]:
    return [words(reason, book(), str, LEVELS) for reason in found.reasons]


@pytest.mark.parametrize(
    "address",
    [
        "河南省郑州市中原区林山寨街道碧沙岗社区居委会3号楼2单元",
        "郑州市中原区林山寨街道办事处碧沙岗社区",
        "中原区林山寨办事处碧沙岗社区居民委员会",
        "郑州 中原，碧沙岗社区",
        "中原区碧沙岗社区（公园北门）",
        "林山寨街道碧沙岗",
        "郑州中原林山寨碧沙岗12号院",
        "河南省　郑州市　中原区　林山寨街道　碧沙岗社区　３号楼",
        "410102001002",
    ],
)
def test_any_level_may_be_left_out_or_cut_short(address: str) -> None:
    assert first(address).code == "410102001002"


def test_the_reasons_say_what_matched_and_what_was_implied() -> None:
    found = first("林山寨街道碧沙岗")
    assert "matched 林山寨街道 (township)" in said(found)
    assert "matched 碧沙岗社区居委会 (community) by its core name 碧沙岗" in said(found)
    assert "中原区 (county) is not in the address but implied" in said(found)


def test_more_exact_addresses_score_higher() -> None:
    scores = [
        first(address).score
        for address in (
            "郑州市中原区林山寨街道碧沙岗社区",
            "林山寨街道碧沙岗社区",
            "中原区碧沙岗",
            "中原区林山寨街道",
            "郑州市",
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_common_village_name_is_many_places_and_each_gets_its_share() -> None:
    found = match(book(), "王庄村", limit=5)
    assert len(found) == 5
    assert all(one.ambiguous for one in found)
    assert found[0].score < 0.01


def test_the_scope_of_the_asker_settles_a_common_name() -> None:
    anywhere = first("王庄村")
    inside = first("王庄村", within="410223")
    assert anywhere.ambiguous
    assert inside.code.startswith("410223")
    assert inside.score > anywhere.score


def test_nothing_outside_the_scope_is_offered() -> None:
    assert match(book(), "二七区淮河路街道淮河社区", within="410102001") == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("洛阳市孟津县城关镇", "410308100"),
        ("偃师市首阳山街道", "410307004"),
        ("开封县", "410212"),
        ("410322000000", "410308"),
    ],
)
def test_old_names_and_codes_lead_to_what_took_over(address: str, code: str) -> None:
    assert first(address).code == code


def test_an_old_name_is_said_to_be_old() -> None:
    assert "孟津县 is an old name; now 孟津区 (county)" in said(first("洛阳市孟津县城关镇"))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("航空港区银河街道", "410173404"),
        ("郑州市高新区枫杨街道", "410172560"),
        ("管城区东大街街道", "410104005"),
        ("济源市沁园街道沁园社区", "419001001014"),
        ("栾川县潭头镇汤营村", "410324103202"),
    ],
)
def test_names_as_people_write_them(address: str, code: str) -> None:
    assert first(address).code == code


def test_one_wrong_character_is_forgiven_and_said() -> None:
    found = first("中原区林山寨街道碧沙港社区")
    assert found.code == "410102001002"
    assert any("read 碧沙港社区 as 碧沙岗社区居委会" in reason for reason in said(found))
    assert found.score < first("中原区林山寨街道碧沙岗社区").score


def test_a_road_is_not_taken_for_the_street_office_of_its_name() -> None:
    found = match(book(), "中原区建设路20号")
    assert found[0].ambiguous
    assert found[0].score < 0.5
    assert any("may be a road" in reason for reason in said(found[0]))


def test_a_contradiction_lowers_the_score_and_is_said() -> None:
    found = first("二七区林山寨街道碧沙岗社区")
    assert found.code == "410102001002"
    assert found.ambiguous
    assert found.score < 0.7
    assert any("does not lie in 二七区" in reason for reason in said(found))


@pytest.mark.parametrize(
    "address", ["", " ", "北京市海淀区中关村大街1号", "？？？", "🙂" * 50, "\x00\n\t", "12345", "<script>"]
)
def test_what_names_no_place_of_the_province_finds_none(address: str) -> None:
    assert all(one.score <= 0.6 for one in match(book(), address))


@given(st.text(max_size=300))
@how(max_examples=200, deadline=None)
def test_any_text_is_read_without_harm(text: str) -> None:
    assert len(tidy(text)) <= LONGEST
    for one in match(book(), text):
        assert 0 <= one.score <= 1
        assert one.code in book().units


def test_complete_addresses_of_a_thousand_communities_are_all_found() -> None:
    chance = random.Random(7)
    codes = chance.sample([code for code in book().codes if len(code) == 12], 1000)
    wrong = [code for code in codes if first(book().full_name(code)).code != code]
    assert wrong == []
