"""Shapes of cases in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from linli.kernel.cases.queries import Filters

Text = Annotated[str, StringConstraints(max_length=4000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=15)]
Desk = Annotated[str, StringConstraints(min_length=2, max_length=40)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Key = Annotated[str, StringConstraints(max_length=80)]


class TypeOut(Schema):
    """A case type that the caller may open somewhere, with its form as JSON Schema."""

    type: str
    version: int
    title: str
    summary: str
    form: dict[str, Any] | None


class CaseIn(Schema):
    """A case to be opened; ``data`` must fit the type's form."""

    type: Name
    region: Code
    title: Short
    data: dict[str, Any] = Field(default_factory=dict)
    parent: UUID | None = None


class StepIn(Schema):
    """A step to be taken; ``data`` must fit the step's form. ``counter`` is what the caller last saw of the case."""

    data: dict[str, Any] = Field(default_factory=dict)
    note: Text = ""
    counter: int | None = Field(default=None, ge=1, le=2147483647)


class CaseOut(Schema):
    """A case as it stands."""

    id: UUID
    number: str
    type: str
    type_version: int
    type_title: str
    state: str
    state_title: str
    title: str
    region: str
    region_name: str
    handler: str
    assignee: UUID | None
    urgency: int
    channel: str
    sealed: bool
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    parent: UUID | None
    master: UUID | None
    counter: int
    data: dict[str, Any]


class QueueIn(Schema):
    """What to show of a queue."""

    region: Code = ""
    group: Literal["all", "overdue", "today", "week", "later", "closed"] = "all"
    type: Annotated[str, StringConstraints(max_length=40)] = ""
    state: Annotated[str, StringConstraints(max_length=40)] = ""
    handler: Annotated[str, StringConstraints(max_length=40)] = ""
    assignee: UUID | None = None
    urgency: int | None = Field(default=None, ge=0, le=9)
    text: Annotated[str, StringConstraints(max_length=60)] = ""
    to_do: bool = False
    after: Annotated[str, StringConstraints(max_length=100)] = ""
    limit: int = Field(default=50, ge=1, le=200)

    def narrowed(self) -> Filters:
        """As the queue's own filters."""
        return Filters(
            types=(self.type,) if self.type else (), states=(self.state,) if self.state else (), handler=self.handler,
            assignee=str(self.assignee or ""), urgency=self.urgency, text=self.text, to_do=self.to_do,
        )  # fmt: skip


class RowOut(Schema):
    """One line of a queue."""

    id: UUID
    number: str
    type: str
    state: str
    state_title: str
    title: str
    region: str
    region_name: str
    handler: str
    urgency: int
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    next_steps: list[str]


class QueueOut(Schema):
    """A page of a queue; ``next`` is the marker to send back as ``after``, null at the end."""

    items: list[RowOut]
    next: str | None


class CountOut(Schema):
    """How many cases a group has; with ``more``, at least one more than ``number``."""

    group: str
    number: int
    more: bool


class ChoiceOut(Schema):
    """A step of the caller from the present state; ``refusal`` says why it is not possible now."""

    action: str
    title: str
    to: str
    primary: bool
    possible: bool
    note: str
    form: dict[str, Any] | None
    refusal: str
    article: str


class LineOut(Schema):
    """One line of history."""

    seq: int
    at: datetime
    action: str
    title: str
    state: str
    name: str
    role: str
    note: str
    data: dict[str, Any]
    public: bool


class ClockOut(Schema):
    """A clock of the case."""

    key: str
    kind: str
    title: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    running: bool
    paused: bool
    overdue: bool
    percent: int
    source: str


class CommentIn(Schema):
    """A remark: internal, or public for the person who asked."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    public: bool = False


class CommentOut(Schema):
    """A remark."""

    id: UUID
    at: datetime
    name: str
    role: str
    text: str
    public: bool


class LinkIn(Schema):
    """A link to another case, by its id."""

    other: UUID
    kind: Literal["duplicate", "related", "followup"]


class LinkOut(Schema):
    """A case that has to do with this one."""

    case: UUID
    kind: str
    direction: str
    number: str
    title: str
    open: bool


class OfferIn(Schema):
    """A desk to which the case is offered, and why."""

    to: Desk
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class AnswerIn(Schema):
    """What the receiving desk says: accept, or return with a reason."""

    answer: Literal["accept", "return"]
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class HandoverOut(Schema):
    """One offer of the case to a desk."""

    id: UUID
    kind: str
    from_desk: str
    to_desk: str
    reason: str
    offered_at: datetime
    state: str
    answer: str
    final: bool


class ClockAskIn(Schema):
    """What is asked about a clock, and why."""

    kind: Literal["pause", "extend"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ClockAnswerIn(Schema):
    """The approver's decision."""

    approve: bool
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class ClockRequestOut(Schema):
    """A request about a clock."""

    id: UUID
    clock: str
    kind: str
    span: str
    reason: str
    asked_name: str
    asked_at: datetime
    state: str


class AssignIn(Schema):
    """The account that has the case now; null takes the name off."""

    account: UUID | None = None
