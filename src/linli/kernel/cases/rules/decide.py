"""Whether an action may be taken now. One chain of questions; the list of choices and the write both ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.calendar.rules import Span
from linli.kernel.cases.rules.context import Guard, GuardContext
from linli.kernel.cases.rules.shapes import ANYONE, STANDINGS, ActionSpec, CaseType

NOT_YOURS = Refusal("case.not_yours", gettext_noop("This step is for someone else."))


def permissions_of(who: Iterable[str]) -> tuple[str, ...]:
    """The permissions among the names of ``who``; the rest are standings such as ``requester``."""
    return tuple(name for name in who if name not in STANDINGS)


def stands(who: Collection[str], standings: Collection[str]) -> bool:
    """Whether how someone stands to the case is enough, whatever their role."""
    return ANYONE in who or any(standing in who for standing in standings)


def in_state(kind: CaseType, action: ActionSpec, state: str) -> Refusal | None:
    """Whether an action starts from this state."""
    if kind.starts_from(action, state):
        return None
    return Refusal(
        "case.wrong_state",
        gettext_noop("“{action}” is not possible while the case is in the state “{state}”."),
        {"action": action.title, "state": kind.states[state].title},
        advice=gettext_noop("Open the case again to see what is possible now."),
    )


def refusal_for(context: GuardContext, action: ActionSpec, guards: Mapping[str, Guard]) -> Refusal | None:
    """The first reason why an action may not be taken now; None when it may."""
    return next(_reasons(context, action, guards), None)


def _reasons(context: GuardContext, action: ActionSpec, guards: Mapping[str, Guard]) -> Iterator[Refusal]:
    questions = (_someone_else, _in_time, _often_enough, _note_given, _children_first)
    for question in questions:
        refusal = question(context, action)
        if refusal is not None:
            yield refusal
    for name in action.guards:
        refusal = guards[name](context)
        if refusal is not None:
            yield refusal


def _someone_else(context: GuardContext, action: ActionSpec) -> Refusal | None:
    """Maker ≠ checker: who did an earlier step may not do this one."""
    for earlier in action.other_than:
        if context.actor.account and context.actor.account in context.who_did(earlier):
            return Refusal(
                "case.same_person",
                gettext_noop("Whoever did “{earlier}” may not also do this step."),
                {"earlier": _title(context.type, earlier)},
                action.source,
                gettext_noop("Ask a colleague to check it."),
            )
    return None


def _title(kind: CaseType, action: str) -> object:
    spec = kind.actions.get(action)
    return spec.title if spec else kind.title


def _in_time(context: GuardContext, action: ActionSpec) -> Refusal | None:
    if action.within is None or context.since_entry(action.within):
        return None
    return Refusal(
        "case.too_late",
        gettext_noop("The time for this step is over: it was {span} from {day}."),
        {"span": Span.parse(action.within), "day": context.case.entered_at},
        action.source,
    )


def _often_enough(context: GuardContext, action: ActionSpec) -> Refusal | None:
    if action.at_most is None or context.count(context.action) < action.at_most:
        return None
    return Refusal(
        "case.often_enough",
        gettext_noop("This step was already taken {times} time(s), as often as is allowed."),
        {"times": action.at_most},
        action.source,
    )


def _note_given(context: GuardContext, action: ActionSpec) -> Refusal | None:
    if context.asking or action.note != "required" or context.note.strip():
        return None
    return Refusal("case.note_missing", gettext_noop("Please give a reason."))


def _children_first(context: GuardContext, action: ActionSpec) -> Refusal | None:
    closes = bool(action.to) and context.type.states[action.to].final
    return children_closed(context) if closes and context.type.sub_cases.must_close else None


def children_closed(context: GuardContext) -> Refusal | None:
    """Every case opened under this one is closed."""
    left = context.open_children
    if not left:
        return None
    return Refusal(
        "case.children_open",
        gettext_noop("{count} case(s) under this one are still open: {numbers}."),
        {"count": len(left), "numbers": ", ".join(child.number for child in left[:5])},
        advice=gettext_noop("Close them first."),
    )


def master_named(context: GuardContext) -> Refusal | None:
    """The case was marked as a duplicate of another."""
    if context.case.master:
        return None
    return Refusal(
        "case.no_master",
        gettext_noop("No case is named of which this one is a duplicate."),
        advice=gettext_noop("Link the earlier case first."),
    )


BUILT_IN: Mapping[str, Guard] = {"children_closed": children_closed, "duplicate_target_set": master_named}
