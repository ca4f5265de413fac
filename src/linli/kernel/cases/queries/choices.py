"""What may be done now: every step from the present state, and for each one that is not possible the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.base.errors import Missing, Refusal
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries.facts import Background, Doer, allowed, context_for, type_of
from linli.kernel.cases.queries.seeing import NO_CASE
from linli.kernel.cases.queries.speaking import spoken
from linli.kernel.cases.rules.decide import refusal_for
from linli.kernel.cases.rules.registry import guards_of
from linli.kernel.cases.rules.shapes import SYSTEM, ActionSpec, CaseType, Words


@dataclass(frozen=True)
class Choice:
    """One step. ``refusal`` is None when it may be taken now, else the reason why not."""

    action: str
    title: Words
    form: Mapping[str, Any] | None
    refusal: Refusal | None
    primary: bool
    note: str
    danger: bool
    to: str
    help: Words | None = None

    @property
    def possible(self) -> bool:
        """Whether it may be taken now."""
        return self.refusal is None


def choices(actor: Actor, case: Case, at: datetime, *, as_requester: bool = False) -> list[Choice]:
    """The steps of this actor from the case's present state, possible ones first, among them the primary one.

    At most three queries, and only where a guard looks at history, clocks or children.
    """
    kind, doer = type_of(case), Doer(actor, requester=as_requester)
    background, guards = Background(case, kind), guards_of(kind)
    found: list[Choice] = []
    for name in kind.exits[case.state]:
        spec = kind.actions[name]
        if not _offered(spec) or not allowed(doer, case, spec.who):
            continue
        reason = refusal_for(context_for(doer, background, name, spec, at=at, asking=True), spec, guards)
        refusal = spoken(reason) if reason is not None else None
        found.append(
            Choice(name, spec.title, spec.form, refusal, spec.primary, spec.note, spec.danger, spec.to, spec.help)
        )
    return sorted(found, key=lambda choice: (not choice.possible, not choice.primary, choice.danger))


def through_engine(kind: CaseType) -> None:
    """Missing for a type with doors of its own: what its domain checks and keeps beside the case happens only there."""
    if kind.own_doors:
        raise Missing(NO_CASE)


def _offered(spec: ActionSpec) -> bool:
    return any(name != SYSTEM for name in spec.who)
