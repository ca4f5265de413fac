"""A desk's queue: open cases of a region or a desk in the order of their clocks, in groups, page by page.

Every level of the tree has its own column and partial index (``Case.Meta.indexes``), so that one page reads one range
of one index whether the table holds a thousand cases or a million; counts stop at ``MOST_COUNTED``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from linli.base.clock import BEIJING
from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.queries import holding, may_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.permissions import Permission
from linli.kernel.cases.queries.facts import Doer, allowed, type_of
from linli.kernel.cases.queries.seeing import sees_whole, visible_scope
from linli.kernel.cases.rules.desks import tidy_desk
from linli.kernel.cases.rules.numbers import tidy_number
from linli.kernel.cases.rules.registry import current_types
from linli.kernel.cases.rules.shapes import STANDINGS, Words
from linli.kernel.regions.rules import Level, is_code, level_of, short, subtree

GROUPS = ("all", "overdue", "today", "week", "later", "closed")
MOST_COUNTED = 999
LARGEST_PAGE = 200
_COLUMN = {
    Level.PREFECTURE: "prefecture",
    Level.COUNTY: "county",
    Level.TOWNSHIP: "township",
    Level.COMMUNITY: "community",
}
_SHOWN = (
    "county", "number", "title", "type", "type_version", "state", "handler", "urgency", "channel", "sealed",
    "opened_by",
    "requester", "opened_at", "due_at", "closed_at", "region__name", "assignee__name", "assignee__username",
)  # fmt: skip
BAD_CURSOR = Refusal(
    "queue.cursor",
    gettext_noop("This page marker is not one of ours."),
    advice=gettext_noop("Start again from the first page."),
)


@dataclass(frozen=True)
class Filters:
    """What a queue is narrowed to; empty means everything. ``also`` is a condition on a domain's own table beside the
    case; the queue is still read in the order of its index."""

    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    handler: str = ""
    assignee: str = ""
    urgency: int | None = None
    text: str = ""
    to_do: bool = False
    sealed: bool = False
    also: Q | None = None


@dataclass(frozen=True)
class QueueRow:
    """One line of a queue: what, where, until when, who has it, and what the reader could do about it."""

    id: UUID
    number: str
    title: str
    type: str
    type_title: Words
    state: str
    state_title: Words
    region: str
    region_name: str
    handler: str
    assignee: str
    urgency: int
    channel: str
    sealed: bool
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    overdue: bool
    next_steps: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Page:
    """A page of a queue; ``after`` is the marker for the next one, "" on the last."""

    rows: tuple[QueueRow, ...]
    after: str = ""


@dataclass(frozen=True)
class Count:
    """How many cases a group has; ``more`` says that counting stopped there ("999+")."""

    group: str
    number: int
    more: bool = field(default=False)


def queue(
    actor: Actor,
    *,
    region: str = "",
    group: str = "all",
    filters: Filters = Filters(),
    after: str = "",
    limit: int = 50,
    at: datetime,
) -> Page:
    """A page of the cases an actor may see in a region (default: all theirs), by due date; those without a running
    clock come last. At most three queries whatever the number of rows."""
    rows = _scoped(actor, region, filters)
    rows = _in_group(rows, group, at)
    size = max(1, min(limit, LARGEST_PAGE))
    order: tuple[str, ...] = ("-closed_at", "-id") if group == "closed" else ("due_at", "id")
    found = _page(rows, group, order[0].removeprefix("-"), after, size + 1)
    shown = found[:size]
    doer = Doer(actor)
    marker = _marker(shown[-1], group) if len(found) > size else ""
    return Page(tuple(_row(doer, case, at) for case in shown), marker)


def queue_counts(
    actor: Actor,
    *,
    region: str = "",
    filters: Filters = Filters(),
    at: datetime,
) -> list[Count]:
    """How many cases each group has, counted up to ``MOST_COUNTED``, in one statement."""
    rows = _scoped(actor, region, filters).filter(closed_at__isnull=True)
    today, week = day_ends(at)
    parts = {
        "overdue": rows.filter(due_at__lt=at),
        "today": rows.filter(due_at__gte=at, due_at__lt=today),
        "week": rows.filter(due_at__gte=max(at, today), due_at__lt=week),
        "later": rows.filter(due_at__gte=week),
        "undated": rows.filter(due_at__isnull=True),
    }
    found = dict(zip(parts, _count_each(list(parts.values())), strict=True))
    found["later"] += found.pop("undated")
    found = {"all": sum(found.values()), **found}
    return [Count(group, min(number, MOST_COUNTED), number > MOST_COUNTED) for group, number in found.items()]


def _count_each(wanted: list[QuerySet[Case]]) -> list[int]:
    """The length of each, up to one more than is counted. In the order of the index, so that the database walks along
    it and stops, instead of looking for a thousand open cases in a table of closed ones."""
    selects: list[str] = []
    values: list[Any] = []
    for rows in wanted:
        limited = rows.order_by("due_at", "id").values("pk")[: MOST_COUNTED + 1]
        try:
            sql, params = limited.query.sql_with_params()
        except EmptyResultSet:
            selects.append("0")
            continue
        selects.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 - Django's own words
        values += params
    statement = "SELECT " + ", ".join(selects)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [int(number) for number in cursor.fetchone() or ()]


def _scoped(actor: Actor, region: str, filters: Filters) -> QuerySet[Case]:
    rows = Case.objects.all()
    code = short(region) if is_code(region) else ""
    if code:
        rows = rows.filter(_inside(code))
    whole = code or _only_region(actor)
    if whole and sees_whole(actor, whole):
        if not code:
            rows = rows.filter(_inside(whole))
        rows = rows if sees_whole(actor, whole, sealed=True) else rows.filter(_unsealed(actor))
    else:
        scope = visible_scope(actor)
        rows = rows.filter(scope) if scope is not None else rows.none()
    return _narrowed(rows, filters, actor)


def _only_region(actor: Actor) -> str:
    """The one region an actor works for, so that "all theirs" is one range too; "" for several or for units."""
    regions = {grant.region for grant in holding(actor, Permission.SEE)}
    return regions.pop() if len(regions) == 1 else ""


def _unsealed(actor: Actor) -> Q:
    if not may_somewhere(actor, Permission.SEE_SEALED):
        return Q(sealed=False)
    wanted = Q(sealed=False)
    for grant in holding(actor, Permission.SEE_SEALED):
        low, high = subtree(grant.region)
        wanted |= Q(region_id__gte=low, region_id__lt=high) if not grant.unit else Q(handler=str(grant.desk))
    return wanted


def _inside(code: str) -> Q:
    level = level_of(code)
    if level in _COLUMN:
        return Q(**{_COLUMN[level]: code})
    low, high = subtree(code)
    if level == Level.PROVINCE:
        return Q(prefecture__gte=low, prefecture__lt=high)
    return Q(region_id__gte=low, region_id__lt=high)


def _narrowed(rows: QuerySet[Case], filters: Filters, actor: Actor) -> QuerySet[Case]:
    if filters.types:
        rows = rows.filter(type__in=filters.types)
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    if filters.handler:
        rows = rows.filter(handler=tidy_desk(filters.handler) or "-")
    if filters.assignee:
        rows = (
            rows.filter(assignee_id=UUID(filters.assignee))
            if filters.assignee != "none"
            else rows.filter(assignee=None)
        )
    if filters.urgency is not None:
        rows = rows.filter(urgency__gte=filters.urgency)
    if filters.sealed:
        rows = rows.filter(sealed=True)
    if filters.to_do:
        rows = rows.filter(_actionable(actor))
    if filters.also is not None:
        rows = rows.filter(filters.also)
    text = filters.text.strip()
    if text:
        number = tidy_number(text)
        rows = rows.filter(number=number) if number else rows.filter(title__icontains=text[:60])
    return rows


def _actionable(actor: Actor) -> Q:
    """Types and states in which the actor's roles, or being the assignee, allow a step."""
    wanted = Q(assignee_id=UUID(actor.account)) if actor.account else Q(pk__in=[])
    for kind in current_types():
        states = [
            state for state, exits in kind.exits.items() if any(_held(actor, kind.actions[name].who) for name in exits)
        ]
        if states:
            wanted |= Q(type=kind.type, state__in=states)
    return wanted


def _held(actor: Actor, who: Iterable[str]) -> bool:
    return any(name not in STANDINGS and may_somewhere(actor, name) for name in who)


def day_ends(at: datetime) -> tuple[datetime, datetime]:
    """The end of today and of this week (Sunday) in Beijing."""
    local = at.astimezone(BEIJING)
    midnight = datetime.combine(local.date(), time(0), BEIJING)
    return midnight + timedelta(days=1), midnight + timedelta(days=7 - local.weekday())


def _in_group(rows: QuerySet[Case], group: str, at: datetime) -> QuerySet[Case]:
    today, week = day_ends(at)
    if group == "closed":
        return rows.filter(closed_at__isnull=False)
    rows = rows.filter(closed_at__isnull=True)
    if group == "overdue":
        return rows.filter(due_at__lt=at)
    if group == "today":
        return rows.filter(due_at__gte=at, due_at__lt=today)
    if group == "week":
        return rows.filter(due_at__gte=today, due_at__lt=week)
    if group == "later":
        return rows.filter(Q(due_at__gte=week) | Q(due_at__isnull=True))
    return rows


def _page(rows: QuerySet[Case], group: str, column: str, after: str, size: int) -> list[Case]:
    """The next rows: first those with a date, then (where there are any left to show) those without. Two ranges of the
    index instead of one OR, so that a late page costs what the first one does."""
    rows = rows.select_related("region", "assignee").only(*_SHOWN)
    moment, last = _read_marker(after)
    if group == "closed":
        rows = rows.order_by("-closed_at", "-id")
        if moment is not None:
            rows = rows.filter(Q(closed_at__lt=moment) | Q(closed_at=moment, id__lt=last), closed_at__lte=moment)
        return list(rows[:size])
    found: list[Case] = []
    if moment is not None or last is None:
        dated = rows.filter(due_at__isnull=False).order_by(F("due_at").asc(), "id")
        if group == "later" and moment is None:
            dated = dated.filter(due_at__isnull=False)
        if moment is not None:
            dated = dated.filter(Q(due_at__gt=moment) | Q(due_at=moment, id__gt=last), due_at__gte=moment)
        found = list(dated[:size])
    if len(found) < size and group in ("all", "later"):
        undated = rows.filter(due_at__isnull=True).order_by("id")
        if moment is None and last is not None:
            undated = undated.filter(id__gt=last)
        found += list(undated[: size - len(found)])
    return found


def _marker(case: Case, group: str) -> str:
    moment = case.closed_at if group == "closed" else case.due_at
    return f"{moment.isoformat() if moment else ''}~{case.pk.hex}"


def _read_marker(after: str) -> tuple[datetime | None, UUID | None]:
    if not after:
        return None, None
    moment, _, last = after.partition("~")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+")) if moment else None
        if found is not None and found.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return found.astimezone(UTC) if found is not None else None, UUID(last)
    except (ValueError, OverflowError):
        raise Invalid(BAD_CURSOR) from None


def _row(doer: Doer, case: Case, at: datetime) -> QueueRow:
    kind = type_of(case)
    steps = tuple(
        (name, kind.actions[name].title)
        for name in kind.exits[case.state]
        if kind.actions[name].primary and allowed(doer, case, kind.actions[name].who)
    )
    return QueueRow(
        case.pk, case.number, case.title, case.type, kind.title, case.state, kind.states[case.state].title,
        case.region_id, case.region.name, case.handler, str(case.assignee or ""), case.urgency, case.channel,
        case.sealed,
        case.opened_at, case.due_at, case.closed_at,
        case.closed_at is None and case.due_at is not None and case.due_at < at,
        steps,
    )  # fmt: skip
