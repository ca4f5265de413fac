"""What can be known from a code's digits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.regions.rules import (
    WIDTHS,
    Level,
    ancestors_of,
    county_of,
    covers,
    is_code,
    level_of,
    official,
    parent_of,
    short,
    subtree,
)

CODES = st.sampled_from(WIDTHS).flatmap(
    lambda width: st.integers(10, 10**width - 1).map(lambda n: str(n).zfill(width)).filter(is_code)
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("410000000000", "41"),
        ("410100000000", "4101"),
        ("410000", "41"),
        ("419000000000", "4190"),
        ("411000000000", "4110"),
        ("411000", "4110"),
        ("410102001000", "410102001"),
        ("410102001002", "410102001002"),
        ("410102001002000", "410102001002"),
        ("410102010", "410102010"),
    ],
)
def test_filling_zeros_go_by_segment_not_by_digit(written: str, meant: str) -> None:
    assert short(written) == meant


@pytest.mark.parametrize(
    "text", ["", "4", "410", "41010200100", "4101020010020011", "41０１02", "ab", "00", "-1", "41\n"]
)
def test_other_text_is_no_code(text: str) -> None:
    assert not is_code(text)
    with pytest.raises(ValueError, match="not a region code"):
        short(text)


def test_the_way_up() -> None:
    assert ancestors_of("410102001002001") == ["41", "4101", "410102", "410102001", "410102001002"]
    assert parent_of("419001") == "4190"
    assert parent_of("41") == ""
    assert county_of("410102001002") == "410102"
    assert county_of("4101") == ""
    assert level_of("410102001002001") is Level.GRID


def test_a_prefecture_ending_in_ten_is_not_taken_for_the_province() -> None:
    assert covers("41", "4110")
    assert not covers("4110", "41")


def test_nobody_is_covered_by_a_neighbour_with_a_longer_number() -> None:
    assert not covers("4101", "411002")
    assert not covers("410102001", "410102010001")


@given(CODES, CODES)
@settings(max_examples=300, deadline=None)
def test_range_and_cover_say_the_same(outer: str, inner: str) -> None:
    low, high = subtree(outer)
    assert (low <= short(inner) < high) == covers(outer, inner)


@given(CODES)
@settings(max_examples=200, deadline=None)
def test_official_form_leads_back(code: str) -> None:
    assert short(official(code)) == short(code)
    assert covers(parent_of(code), code)


@pytest.mark.parametrize(
    ("code", "beyond"), [("410102999", "410103"), ("410199", "4102"), ("410102001999", "410102002")]
)
def test_the_last_number_of_a_unit_does_not_let_the_next_unit_in(code: str, beyond: str) -> None:
    low, high = subtree(code)
    assert low < high <= beyond


def test_all_nines_still_have_an_upper_end() -> None:
    low, high = subtree("99")
    assert low <= "999999" < high
