"""The shape of a case type: what a YAML file may say. Words it does not know are refused, so a slip of the pen shows.

Nothing here decides anything; it is the vocabulary that the engine, the checks, the diagrams and the forms share.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from linli.kernel.calendar.rules import Span

ANYONE = "anyone"
REQUESTER = "requester"
ASSIGNEE = "assignee"
SYSTEM = "system"
STANDINGS = frozenset({ANYONE, REQUESTER, ASSIGNEE, SYSTEM})
EVERY_OPEN_STATE = "*"
OPENING = "open"
FOLLOW_MASTER = "follow_master"
STATE_CLOCK = "state"

type_key = StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LevelName = Literal["province", "prefecture", "county", "township", "community"]


def _span(text: str) -> str:
    Span.parse(text)
    return text


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


SpanText = Annotated[str, AfterValidator(_span)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Shape(BaseModel):
    """Frozen, and deaf to words it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Shape):
    """The same words in both languages."""

    en: str = Field(min_length=1, max_length=400)
    zh: str = Field(min_length=1, max_length=400)

    def in_(self, language: str) -> str:
        """The words for a language code; everything that is not English reads Chinese."""
        return self.en if language.lower().startswith("en") else self.zh


class SpanBy(Shape):
    """A term that depends on a field of the case: ``{field: kind, values: {consult: 3wd, complaint: 10wd}}``."""

    field: str
    values: dict[str, SpanText] = Field(min_length=1)


class Extension(Shape):
    """By how much a clock may be extended, how often, who asks and who approves (never the same person)."""

    by: SpanText
    times: int = Field(default=1, ge=1, le=9)
    ask: Names = ("cases.handle",)
    approve: Names = ("cases.approve_clock",)


class Pausing(Shape):
    """Who may ask for a pause and who approves it (never the same person)."""

    ask: Names = ("cases.handle",)
    approve: Names = ("cases.approve_clock",)


class ClockSpec(Shape):
    """A clock of the law or of a promise. ``within`` names the statutory clock that a promise must not exceed."""

    kind: Literal["statutory", "promise"]
    title: Words
    span: SpanText
    by: SpanBy | None = None
    within: str = ""
    source: str = Field(default="", max_length=400)
    extend: Extension | None = None
    pause: Pausing | None = None

    def span_for(self, data: Mapping[str, object]) -> str:
        """The term for a case with this data."""
        if self.by is None:
            return self.span
        return self.by.values.get(str(data.get(self.by.field, "")), self.span)

    @property
    def spans(self) -> tuple[str, ...]:
        """Every term this clock can have."""
        return (self.span, *(self.by.values.values() if self.by else ()))


class StateSpec(Shape):
    """Where a case can stand. ``limit`` is the state's own clock; ``final`` closes the case."""

    title: Words
    final: bool = False
    limit: SpanText | None = None
    help: Words | None = None


class DeskRule(Shape):
    """Who has the case from now on: the region's unit at a level, or the desk named in a field of the form."""

    level: LevelName | None = None
    unit: str = Field(default="", max_length=24)
    field: str = ""


class ActionSpec(Shape):
    """One thing that can be done: by whom, from where to where, with what form, if which guards agree."""

    title: Words
    who: Names
    from_: Names = Field(alias="from")
    to: str = ""
    form: dict[str, Any] | None = None
    guards: Names = ()
    start: Names = ()
    stop: Names = ()
    pause: Names = ()
    resume: Names = ()
    other_than: Names = ()
    within: SpanText | None = None
    at_most: int | None = Field(default=None, ge=1)
    primary: bool = False
    danger: bool = False
    public: bool = True
    note: Literal["none", "optional", "required"] = "optional"
    handler: DeskRule | None = None
    source: str = Field(default="", max_length=400)
    help: Words | None = None


class OpenSpec(Shape):
    """How a case begins: by whom, with what form, which clocks start, who has it first."""

    who: Names
    form: dict[str, Any] | None = None
    guards: Names = ()
    start: Names = ()
    handler: DeskRule | None = None


class Escalation(Shape):
    """Once ``clock`` (default: the state's own) has been exceeded by this much in this state, the system does
    ``action``.

    Without ``exceeded_by``, as soon as the clock is exceeded; without ``state``, in whatever state the case then is.
    """

    action: str
    clock: str = STATE_CLOCK
    state: str = ""
    exceeded_by: SpanText | None = None

    @property
    def mark(self) -> str:
        """How a clock remembers that it has set this off."""
        return f"{self.action}@{self.state or EVERY_OPEN_STATE}+{self.exceeded_by or 0}"


class SubCases(Shape):
    """Which types may be opened under a case, and whether they must be closed before it."""

    types: Names = ()
    must_close: bool = True


class HandOver(Shape):
    """Passing a case on: who offers, who receives, how often it may come back, and who decides then."""

    offer: Names = ("cases.hand_over",)
    receive: Names = ("cases.receive",)
    return_limit: int = Field(default=1, ge=0, le=9)
    return_within: SpanText = "24h"
    arbitrate: Names = ("cases.arbitrate",)
    arbitrate_within: SpanText = "24h"
    fallback: LevelName = "township"
    source: str = ""


class Duplicates(Shape):
    """What becomes of a duplicate when its master closes: ``to``, or the master's own final state where both are of
    one type."""

    to: str = ""


class SealWhen(Shape):
    """A case whose field has one of these values opens as sealed."""

    field: str
    values: Names


class CaseType(Shape):
    """A whole case type, one version of it."""

    type: Annotated[str, type_key]
    version: int = Field(ge=1)
    title: Words
    summary: Words | None = None
    source: str = Field(default="", max_length=400)
    jurisdiction: str = "41"
    where: Names = ()
    initial: str
    open: OpenSpec
    states: dict[Key, StateSpec] = Field(min_length=2)
    clocks: dict[Key, ClockSpec] = Field(default_factory=dict)
    actions: dict[Key, ActionSpec] = Field(min_length=1)
    escalations: tuple[Escalation, ...] = ()
    sub_cases: SubCases = SubCases()
    hand_over: HandOver = HandOver()
    duplicates: Duplicates | None = None
    seal_when: SealWhen | None = None
    own_doors: bool = False

    @cached_property
    def final_states(self) -> frozenset[str]:
        """States in which a case is closed."""
        return frozenset(key for key, state in self.states.items() if state.final)

    @cached_property
    def exits(self) -> dict[str, tuple[str, ...]]:
        """The actions that start from each state, in the file's order."""
        return {
            state: tuple(key for key, action in self.actions.items() if self.starts_from(action, state))
            for state in self.states
        }

    def starts_from(self, action: ActionSpec, state: str) -> bool:
        """Whether an action may be taken in a state; ``*`` means every state that is not final."""
        if state in action.from_:
            return True
        return EVERY_OPEN_STATE in action.from_ and state in self.states and not self.states[state].final
