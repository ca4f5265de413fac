"""Intervals, ranks and bars: pure arithmetic against values worked out elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from linli.domains.intake.rules.figures import Rate, ranked, series, wilson


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(81, 263)  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(0, 20)  # the same table: 0 to 0.1611
    assert low == 0 and round(high, 4) == 0.1611
    assert wilson(5, 5)[1] == pytest.approx(1)
    for part, whole in ((1, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="no share"):
            wilson(part, whole)


def test_equal_shares_stand_on_one_place_and_few_answers_on_none() -> None:
    units = [("4", "d", Rate(9, 10)), ("3", "c", Rate(15, 30)), ("2", "b", Rate(30, 40)), ("1", "a", Rate(45, 60))]
    found = [(one.code, one.place) for one in ranked([*units, ("5", "e", Rate(0, 0))])]
    assert found == [("1", 1), ("2", 1), ("3", 3), ("4", None)]


def test_bars_are_days_or_weeks_and_lose_nothing() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 8)
    assert [bar.number for bar in series({date(2026, 11, 3): 4}, first, last)] == [0, 4, 0, 0, 0, 0, 0]
    long = series({date(2026, 11, 4): 2, date(2027, 2, 1): 3}, date(2026, 11, 4), date(2027, 2, 1))
    assert long[0].last == date(2026, 11, 8) and long[-1].first == long[-1].last == date(2027, 2, 1)
    assert sum(bar.number for bar in long) == 5 and all(bar.first.weekday() == 0 for bar in long[1:])
