"""Reading a history again from its first line: it must lead to the state in which the case is."""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.cases.rules.context import EventFacts
from linli.kernel.cases.rules.shapes import FOLLOW_MASTER, OPENING, CaseType


def replay(kind: CaseType, history: Iterable[EventFacts]) -> str:
    """The state to which a history leads; ValueError where a line does not follow from the one before it."""
    state, last = "", 0
    moment = None
    for line in history:
        if line.seq <= last or (moment is not None and line.at < moment):
            raise ValueError(f"line {line.seq} comes after line {last}")
        if line.from_state != state:
            raise ValueError(f"line {line.seq} starts from {line.from_state!r}, but the case was in {state!r}")
        problem = _unexplained(kind, line)
        if problem:
            raise ValueError(f"line {line.seq}: {problem}")
        state, last, moment = line.to_state, line.seq, line.at
    return state


def _unexplained(kind: CaseType, line: EventFacts) -> str:
    if line.action == OPENING:
        return "" if (line.from_state, line.to_state) == ("", kind.initial) else "a case opens in its first state"
    if line.action == FOLLOW_MASTER:
        return "" if line.to_state in kind.final_states else "a duplicate closes with its master"
    if line.action.startswith("case."):
        return "" if line.from_state == line.to_state else "the engine's own steps do not move a case"
    spec = kind.actions.get(line.action)
    if spec is None:
        return f"there is no action {line.action!r}"
    if not kind.starts_from(spec, line.from_state):
        return f"{line.action!r} does not start from {line.from_state!r}"
    return (
        "" if line.to_state == (spec.to or line.from_state) else f"{line.action!r} does not lead to {line.to_state!r}"
    )
