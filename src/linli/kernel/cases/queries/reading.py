"""One case read whole: history, clocks, comments, links, hand-overs; frozen values for pages and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from linli.base.clock import BEIJING
from linli.kernel.access.queries import may
from linli.kernel.access.rules import Actor, Desk
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.calendar.rules import Remaining, Span, remaining
from linli.kernel.cases.models import Case, ClockRequest, CoHandler, Comment, Handover, Link
from linli.kernel.cases.queries.facts import Doer, allowed, clocks_of, history_of, type_of
from linli.kernel.cases.queries.seeing import visible_cases
from linli.kernel.cases.rules.clocks import ARBITRATION
from linli.kernel.cases.rules.context import ClockFacts, EventFacts
from linli.kernel.cases.rules.decide import permissions_of
from linli.kernel.cases.rules.engine_words import ENGINE_TITLES
from linli.kernel.cases.rules.shapes import FOLLOW_MASTER, OPENING, STATE_CLOCK, CaseType, Words
from linli.kernel.regions.models import Region


@dataclass(frozen=True)
class HistoryLine:
    """One line of history as a person reads it. ``detail`` are the form's answers with their titles."""

    seq: int
    at: datetime
    action: str
    title: Words
    state: Words
    moved: bool
    account: str
    name: str
    role: str
    note: str
    data: Mapping[str, object]
    is_public: bool


def history(case: Case, *, public_only: bool = False) -> list[HistoryLine]:
    """A case's history, oldest first; ``public_only`` leaves out what concerns the desks alone. One query."""
    kind = type_of(case)
    return [_line(kind, event) for event in history_of(case) if event.is_public or not public_only]


def _line(kind: CaseType, event: EventFacts) -> HistoryLine:
    return HistoryLine(
        event.seq, event.at, event.action, action_title(kind, event.action), kind.states[event.to_state].title,
        event.from_state != event.to_state, event.account, event.name, event.role, event.note, event.data,
        event.is_public,
    )  # fmt: skip


def action_title(kind: CaseType, action: str) -> Words:
    """What an action is called: by its type, or by the engine for its own."""
    spec = kind.actions.get(action)
    if spec is not None:
        return spec.title
    return ENGINE_TITLES.get(action, ENGINE_TITLES[OPENING] if action == OPENING else ENGINE_TITLES[FOLLOW_MASTER])


@dataclass(frozen=True)
class ClockView:
    """A clock as a bar: from ``started_at`` to ``due_at`` with ``at`` on it; ``percent`` of its time is used."""

    key: str
    kind: str
    title: Words
    started_at: datetime
    due_at: datetime
    running: bool
    paused: bool
    stopped_at: datetime | None
    overdue: bool
    kept: bool | None
    percent: int
    left: Remaining
    pauses: int
    extensions: int
    source: str
    provisional: bool
    may_extend: bool
    may_pause: bool

    @property
    def level(self) -> str:
        """good, soon (under a quarter left), late, paused or done: shown with a shape and a word, not by colour
        alone."""
        if self.stopped_at is not None:
            return "done"
        if self.paused:
            return "paused"
        if self.overdue:
            return "late"
        return "soon" if self.percent >= 75 else "good"


def clocks(case: Case, at: datetime, *, running_only: bool = False) -> list[ClockView]:
    """A case's clocks, running ones first, by due date. One query."""
    kind = type_of(case)
    views = [_clock(kind, clock, at) for clock in clocks_of(case)]
    shown = [view for view in views if view.stopped_at is None] if running_only else views
    return sorted(shown, key=lambda view: (view.stopped_at is not None, view.due_at))


def _clock(kind: CaseType, clock: ClockFacts, at: datetime) -> ClockView:
    calendar, spec = work_calendar(kind.jurisdiction), kind.clocks.get(clock.key)
    until = clock.stopped_at or (clock.pauses[-1].start if clock.paused else at)
    whole = max((clock.due_at - clock.started_at).total_seconds(), 1)
    used = (until - clock.started_at).total_seconds()
    return ClockView(
        clock.key, clock.kind, clock_title(kind, clock.key), clock.started_at, clock.due_at, clock.running,
        clock.paused,
        clock.stopped_at, until > clock.due_at, until <= clock.due_at if clock.stopped_at else None,
        min(100, max(0, int(used * 100 / whole))),
        remaining(clock.due_at, until, calendar, Span.parse(clock.span).unit), len(clock.pauses), len(clock.extensions),
        spec.source if spec else "", calendar.is_provisional(clock.due_at.astimezone(BEIJING).date()),
        bool(spec and spec.extend and clock.stopped_at is None and len(clock.extensions) < spec.extend.times),
        bool(spec and spec.pause and clock.running),
    )  # fmt: skip


def clock_title(kind: CaseType, key: str) -> Words:
    """What a clock is called; a state's own clock by its state."""
    if key in kind.clocks:
        return kind.clocks[key].title
    if key == ARBITRATION:
        return ENGINE_TITLES[ARBITRATION]
    state = kind.states.get(key.removeprefix(f"{STATE_CLOCK}:"))
    return state.title if state else Words(en=key, zh=key)


@dataclass(frozen=True)
class CommentView:
    """A remark."""

    id: UUID
    at: datetime
    name: str
    role: str
    text: str
    is_public: bool


def comments(case: Case, *, public_only: bool = False) -> list[CommentView]:
    """Remarks on a case, oldest first. One query."""
    rows = Comment.objects.filter(case=case).order_by("at", "id")
    rows = rows.filter(is_public=True) if public_only else rows
    return [CommentView(row.pk, row.at, row.name, row.role, row.text, row.is_public) for row in rows]


@dataclass(frozen=True)
class LinkView:
    """A case that has to do with this one. ``direction`` is out for a link set on this case, in for one set on the
    other."""

    kind: str
    direction: str
    case: UUID
    number: str
    title: str
    state: Words
    is_open: bool


def links(actor: Actor, case: Case) -> list[LinkView]:
    """Cases linked with this one, as far as the actor may see them. Three queries."""
    out = list(Link.objects.filter(case=case).values_list("other_id", "kind"))
    into = list(Link.objects.filter(other=case).values_list("case_id", "kind"))
    seen = {row.pk: row for row in visible_cases(actor).filter(pk__in=[pk for pk, _ in (*out, *into)])}
    pairs = [(pk, kind, "out") for pk, kind in out] + [(pk, kind, "in") for pk, kind in into]
    return [_linked(seen[pk], kind, direction) for pk, kind, direction in pairs if pk in seen]


def children(actor: Actor, case: Case) -> list[LinkView]:
    """Cases opened under this one, as far as the actor may see them. One query."""
    rows = visible_cases(actor).filter(parent=case).order_by("opened_at", "id")
    return [_linked(row, "child", "in") for row in rows]


def _linked(row: Case, kind: str, direction: str) -> LinkView:
    state = type_of(row).states[row.state].title
    return LinkView(kind, direction, row.pk, row.number, row.title, state, row.closed_at is None)


@dataclass(frozen=True)
class HandoverView:
    """One offer of a case to a desk."""

    id: UUID
    kind: str
    from_desk: str
    to_desk: str
    reason: str
    offered_at: datetime
    state: str
    answer: str
    final: bool


def handovers(case: Case) -> list[HandoverView]:
    """Offers, returns and decisions about who has a case, oldest first. One query."""
    return [
        HandoverView(
            row.pk, row.kind, row.from_desk, row.to_desk, row.reason, row.offered_at, row.state, row.answer, row.final
        )
        for row in Handover.objects.filter(case=case).order_by("offered_at")
    ]


def co_handlers(case: Case) -> list[CoHandler]:
    """Desks that work along. One query."""
    return list(CoHandler.objects.filter(case=case).order_by("added_at"))


def clock_requests(case: Case) -> list[ClockRequest]:
    """Requests to pause or extend a clock that wait for a decision. One query."""
    return list(ClockRequest.objects.filter(case=case, state="asked").order_by("asked_at"))


@dataclass(frozen=True)
class Passing:
    """What an actor may do about who has a case."""

    offer: bool = False
    accept: bool = False
    give_back: bool = False
    decide: bool = False


def passing(actor: Actor, case: Case, offers: list[HandoverView]) -> Passing:
    """Which of offer, accept, return and decide concern this actor now; the actions check again and give reasons."""
    rules, doer = type_of(case).hand_over, Doer(actor)
    waiting = next((offer for offer in offers if offer.state == "offered"), None)
    last = waiting or next((offer for offer in reversed(offers) if offer.state == "accepted"), None)
    mine = last is not None and any(
        may(actor, permission, Desk.parse(last.to_desk).region, handler=last.to_desk)
        for permission in permissions_of(rules.receive)
    )
    is_open = case.closed_at is None
    return Passing(
        offer=is_open and waiting is None and allowed(doer, case, rules.offer),
        accept=is_open and waiting is not None and waiting.kind == "transfer" and mine,
        give_back=is_open and last is not None and last.kind == "transfer" and not last.final and mine,
        decide=is_open
        and waiting is not None
        and waiting.kind == "arbitration"
        and allowed(doer, case, rules.arbitrate),
    )


def desk_name(desk: str) -> str:
    """A desk as people call it: the region's name and its unit. One query."""
    code, _, unit = desk.partition("/")
    name = Region.objects.filter(pk=code).values_list("name", flat=True).first() or code
    return f"{name} {unit}".strip()


def counts_by_state() -> dict[str, dict[str, int]]:
    """How many cases of each type are in each state: ``{type: {state: number}}``. One query over the whole table."""
    found: dict[str, dict[str, int]] = {}
    for kind, state, number in Case.objects.order_by().values_list("type", "state").annotate(number=Count("pk")):
        found.setdefault(kind, {})[state] = number
    return found


def clocks_due(at: datetime) -> dict[str, int]:
    """How many open cases are past their earliest clock, and how many will be within a day. Two queries."""
    running = Case.objects.filter(closed_at__isnull=True)
    return {
        "exceeded": running.filter(due_at__lt=at).count(),
        "due_today": running.filter(due_at__gte=at, due_at__lt=at + timedelta(days=1)).count(),
    }
