"""What a guard is told: everything about a case as plain values, so that rules stay pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from linli.base.errors import Refusal
from linli.kernel.calendar.rules import Pause, Span, WorkCalendar, due_at

if TYPE_CHECKING:
    from linli.kernel.cases.rules.shapes import CaseType


@dataclass(frozen=True)
class CaseFacts:
    """A case as it stands."""

    id: str
    number: str
    type: str
    version: int
    state: str
    title: str
    region: str
    county: str
    handler: str
    channel: str
    sealed: bool
    urgency: int
    opened_at: datetime
    entered_at: datetime
    opened_by: str = ""
    requester: str = ""
    assignee: str = ""
    parent: str = ""
    master: str = ""
    returns: int = 0
    is_open: bool = True
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class EventFacts:
    """One line of history."""

    seq: int
    action: str
    from_state: str
    to_state: str
    account: str
    role: str
    at: datetime
    note: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    is_public: bool = True
    name: str = ""


@dataclass(frozen=True)
class ChildFacts:
    """A case opened under this one."""

    id: str
    number: str
    type: str
    state: str
    is_open: bool


@dataclass(frozen=True)
class ActorFacts:
    """Who acts. ``standings`` says how they stand to this case: requester, assignee, system; ``desks`` are those they
    work at."""

    account: str
    person: str = ""
    roles: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ClockFacts:
    """One run of a clock; ``changed`` marks what an action has to write."""

    key: str
    kind: str
    span: str
    started_at: datetime
    due_at: datetime
    run: int = 1
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[str, ...] = ()
    stopped_at: datetime | None = None
    fired: tuple[str, ...] = ()
    id: str = ""

    @property
    def running(self) -> bool:
        """Started and neither stopped nor paused."""
        return self.stopped_at is None and not self.paused

    @property
    def paused(self) -> bool:
        """Waiting in a pause that has no end yet."""
        return self.stopped_at is None and bool(self.pauses) and self.pauses[-1].end is None


@dataclass(frozen=True)
class GuardContext:
    """Everything a guard may look at. ``asking`` is True while choices are being listed: the form is not filled in yet,
    so a guard about the form's fields should agree then and judge when the form comes in."""

    case: CaseFacts
    type: CaseType
    action: str
    actor: ActorFacts
    at: datetime
    calendar: WorkCalendar
    form: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    asking: bool = False
    history: tuple[EventFacts, ...] = ()
    clocks: tuple[ClockFacts, ...] = ()
    children: tuple[ChildFacts, ...] = ()

    def value(self, name: str) -> object:
        """A field as it will be: from the form, else from the case."""
        return self.form.get(name, self.case.data.get(name))

    def did(self, action: str) -> bool:
        """Whether an action was ever taken on this case."""
        return any(event.action == action for event in self.history)

    def count(self, action: str) -> int:
        """How often an action was taken."""
        return sum(event.action == action for event in self.history)

    def last(self, action: str) -> EventFacts | None:
        """The newest line of an action, or None."""
        return next((event for event in reversed(self.history) if event.action == action), None)

    def who_did(self, action: str) -> frozenset[str]:
        """Accounts that took an action; for maker ≠ checker."""
        return frozenset(event.account for event in self.history if event.action == action and event.account)

    def entered(self, state: str) -> datetime | None:
        """When the case last came into a state from another, or None."""
        for event in reversed(self.history):
            if event.to_state == state and event.from_state != state:
                return event.at
        return None

    def since_entry(self, span: str) -> bool:
        """Whether the span since the case came into its present state has not run out yet."""
        return self.at <= due_at(Span.parse(span), self.case.entered_at, self.calendar)

    def clock(self, key: str) -> ClockFacts | None:
        """The newest run of a clock, or None if it never started."""
        runs = [clock for clock in self.clocks if clock.key == key]
        return max(runs, key=lambda clock: clock.run) if runs else None

    @property
    def open_children(self) -> tuple[ChildFacts, ...]:
        """Cases under this one that are not closed."""
        return tuple(child for child in self.children if child.is_open)


Guard = Callable[[GuardContext], Refusal | None]
