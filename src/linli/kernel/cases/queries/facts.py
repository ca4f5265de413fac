"""Rows as plain values: what rules, history pages and the API are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac

from linli.base.clock import stamp
from linli.kernel.access.queries import may
from linli.kernel.access.rules import Actor, Desk
from linli.kernel.audit.rules import SYSTEM as SYSTEM_WHO
from linli.kernel.audit.rules import Who
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.calendar.rules import Pause
from linli.kernel.cases.models import Case, CaseEvent, Clock
from linli.kernel.cases.rules.context import ActorFacts, CaseFacts, ChildFacts, ClockFacts, EventFacts, GuardContext
from linli.kernel.cases.rules.decide import permissions_of, stands
from linli.kernel.cases.rules.registry import get_type
from linli.kernel.cases.rules.shapes import ANYONE, ASSIGNEE, REQUESTER, SYSTEM, ActionSpec, CaseType


@dataclass(frozen=True)
class Doer:
    """Who does something to a case: an actor at the door, or the system itself. ``requester`` is vouched for by a
    domain that has checked a secret (a tracking code, a rating link)."""

    actor: Actor | None = None
    requester: bool = False
    who: Who | None = None

    @property
    def account(self) -> str:
        """The account's id; "" for nobody and for the system."""
        return self.actor.account if self.actor else ""

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are. Callers without an account are told apart by their address, which is not
        kept: the key stands beside the case."""
        if self.actor is None:
            return "system"
        if self.actor.account:
            return self.actor.account
        return "anonymous:" + salted_hmac("linli.cases.scope", self.actor.address).hexdigest()[:40]

    def as_who(self, region: str, handler: str = "") -> Who:
        """As the record writes them."""
        if self.who is not None:
            return self.who
        return self.actor.who(region, handler) if self.actor else SYSTEM_WHO


SYSTEM_DOER = Doer()


def type_of(case: Case) -> CaseType:
    """The version of its type that a case was opened with."""
    return get_type(case.type, case.type_version)


def standings(doer: Doer, case: Case) -> frozenset[str]:
    """How someone stands to a case: who asked for it, to whom it was given, the system."""
    actor = doer.actor
    if actor is None:
        return frozenset({SYSTEM})
    found = {REQUESTER} if doer.requester else set()
    if actor.account:
        own = not actor.is_staff and str(case.opened_by) == actor.account
        if own or (actor.person and str(case.requester) == actor.person):
            found.add(REQUESTER)
        if str(case.assignee_id) == actor.account:
            found.add(ASSIGNEE)
    return frozenset(found)


def allowed(doer: Doer, case: Case, who: tuple[str, ...]) -> bool:
    """Whether someone is one of ``who`` for this case: by standing, or by a permission for its place or its desk."""
    if stands(who, standings(doer, case)):
        return True
    return doer.actor is not None and any(holds(doer.actor, case, permission) for permission in permissions_of(who))


def holds(actor: Actor, case: Case, permission: str) -> bool:
    """Whether an actor has a permission for the place of a case, or for the desk that has it."""
    if may(actor, permission, case.region_id, handler=case.handler):
        return True
    return may(actor, permission, Desk.parse(case.handler).region, handler=case.handler)


def open_to(doer: Doer, who: tuple[str, ...], region: str) -> bool:
    """Whether someone may open a case of a type in a region."""
    if ANYONE in who or (doer.actor is None and SYSTEM in who):
        return True
    return doer.actor is not None and any(may(doer.actor, permission, region) for permission in permissions_of(who))


def case_facts(case: Case) -> CaseFacts:
    """A case as a value."""
    return CaseFacts(
        id=str(case.pk), number=case.number, type=case.type, version=case.type_version, state=case.state,
        title=case.title, region=case.region_id, county=case.county, handler=case.handler, channel=case.channel,
        sealed=case.sealed, urgency=case.urgency, opened_at=case.opened_at, entered_at=case.entered_at,
        opened_by=str(case.opened_by or ""), requester=str(case.requester or ""), assignee=str(case.assignee_id or ""),
        parent=str(case.parent_id or ""), master=str(case.master_id or ""), returns=case.returns,
        is_open=case.closed_at is None, data=case.data,
    )  # fmt: skip


def event_facts(event: CaseEvent) -> EventFacts:
    """A line of history as a value."""
    return EventFacts(
        event.seq, event.action, event.from_state, event.to_state, event.account, event.role, event.at, event.note,
        event.data, event.is_public, event.name,
    )  # fmt: skip


def clock_facts(row: Clock) -> ClockFacts:
    """A run of a clock as a value."""
    return ClockFacts(
        row.key, row.kind, row.span, row.started_at, row.due_at, row.run, tuple(_pause(pause) for pause in row.pauses),
        tuple(row.extensions), row.stopped_at, tuple(row.fired), str(row.pk),
    )  # fmt: skip


def _pause(pause: Mapping[str, str | None]) -> Pause:
    end = pause.get("end")
    return Pause(datetime.fromisoformat(str(pause["start"])), datetime.fromisoformat(end) if end else None)


def pause_json(pause: Pause) -> dict[str, str | None]:
    """A pause as JSON holds it."""
    return {"start": stamp(pause.start), "end": stamp(pause.end) if pause.end else None}


def clocks_of(case: Case) -> tuple[ClockFacts, ...]:
    """Every run of every clock of a case, oldest first."""
    return tuple(clock_facts(row) for row in Clock.objects.filter(case=case).order_by("started_at", "key"))


def history_of(case: Case) -> tuple[EventFacts, ...]:
    """Every line of a case's history, oldest first."""
    return tuple(event_facts(row) for row in CaseEvent.objects.filter(case=case).order_by("seq"))


def children_of(case: Case) -> tuple[ChildFacts, ...]:
    """The cases opened under a case."""
    rows = Case.objects.filter(parent=case).order_by("opened_at", "id")
    columns = rows.values_list("id", "number", "type", "state", "closed_at")
    return tuple(
        ChildFacts(str(key), number, kind, state, closed is None) for key, number, kind, state, closed in columns
    )


@dataclass
class Background:
    """What guards may need beyond the case itself, read at most once and only when something asks for it."""

    case: Case
    kind: CaseType
    _clocks: tuple[ClockFacts, ...] | None = field(default=None)
    _history: tuple[EventFacts, ...] | None = field(default=None)
    _children: tuple[ChildFacts, ...] | None = field(default=None)

    @property
    def clocks(self) -> tuple[ClockFacts, ...]:
        """One query at first use."""
        if self._clocks is None:
            self._clocks = clocks_of(self.case)
        return self._clocks

    @property
    def history(self) -> tuple[EventFacts, ...]:
        """One query at first use."""
        if self._history is None:
            self._history = history_of(self.case)
        return self._history

    @property
    def children(self) -> tuple[ChildFacts, ...]:
        """One query at first use; none for a type that has no sub-cases."""
        if self._children is None:
            self._children = children_of(self.case) if self.kind.sub_cases.types else ()
        return self._children


def context_for(
    doer: Doer,
    background: Background,
    name: str,
    spec: ActionSpec,
    *,
    at: datetime,
    form: Mapping[str, object] | None = None,
    note: str = "",
    asking: bool = False,
) -> GuardContext:
    """What the rules are told about an action; history, clocks and children are read only where the action has rules
    that look at them."""
    case, kind = background.case, background.kind
    looks_back = bool(spec.guards or spec.other_than or spec.at_most)
    closes = bool(spec.to) and kind.states[spec.to].final
    actor = doer.actor
    return GuardContext(
        case=case_facts(case), type=kind, action=name, at=at, note=note, asking=asking, form=form or {},
        actor=ActorFacts(
            doer.account, actor.person if actor else "", frozenset(map(str, actor.roles)) if actor else frozenset(),
            standings(doer, case), frozenset(str(grant.desk) for grant in actor.grants) if actor else frozenset(),
        ),
        calendar=work_calendar(kind.jurisdiction),
        history=background.history if looks_back else (),
        clocks=background.clocks if spec.guards else (),
        children=background.children if closes or spec.guards else (),
    )  # fmt: skip


def uuid_or_none(text: str) -> UUID | None:
    """A UUID from text; None for ""."""
    return UUID(text) if text else None
