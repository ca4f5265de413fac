"""Clocks of a case: which start, stop, pause and resume by an action, when they fall due, what they set off.

Terms are counted by ``kernel/calendar`` (民法典 201–203, 行政许可法 82): this module only decides which clocks run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.calendar.rules import Pause, Span, WorkCalendar, due_at, due_with
from linli.kernel.cases.rules.context import ClockFacts
from linli.kernel.cases.rules.shapes import STATE_CLOCK, CaseType, Escalation

EXCEEDED = "exceeded"
ARBITRATION = "case.arbitration"
Clocks = tuple[ClockFacts, ...]


@dataclass(frozen=True)
class Step:
    """What an action means for the clocks."""

    from_state: str
    to_state: str
    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()


@dataclass(frozen=True)
class Firing:
    """Something a clock sets off: the plain fact that it was exceeded, or an escalation."""

    at: datetime
    clock: ClockFacts
    mark: str
    escalation: Escalation | None = None


def state_key(state: str) -> str:
    """The key of a state's own clock."""
    return f"{STATE_CLOCK}:{state}"


def due_of(clock: ClockFacts, calendar: WorkCalendar) -> datetime:
    """When a clock falls due, counting its pauses and extensions; an open pause is not counted yet."""
    closed = tuple(pause for pause in clock.pauses if pause.end is not None)
    longer = tuple(Span.parse(span) for span in clock.extensions)
    return due_with(Span.parse(clock.span), clock.started_at, closed, longer, calendar)


def step_clocks(
    kind: CaseType, clocks: Clocks, step: Step, *, data: Mapping[str, object], at: datetime, calendar: WorkCalendar
) -> Clocks:
    """The clocks after an action. Only entries that differ from before are new objects."""
    after = [_turn(kind, clock, step, data=data, at=at, calendar=calendar) for clock in clocks]
    going = {clock.key for clock in after if clock.stopped_at is None}
    for key in step.start:
        if key not in going and not kind.states[step.to_state].final:
            spec = kind.clocks[key]
            after.append(start_clock(after, key, spec.kind, spec.span_for(data), at=at, calendar=calendar))
    limit = kind.states[step.to_state].limit
    if limit and step.to_state != step.from_state:
        after.append(start_clock(after, state_key(step.to_state), STATE_CLOCK, limit, at=at, calendar=calendar))
    return tuple(after)


def start_clock(
    before: Iterable[ClockFacts], key: str, kind: str, span: str, *, at: datetime, calendar: WorkCalendar
) -> ClockFacts:
    """A new run of a clock."""
    run = 1 + sum(clock.key == key for clock in before)
    return ClockFacts(key, kind, span, at, due_at(Span.parse(span), at, calendar), run)


def _turn(
    kind: CaseType, clock: ClockFacts, step: Step, *, data: Mapping[str, object], at: datetime, calendar: WorkCalendar
) -> ClockFacts:
    if clock.stopped_at is not None:
        return clock
    leaves = clock.key == state_key(step.from_state) and step.to_state != step.from_state
    if leaves or clock.key in step.stop or kind.states[step.to_state].final:
        return stop_clock(clock, at)
    spec = kind.clocks.get(clock.key)
    if spec and spec.span_for(data) != clock.span:
        clock = replace(clock, span=spec.span_for(data))
        clock = replace(clock, due_at=due_of(clock, calendar))
    if clock.key in step.pause:
        return pause_clock(clock, at)
    if clock.key in step.resume:
        return resume_clock(clock, at, calendar)
    return clock


def stop_clock(clock: ClockFacts, at: datetime) -> ClockFacts:
    """Stopped for good; a pause still open ends with it."""
    return replace(clock, stopped_at=at, pauses=_closed(clock, at))


def pause_clock(clock: ClockFacts, at: datetime) -> ClockFacts:
    """Paused from now; unchanged if it does not run."""
    return replace(clock, pauses=(*clock.pauses, Pause(at, None))) if clock.running else clock


def resume_clock(clock: ClockFacts, at: datetime, calendar: WorkCalendar) -> ClockFacts:
    """Running again, due later by what the pause took; unchanged if it is not paused."""
    if not clock.paused:
        return clock
    resumed = replace(clock, pauses=_closed(clock, at))
    return replace(resumed, due_at=due_of(resumed, calendar))


def extend_clock(clock: ClockFacts, span: str, calendar: WorkCalendar) -> ClockFacts:
    """Due later by a span; what it had set off for the old due date may be set off again for the new one."""
    longer = replace(clock, extensions=(*clock.extensions, span))
    longer = replace(longer, due_at=due_of(longer, calendar))
    return replace(longer, fired=()) if longer.due_at > clock.due_at else longer


def _closed(clock: ClockFacts, at: datetime) -> tuple[Pause, ...]:
    if not clock.paused:
        return clock.pauses
    last = clock.pauses[-1]
    return (*clock.pauses[:-1], Pause(last.start, max(at, last.start)))


def earliest_due(clocks: Clocks) -> datetime | None:
    """The next due date of what runs; None when nothing runs."""
    return min((clock.due_at for clock in clocks if clock.running), default=None)


def firings(kind: CaseType, state: str, clocks: Clocks, calendar: WorkCalendar) -> list[Firing]:
    """Everything running clocks will set off in this state and have not yet, earliest first."""
    waiting: list[Firing] = []
    for clock in clocks:
        if not clock.running:
            continue
        if EXCEEDED not in clock.fired:
            waiting.append(Firing(clock.due_at, clock, EXCEEDED))
        for rule in kind.escalations:
            if rule.mark not in clock.fired and _concerns(rule, state, clock):
                late = (
                    due_at(Span.parse(rule.exceeded_by), clock.due_at, calendar) if rule.exceeded_by else clock.due_at
                )
                waiting.append(Firing(late, clock, rule.mark, rule))
    return sorted(waiting, key=lambda firing: (firing.at, firing.escalation is not None))


def _concerns(rule: Escalation, state: str, clock: ClockFacts) -> bool:
    if rule.state and rule.state != state:
        return False
    return clock.key == (state_key(state) if rule.clock == STATE_CLOCK else rule.clock)


def next_look(kind: CaseType, state: str, clocks: Clocks, calendar: WorkCalendar) -> datetime | None:
    """The moment at which the sweep has something to do for the case; None while no clock runs."""
    return min((firing.at for firing in firings(kind, state, clocks, calendar)), default=None)


def may_extend(kind: CaseType, clock: ClockFacts | None, key: str) -> Refusal | None:
    """Whether a clock may be extended (once more): its type says so, it runs, and the number of times is not used
    up."""
    spec = kind.clocks.get(key)
    if spec is None or spec.extend is None:
        return Refusal("clock.no_extension", gettext_noop("This clock cannot be extended."))
    if clock is None or clock.stopped_at is not None:
        return Refusal("clock.not_running", gettext_noop("This clock is not running."))
    if len(clock.extensions) >= spec.extend.times:
        return Refusal(
            "clock.extended_enough",
            gettext_noop("This clock was already extended {times} time(s), as often as is allowed."),
            {"times": len(clock.extensions)},
            spec.source,
        )
    return None


def may_pause(kind: CaseType, clock: ClockFacts | None, key: str) -> Refusal | None:
    """Whether a clock may be paused by request: its type says so and it runs."""
    spec = kind.clocks.get(key)
    if spec is None or spec.pause is None:
        return Refusal("clock.no_pause", gettext_noop("This clock cannot be paused."))
    if clock is None or not clock.running:
        return Refusal("clock.not_running", gettext_noop("This clock is not running."))
    return None
