"""The shipped tables against a table that others keep, and against the law's number of holidays."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from linli.kernel.calendar.tests.factories import shipped


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_year_is_as_others_have_it(year: int) -> None:
    calendar, day = shipped(), date(year, 1, 1)
    differing = []
    while day.year == year:
        if calendar.is_working_day(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_number_of_working_days(year: int, working: int) -> None:
    # days of the year, less its weekend days, less 11 (since 2025: 13) statutory holidays (全国年节及纪念日放假办法)
    calendar = shipped()
    assert calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working


def test_which_dates_may_still_move() -> None:
    calendar = shipped()
    assert calendar.confirmed_years == {2024, 2025}
    assert not calendar.is_provisional(date(2025, 12, 31))
    assert calendar.is_provisional(date(2026, 1, 1)), "the table is there, but nobody has confirmed it"
    assert calendar.is_provisional(date(2027, 1, 4)), "there is no table"


def test_a_year_without_a_table_has_plain_weekends() -> None:
    calendar = shipped()
    assert [calendar.is_working_day(date(2027, 1, day)) for day in range(1, 8)] == [
        True, False, False, True, True, True, True,
    ]  # fmt: skip
