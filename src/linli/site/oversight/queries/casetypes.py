"""Case types in the words of people: where a matter can stand, who may do what there, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.kernel.access.permissions import roles_with
from linli.kernel.access.queries import role_names
from linli.kernel.calendar.rules import Span
from linli.kernel.cases.queries.speaking import say, say_span
from linli.kernel.cases.rules import CaseType, current_types, get_type
from linli.kernel.cases.rules.shapes import ANYONE, ASSIGNEE, REQUESTER, STATE_CLOCK, SYSTEM, ActionSpec
from linli.site.oversight.queries.record import place_names


@dataclass(frozen=True)
class TypeLine:
    """One type in the list."""

    key: str
    title: str
    summary: str
    version: int
    states: int
    steps: int
    where: str
    terms: str


@dataclass(frozen=True)
class StepLine:
    """One thing that can be done; ``to`` is empty when the matter stays where it is."""

    key: str
    title: str
    to: str
    to_key: str
    who: str
    conditions: tuple[str, ...]
    clocks: tuple[str, ...]
    source: str
    primary: bool


@dataclass(frozen=True)
class StateLine:
    """One place where a matter can stand, and what leads on from there."""

    key: str
    title: str
    help: str
    limit: str
    is_first: bool
    is_final: bool
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class ClockLine:
    """One term: how long, by what law, and whether it may be longer."""

    title: str
    kind: str
    terms: tuple[str, ...]
    extension: str
    source: str


@dataclass(frozen=True)
class TypePage:
    """A whole type."""

    kind: CaseType
    title: str
    summary: str
    where: str
    opened_by: str
    states: tuple[StateLine, ...]
    clocks: tuple[ClockLine, ...]
    escalations: tuple[tuple[str, str, str], ...]


def type_lines() -> list[TypeLine]:
    """Every type in its newest version."""
    kinds = current_types()
    names = place_names({code for kind in kinds for code in kind.where})
    return [
        TypeLine(
            kind.type, say(kind.title), say(kind.summary) if kind.summary else "", kind.version, len(kind.states),
            len(kind.actions), _where(kind, names), ", ".join(_terms(kind)),
        )
        for kind in kinds
    ]  # fmt: skip


def type_page(key: str) -> TypePage:
    """One type in its newest version; Missing for one that is not here."""
    kind = get_type(key)
    states = tuple(
        StateLine(
            name, say(state.title), say(state.help) if state.help else "", _span(state.limit) if state.limit else "",
            name == kind.initial, state.final, tuple(_step(kind, step) for step in kind.exits[name]),
        )
        for name, state in kind.states.items()
    )  # fmt: skip
    return TypePage(
        kind, say(kind.title), say(kind.summary) if kind.summary else "", _where(kind, place_names(kind.where)),
        who_said(kind.open.who), states, tuple(_clocks(kind)), tuple(_escalations(kind)),
    )  # fmt: skip


def who_said(names: Iterable[str]) -> str:
    """Who may do something: standings and the roles that hold a permission, as people call them."""
    standings = {
        ANYONE: pgettext("who", "anyone"), REQUESTER: pgettext("who", "whoever it is about"),
        ASSIGNEE: pgettext("who", "the person who has it"), SYSTEM: pgettext("who", "the system, by itself"),
    }  # fmt: skip
    said = []
    for name in names:
        if name in standings:
            said.append(standings[name])
        else:
            said.append(role_names(roles_with(name)))
    return ", ".join(dict.fromkeys(part for whole in said for part in whole.split(", ")))


def _where(kind: CaseType, names: dict[str, str]) -> str:
    return ", ".join(f"{names.get(code, '')} ({code})".strip() for code in kind.where) or _("everywhere")


def _span(text: str) -> str:
    return say_span(Span.parse(text))


def _terms(kind: CaseType) -> list[str]:
    return list(dict.fromkeys(f"{say(clock.title)} {_span(clock.span)}" for clock in kind.clocks.values()))


def _step(kind: CaseType, key: str) -> StepLine:
    step = kind.actions[key]
    return StepLine(
        key, say(step.title), say(kind.states[step.to].title) if step.to else "", step.to, who_said(step.who),
        tuple(_conditions(kind, step)), tuple(_effects(kind, step)), step.source, step.primary,
    )  # fmt: skip


def _conditions(kind: CaseType, step: ActionSpec) -> Iterable[str]:
    if step.note == "required":
        yield _("with a reason")
    if step.within:
        yield _("within {span}").format(span=_span(step.within))
    if step.at_most:
        yield _("at most {number} times").format(number=step.at_most)
    for other in step.other_than:
        title = say(kind.actions[other].title) if other in kind.actions else other
        yield _("not by whoever did “{step}”").format(step=title)


def _effects(kind: CaseType, step: ActionSpec) -> Iterable[str]:
    words = {
        "start": _("starts: {clock}"), "stop": _("stops: {clock}"),
        "pause": _("pauses: {clock}"), "resume": _("resumes: {clock}"),
    }  # fmt: skip
    for verb, sentence in words.items():
        for clock in getattr(step, verb):
            yield sentence.format(clock=say(kind.clocks[clock].title) if clock in kind.clocks else clock)


def _clocks(kind: CaseType) -> Iterable[ClockLine]:
    kinds = {"statutory": pgettext("clock", "by law"), "promise": pgettext("clock", "promised")}
    for clock in kind.clocks.values():
        terms = tuple(dict.fromkeys(_span(span) for span in clock.spans))
        longer = ""
        if clock.extend:
            longer = _("{span} more, {times} times at most; approved by: {who}").format(
                span=_span(clock.extend.by), times=clock.extend.times, who=who_said(clock.extend.approve)
            )
        yield ClockLine(say(clock.title), kinds[clock.kind], terms, longer, clock.source)
    for state in kind.states.values():
        if state.limit:
            yield ClockLine(say(state.title), pgettext("clock", "of the state"), (_span(state.limit),), "", "")


def _escalations(kind: CaseType) -> Iterable[tuple[str, str, str]]:
    """(when, in which state, what the system does)"""
    for rule in kind.escalations:
        clock = _("the state's own time") if rule.clock == STATE_CLOCK else say(kind.clocks[rule.clock].title)
        late = _("{clock} is exceeded by {span}") if rule.exceeded_by else _("{clock} is exceeded")
        span = _span(rule.exceeded_by) if rule.exceeded_by else ""
        state = say(kind.states[rule.state].title) if rule.state else _("any state")
        yield late.format(clock=clock, span=span), state, say(kind.actions[rule.action].title)
