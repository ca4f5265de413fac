"""What may be wrong with a case type though every word in it is known. Each problem names file and line.

A promise may not be longer than the law allows (优化营商环境条例 36), and nobody may be left in a state without a way
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from linli.kernel.calendar.rules import Span, WorkCalendar, due_at
from linli.kernel.cases.rules.context import Guard
from linli.kernel.cases.rules.decide import permissions_of
from linli.kernel.cases.rules.forms import schema_problems
from linli.kernel.cases.rules.reading import Problem, Reading
from linli.kernel.cases.rules.shapes import EVERY_OPEN_STATE, STATE_CLOCK, SYSTEM, CaseType, ClockSpec, DeskRule
from linli.kernel.regions.rules import is_code

Holders = Callable[[str], bool | None]
"""Whether any role holds a permission; None for a permission that nobody registered."""


def problems(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> list[Problem]:
    """Everything wrong with a type, in the order of its file."""
    found: list[Problem] = []
    for check in (_names, _states, _people, _guards, _forms, _clocks, _promises, _escalations, _rest):
        found += check(reading, guards, holders)
    return sorted(found, key=lambda problem: problem.line)


def _names(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    """States that are named exist."""
    kind = reading.kind
    if kind.initial not in kind.states:
        yield reading.problem(f"there is no state “{kind.initial}”", "initial")
    elif kind.states[kind.initial].final:
        yield reading.problem("a case cannot begin in a final state", "initial")
    for name, action in kind.actions.items():
        for state in action.from_:
            if state != EVERY_OPEN_STATE and state not in kind.states:
                yield reading.problem(f"there is no state “{state}”", "actions", name, "from")
        if action.to and action.to not in kind.states:
            yield reading.problem(f"there is no state “{action.to}”", "actions", name, "to")
        for earlier in action.other_than:
            if earlier not in kind.actions and earlier != "open":
                yield reading.problem(f"there is no action “{earlier}”", "actions", name, "other_than")


def reachable(kind: CaseType) -> set[str]:
    """States a case can come into from its first one."""
    seen, waiting = set(), [kind.initial]
    while waiting:
        state = waiting.pop()
        if state in seen or state not in kind.states:
            continue
        seen.add(state)
        waiting += [kind.actions[name].to for name in kind.exits[state] if kind.actions[name].to]
    if kind.duplicates and kind.duplicates.to:
        seen.add(kind.duplicates.to)
    return seen


def _states(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    """Every state can be reached and left, and from everywhere the case can be closed."""
    kind = reading.kind
    if not kind.final_states:
        yield reading.problem("no state is final, so no case could ever be closed", "states")
    inside = reachable(kind)
    for name, state in kind.states.items():
        if name not in inside:
            yield reading.problem("this state cannot be reached", "states", name)
        if not state.final and not any(kind.actions[e].to not in ("", name) for e in kind.exits[name]):
            yield reading.problem("a dead end: this state is not final and nothing leads out of it", "states", name)
        elif not state.final and kind.final_states and not _closes(kind, name):
            yield reading.problem("from this state a case can never be closed", "states", name)
        if state.final and state.limit:
            yield reading.problem("a final state has no clock", "states", name, "limit")


def _closes(kind: CaseType, state: str) -> bool:
    seen, waiting = set(), [state]
    while waiting:
        here = waiting.pop()
        if here in kind.final_states:
            return True
        if here not in seen and here in kind.states:
            seen.add(here)
            waiting += [kind.actions[name].to for name in kind.exits[here] if kind.actions[name].to]
    return False


def _people(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    """Every step is for someone who exists."""
    kind = reading.kind
    lists: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [(("open", "who"), kind.open.who)]
    lists += [(("actions", name, "who"), action.who) for name, action in kind.actions.items()]
    lists += [(("hand_over", part), getattr(kind.hand_over, part)) for part in ("offer", "receive", "arbitrate")]
    for name, clock in kind.clocks.items():
        for part, rule in (("extend", clock.extend), ("pause", clock.pause)):
            if rule is not None:
                lists += [(("clocks", name, part, verb), getattr(rule, verb)) for verb in ("ask", "approve")]
    for where, who in lists:
        if not who:
            yield reading.problem("nobody may do this", *where)
        for permission in permissions_of(who):
            held = holders(permission)
            if held is None:
                yield reading.problem(f"there is no permission “{permission}”", *where)
            elif not held:
                yield reading.problem(f"no role holds “{permission}”, so nobody may do this", *where)


def _guards(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    kind = reading.kind
    named: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("open", "guards"), kind.open.guards)]
    named += [(("actions", name, "guards"), action.guards) for name, action in kind.actions.items()]
    for where, names in named:
        for name in names:
            if name not in guards:
                yield reading.problem(f"there is no guard “{name}” (known: {', '.join(sorted(guards))})", *where)


def _forms(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    kind = reading.kind
    forms: list[tuple[tuple[str, ...], Mapping[str, Any] | None]] = [(("open", "form"), kind.open.form)]
    forms += [(("actions", name, "form"), action.form) for name, action in kind.actions.items()]
    for where, form in forms:
        for problem in schema_problems(form, own_doors=kind.own_doors) if form is not None else []:
            yield reading.problem(problem, *where)


def _clocks(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    """Clocks that are named exist, every clock starts somewhere, and what is paused can run again."""
    kind = reading.kind
    started, paused, resumed = set(kind.open.start), set(), set()
    for key in kind.open.start:
        if key not in kind.clocks:
            yield reading.problem(f"there is no clock “{key}”", "open", "start")
    for name, action in kind.actions.items():
        for verb in ("start", "stop", "pause", "resume"):
            for key in getattr(action, verb):
                if key not in kind.clocks:
                    yield reading.problem(f"there is no clock “{key}”", "actions", name, verb)
        started |= set(action.start)
        paused |= set(action.pause)
        resumed |= set(action.resume) | set(action.stop)
    for key in kind.clocks:
        if key not in started:
            yield reading.problem("nothing starts this clock", "clocks", key)
        if key in paused - resumed:
            yield reading.problem("an action pauses this clock and none lets it run again", "clocks", key)


def _promises(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    kind = reading.kind
    for key, clock in kind.clocks.items():
        if clock.within:
            law = kind.clocks.get(clock.within)
            if law is None or law.kind != "statutory":
                yield reading.problem(f"there is no statutory clock “{clock.within}”", "clocks", key, "within")
            elif clock.kind != "promise":
                yield reading.problem("only a promise keeps within a statutory clock", "clocks", key, "within")
            else:
                yield from _too_long(reading, key, clock, law)
        if clock.kind == "statutory" and not clock.source:
            yield reading.problem("a statutory clock names its source", "clocks", key)


def _too_long(reading: Reading, key: str, promise: ClockSpec, law: ClockSpec) -> Iterator[Problem]:
    values = {""} | set(promise.by.values if promise.by else ()) | set(law.by.values if law.by else ())
    same = promise.by is None or law.by is None or promise.by.field == law.by.field
    pairs = (
        {(_term(promise, value), _term(law, value)) for value in values}
        if same
        else {(mine, theirs) for mine in promise.spans for theirs in law.spans}
    )
    for mine, theirs in sorted(pairs):
        if longer(mine, theirs):
            yield reading.problem(f"the promise of {mine} can end later than the statutory {theirs}", "clocks", key)


def _term(clock: ClockSpec, value: str) -> str:
    return clock.by.values.get(value, clock.span) if clock.by else clock.span


def longer(mine: str, theirs: str) -> bool:
    """Whether a term can end later than another, tried from every hour of two weeks without and with holidays."""
    first = datetime(2026, 9, 21, 1, tzinfo=UTC)
    feast = frozenset((first + timedelta(days=day)).date() for day in range(10, 17))
    for calendar in (WorkCalendar(), WorkCalendar(off=feast)):
        for hour in range(0, 14 * 24, 5):
            start = first + timedelta(hours=hour)
            if due_at(Span.parse(mine), start, calendar) > due_at(Span.parse(theirs), start, calendar):
                return True
    return False


def _escalations(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    kind = reading.kind
    for index, rule in enumerate(kind.escalations):
        where = ("escalations", index)
        action = kind.actions.get(rule.action)
        if action is None:
            yield reading.problem(f"there is no action “{rule.action}”", *where)
            continue
        if SYSTEM not in action.who:
            yield reading.problem(f"“{rule.action}” is not for the system; add system to its who", *where)
        if action.form is not None and action.form.get("required"):
            yield reading.problem(f"“{rule.action}” needs a form that the system cannot fill in", *where)
        if action.note == "required":
            yield reading.problem(f"“{rule.action}” needs a reason that the system cannot give", *where)
        yield from _escalation_place(reading, where, rule.clock, rule.state, rule.action)


def _escalation_place(
    reading: Reading, where: tuple[str | int, ...], clock: str, state: str, action: str
) -> Iterator[Problem]:
    kind = reading.kind
    if clock != STATE_CLOCK and clock not in kind.clocks:
        yield reading.problem(f"there is no clock “{clock}”", *where)
    if state and state not in kind.states:
        yield reading.problem(f"there is no state “{state}”", *where)
    elif state and not kind.starts_from(kind.actions[action], state):
        yield reading.problem(f"“{action}” does not start from “{state}”", *where)
    elif clock == STATE_CLOCK and not (
        kind.states[state].limit if state else any(s.limit for s in kind.states.values())
    ):
        yield reading.problem("the state has no limit that could be exceeded", *where)


def _rest(reading: Reading, guards: Mapping[str, Guard], holders: Holders) -> Iterator[Problem]:
    kind = reading.kind
    opening = set((kind.open.form or {}).get("properties", {}))
    fields = opening | {name for action in kind.actions.values() for name in (action.form or {}).get("properties", {})}
    for key, clock in kind.clocks.items():
        if clock.by is not None and clock.by.field not in fields and not kind.own_doors:
            yield reading.problem(f"no form asks for “{clock.by.field}”", "clocks", key, "by")
    if kind.seal_when is not None and kind.seal_when.field not in opening and not kind.own_doors:
        yield reading.problem(f"the form does not ask for “{kind.seal_when.field}”", "seal_when", "field")
    if kind.duplicates and kind.duplicates.to and kind.duplicates.to not in kind.final_states:
        yield reading.problem(f"“{kind.duplicates.to}” is not a final state", "duplicates", "to")
    for code in kind.where:
        if not is_code(code):
            yield reading.problem(f"“{code}” is no region code", "where")
    yield from _desk(reading, kind.open.handler, opening, "open", "handler")
    for name, action in kind.actions.items():
        inside = set((action.form or {}).get("properties", {}))
        yield from _desk(reading, action.handler, inside, "actions", name, "handler")


def _desk(reading: Reading, rule: DeskRule | None, fields: Iterable[str], *where: str | int) -> Iterator[Problem]:
    if rule is None:
        return
    if bool(rule.field) == bool(rule.level):
        yield reading.problem("name either a level or a field of the form", *where)
    elif rule.field and rule.field not in set(fields):
        yield reading.problem(f"the form does not ask for “{rule.field}”", *where)
