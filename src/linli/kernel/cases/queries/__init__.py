"""Fetching cases; whoever may not see a case finds none."""

from linli.kernel.cases.queries.choices import Choice, choices
from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.queries.queue import GROUPS, Filters, Page, QueueRow, queue, queue_counts
from linli.kernel.cases.queries.reading import (
    ClockView,
    CommentView,
    HandoverView,
    HistoryLine,
    LinkView,
    children,
    clock_requests,
    clocks,
    clocks_due,
    co_handlers,
    comments,
    counts_by_state,
    desk_name,
    handovers,
    history,
    links,
    passing,
)
from linli.kernel.cases.queries.seeing import find_case, get_case, own_cases, visible_cases

__all__ = [
    "GROUPS",
    "Choice",
    "ClockView",
    "CommentView",
    "Filters",
    "HandoverView",
    "HistoryLine",
    "LinkView",
    "Page",
    "QueueRow",
    "children",
    "choices",
    "clock_requests",
    "clocks",
    "clocks_due",
    "co_handlers",
    "comments",
    "counts_by_state",
    "desk_name",
    "find_case",
    "get_case",
    "handovers",
    "history",
    "links",
    "own_cases",
    "passing",
    "queue",
    "queue_counts",
    "type_of",
    "visible_cases",
]
