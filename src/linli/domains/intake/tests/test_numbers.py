"""Numbers against values counted by hand; rates kept apart; nothing sealed in them; down the tree to the records."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from linli.base.errors import Denied, Invalid
from linli.domains.intake.actions import handling as do
from linli.domains.intake.actions import speaking
from linli.domains.intake.models import Request
from linli.domains.intake.queries.measured import Period, period_of
from linli.domains.intake.queries.numbers import overview
from linli.domains.intake.queries.requests import own_request
from linli.domains.intake.rules.figures import Rate, Tally, figures, hide_small, median
from linli.domains.intake.rules.kinds import Kind
from linli.domains.intake.tests.factories import HOUR, MONDAY, Cast, cast, say

ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"
DAYS = Period(date(2026, 11, 1), date(2026, 12, 31))


def _answered(people: Cast, hours: int, **changes: object) -> Request:
    case = say(people.li, **changes).case
    do.accept(people.wang, case.pk, at=MONDAY)
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + hours * HOUR)
    return Request.objects.get(case=case)


@pytest.fixture
def people(db: None) -> Cast:
    """Six requests: three answered (one late), one refused, one open, one sealed; three called back, two rated."""
    people = cast()
    first = _answered(people, 2, kind=Kind.COMPLAINT)
    second = _answered(people, 4)
    third = _answered(people, 24 * 20, kind=Kind.CONSULT)
    late = MONDAY + timedelta(days=21)
    do.call_back(
        people.wang, first.case_id, reached=True, responded=True, solved=True, satisfied=True, at=MONDAY + 5 * HOUR
    )
    do.call_back(
        people.wang, second.case_id, reached=True, responded=True, solved=False, satisfied=False, at=MONDAY + 5 * HOUR
    )
    do.call_back(people.wang, third.case_id, reached=True, responded=False, solved=True, satisfied=True, at=late)
    speaking.rate(people.li, own_request(people.li, first.case_id), grade=5, at=MONDAY + 6 * HOUR)
    speaking.rate(people.li, own_request(people.li, second.case_id), grade=2, at=MONDAY + 6 * HOUR)
    do.reopen(people.wang, second.case_id, note="还没有修好", at=MONDAY + 7 * HOUR)
    do.refuse(people.wang, say(people.li).case.pk, reason="judicial", note="已由法院受理", at=MONDAY)
    say(people.li, kind=Kind.SUGGESTION)
    say(people.li, text="邻居家孩子天天被打，身上都是伤痕")
    return people


def test_the_numbers_are_those_counted_by_hand(people: Cast) -> None:
    view = overview(people.chen, "410102001", DAYS, MONDAY)
    whole = view.whole
    assert (whole.tally.received, whole.tally.refused) == (5, 1)
    assert (whole.on_time.part, whole.on_time.whole) == (2, 3)
    assert (whole.response.part, whole.response.whole) == (2, 3)
    assert (whole.solution.part, whole.solution.whole) == (2, 3)
    assert (whole.satisfaction.part, whole.satisfaction.whole) == (1, 2)
    assert (whole.reopening.part, whole.reopening.whole) == (1, 3)
    assert whole.median == 4 * HOUR
    assert {key: number for key, _name, number in view.kinds}["suggestion"] == 1
    assert sum(number or 0 for _code, _name, number in view.classes) == 5


def test_part_whole_and_exclusions_add_up_to_what_was_received(people: Cast) -> None:
    whole = overview(people.chen, "410102001", DAYS, MONDAY).whole
    for rate in (whole.on_time, whole.response, whole.solution, whole.satisfaction, whole.reopening):
        assert rate.whole + sum(number for _reason, number in rate.excluded) == whole.tally.received


def test_what_is_below_adds_up_to_what_is_above_at_every_level(people: Cast) -> None:
    view = overview(people.chen, "410102001", DAYS, MONDAY)
    assert sum(unit.figures.tally.received for unit in view.units) == view.whole.tally.received == 5
    county = overview(people.qian, "410102", DAYS, MONDAY)
    assert county.whole.tally == view.whole.tally and county.units[0].name == "林山寨街道"


def test_sealed_requests_are_in_no_number(people: Cast) -> None:
    for actor, region in ((people.chen, "410102001"), (people.qian, "410102"), (people.zhou, "410102001")):
        view = overview(actor, region, DAYS, MONDAY)
        assert view.whole.tally.received == 5 and "21" not in [code for code, _name, _number in view.classes]


def test_another_region_is_denied_and_days_are_days_in_beijing(people: Cast) -> None:
    with pytest.raises(Denied):
        overview(people.stranger, "410102001", DAYS, MONDAY)
    assert (
        overview(people.chen, "410102001", Period(date(2026, 11, 24), date(2026, 11, 30)), MONDAY).whole.tally.received
        == 0
    )


def test_periods_that_are_none() -> None:
    assert period_of("", "", date(2026, 11, 23)) == Period(date(2026, 10, 25), date(2026, 11, 23))
    for first, last in (("2026-02-30", ""), ("2026-12-01", "2026-11-01"), ("1900-01-01", "2026-11-01")):
        with pytest.raises(Invalid):
            period_of(first, last, date(2026, 11, 23))


def test_shares_are_exact_and_nothing_divided_by_nothing_is_none() -> None:
    assert Rate(1, 3).share == Fraction(1, 3) and Rate(1, 3).percent == 33.3 and Rate(0, 0).share is None
    assert figures(Tally()).response.percent is None
    assert (
        median([]) is None and median([HOUR, 3 * HOUR]) == 2 * HOUR and median([HOUR, 9 * HOUR, 2 * HOUR]) == 2 * HOUR
    )


def test_small_counts_of_the_restricted_class_are_hidden() -> None:
    assert hide_small(9, restricted=True) is None and hide_small(10, restricted=True) == 10
    assert hide_small(0, restricted=True) == 0 and hide_small(3, restricted=False) == 3
