"""A desk's queue: groups, pages, filters, and a number of queries that does not grow."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Invalid
from linli.kernel.access.tests import cast as stage
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import Filters, queue, queue_counts
from linli.kernel.cases.tests.factories import MONDAY, later, patrol, works

pytestmark = pytest.mark.django_db


def test_groups_follow_the_clock_and_agree_with_their_counts(at_the_desk):
    chen = at_the_desk.chen
    patrol(at_the_desk.wang)
    works(at_the_desk.wang)
    at = later(hours=3)
    rows = {group: len(queue(chen, group=group, at=at).rows) for group in ("all", "overdue", "today", "week", "later")}
    assert rows == {"all": 2, "overdue": 1, "today": 0, "week": 1, "later": 0}
    assert {count.group: count.number for count in queue_counts(chen, at=at)} == rows


def test_pages_follow_each_other_without_a_gap_or_a_repetition(at_the_desk):
    for n in range(7):
        case = works(at_the_desk.wang, title=f"第{n}件")
        if n % 3 == 0:
            case = actions.advance(at_the_desk.wang, case, "accept", at=MONDAY)
            actions.advance(at_the_desk.wang, case, "ask_papers", at=MONDAY)  # no clock runs: comes last
    seen, after = [], ""
    for _ in range(4):
        page = queue(at_the_desk.chen, limit=2, after=after, at=MONDAY)
        seen += [row.id for row in page.rows]
        after = page.after
    assert len(seen) == len(set(seen)) == 7
    assert not after
    dates = [Case.objects.get(pk=pk).due_at for pk in seen]
    assert [date is None for date in dates] == sorted(date is None for date in dates)


def test_the_number_of_queries_is_the_same_for_one_row_and_for_many(at_the_desk):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queue(at_the_desk_actor, at=MONDAY)
        return len(seen)

    at_the_desk_actor = at_the_desk.chen
    works(at_the_desk.wang)
    one = cost()
    for n in range(6):
        works(at_the_desk.wang, title=f"第{n}件")
    assert cost() == one <= 3


def test_filters_narrow(at_the_desk):
    chen, case = at_the_desk.chen, patrol(at_the_desk.wang, title="建设路井盖")
    works(at_the_desk.wang, title="占道经营")
    by = {
        "type": Filters(types=("well_cover_patrol",)), "text": Filters(text="井盖"),
        "number": Filters(text=case.number.lower()),
        "state": Filters(states=("reported",)), "handler": Filters(handler=stage.COMMUNITY,
        types=("well_cover_patrol",)),
    }  # fmt: skip
    for name, filters in by.items():
        assert [row.id for row in queue(chen, filters=filters, at=MONDAY).rows] == [case.pk], name
    assert queue(chen, filters=Filters(assignee=chen.account), at=MONDAY).rows == ()


def test_what_can_be_done_is_said_with_the_row(at_the_desk):
    patrol(at_the_desk.wang)
    assert [step for step, _ in queue(at_the_desk.wang, at=MONDAY).rows[0].next_steps] == ["secure"]
    assert queue(at_the_desk.qian, at=MONDAY).rows[0].next_steps == ()
    assert len(queue(at_the_desk.wang, filters=Filters(to_do=True), at=MONDAY).rows) == 1


def test_a_marker_that_is_not_ours_is_told(at_the_desk):
    with pytest.raises(Invalid):
        queue(at_the_desk.wang, after="'; drop table", at=MONDAY)
