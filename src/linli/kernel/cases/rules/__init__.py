"""What can be decided about cases without asking anyone. Domains register their types and write their guards with
this."""

from linli.kernel.cases.rules.context import (
    ActorFacts,
    CaseFacts,
    ChildFacts,
    ClockFacts,
    EventFacts,
    Guard,
    GuardContext,
)
from linli.kernel.cases.rules.numbers import new_number, tidy_number
from linli.kernel.cases.rules.reading import LyingType, Problem
from linli.kernel.cases.rules.registry import all_types, current_types, get_type, guards_of, register_types
from linli.kernel.cases.rules.shapes import ActionSpec, CaseType, ClockSpec, StateSpec, Words

__all__ = [
    "ActionSpec",
    "ActorFacts",
    "CaseFacts",
    "CaseType",
    "ChildFacts",
    "ClockFacts",
    "ClockSpec",
    "EventFacts",
    "Guard",
    "GuardContext",
    "LyingType",
    "Problem",
    "StateSpec",
    "Words",
    "all_types",
    "current_types",
    "get_type",
    "guards_of",
    "new_number",
    "register_types",
    "tidy_number",
]
