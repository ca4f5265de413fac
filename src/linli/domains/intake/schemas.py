"""The shape of requests in JSON, in and out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from linli.domains.intake.rules.kinds import Kind, Privacy

Words = Annotated[str, StringConstraints(max_length=5_000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=15, pattern=r"^\d*$")]
Class = Annotated[str, StringConstraints(max_length=4)]
Desk = Annotated[str, StringConstraints(max_length=40)]
Said = Annotated[str, StringConstraints(max_length=2_000)]


class RequestIn(Schema):
    """What somebody says. Without `category` the words decide; `insist` sends it although a certificate is refused.

    `channel` other than `api` writes for somebody else and needs the right to do so.
    """

    region: Annotated[str, StringConstraints(min_length=6, max_length=15, pattern=r"^\d+$")]
    text: Annotated[str, StringConstraints(min_length=2, max_length=5_000)]
    title: Short = ""
    kind: Kind = Kind.OTHER
    category: Class = ""
    place: Short = ""
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    privacy: Privacy = Privacy.ANONYMOUS
    name: Annotated[str, StringConstraints(max_length=60)] = ""
    phone: Annotated[str, StringConstraints(max_length=24)] = ""
    accused_desk: Desk = ""
    channel: Literal["api", "phone", "counter", "grid", "agent", "kiosk"] = "api"
    insist: bool = False


class ReceiptOut(Schema):
    """What the person keeps; `code` is given here and never again."""

    id: UUID
    number: str
    code: str
    state: str
    category: str
    category_name: str
    sealed: bool
    answer_by: datetime
    emergency: str = ""


class RequestLineOut(Schema):
    """One line of a timeline."""

    at: datetime
    action: str
    text: str
    who: str
    words: str


class MatterOut(Schema):
    """A request as the person who asked sees it."""

    id: UUID
    number: str
    title: str
    text: str
    state: str
    state_name: str
    kind: str
    category: str
    category_name: str
    region: str
    region_name: str
    place: str
    holder: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    reply: str
    grade: int | None
    timeline: list[RequestLineOut]
    steps: list[str]


class StepOut(Schema):
    """A step on the desk; `refusal` says why it cannot be taken now."""

    action: str
    title: str
    primary: bool
    refusal: str


class RequestOut(Schema):
    """A request on the desk; the person is masked, and empty for those complained of."""

    id: UUID
    number: str
    title: str
    text: str
    state: str
    state_name: str
    kind: str
    category: str
    suggested: str
    confidence: float
    region: str
    region_name: str
    place: str
    longitude: float | None
    latitude: float | None
    handler: str
    handler_name: str
    channel: str
    sealed: bool
    urgency: int
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    person: str
    phone: str
    anonymous: bool
    reply: str
    grade: int | None
    reopened: int
    support: int
    steps: list[StepOut]


class RequestRowOut(Schema):
    """A request in a list."""

    id: UUID
    number: str
    title: str
    state: str
    kind: str
    category: str
    region_name: str
    place: str
    handler: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    left: str
    urgency: int
    sealed: bool


class PageOut(Schema):
    """A page of a list; `next` is the cursor to send back as `after`, null at the end."""

    items: list[RequestRowOut]
    next: str | None


class ListIn(Schema):
    """What a list is narrowed to."""

    region: Code = ""
    group: Literal["", "overdue", "today", "week", "later", "closed"] = ""
    kind: Kind | Literal[""] = ""
    category: Class = ""
    state: Annotated[str, StringConstraints(max_length=20)] = ""
    text: Annotated[str, StringConstraints(max_length=60)] = ""
    measure: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")] = ""
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    after: Annotated[str, StringConstraints(max_length=120)] = ""
    limit: int = Field(default=50, ge=1, le=200)


class RequestStepIn(Schema):
    """A step with whatever it needs: a desk, words, a reason, a number, answers, a class."""

    note: Said = ""
    text: Words = ""
    desk: Desk = ""
    reason: Annotated[str, StringConstraints(max_length=20)] = ""
    number: Literal["", "110", "119", "120", "122"] = ""
    category: Class = ""
    kind: Kind | Literal[""] = ""
    account: Annotated[str, StringConstraints(max_length=40)] = ""
    master: UUID | None = None
    is_public: bool = False
    reached: bool = False
    responded: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    grade: int | None = Field(default=None, ge=1, le=5)


class StateOut(Schema):
    """Where a request stands after a step."""

    id: UUID
    number: str
    state: str
    handler: str
    due_at: datetime | None
    closed_at: datetime | None


class CategoryOut(Schema):
    """A class of requests."""

    code: str
    name: str
    name_en: str
    restricted: bool


class SuggestIn(Schema):
    """Words and place of what somebody is about to say."""

    region: Annotated[str, StringConstraints(min_length=6, max_length=15, pattern=r"^\d+$")]
    text: Annotated[str, StringConstraints(min_length=1, max_length=5_000)]
    place: Short = ""


class ClassOut(Schema):
    """A suggested class with its confidence (0–1) and the words that spoke for it."""

    code: str
    name: str
    confidence: float
    words: list[str]


class LikeOut(Schema):
    """An earlier request that looks alike; only what the caller may see."""

    id: UUID
    number: str
    title: str
    score: int
    duplicate: bool
    follow_up: bool
    reasons: list[str]


class SuggestOut(Schema):
    """What the words suggest."""

    classes: list[ClassOut]
    emergency: str
    sealed: bool
    certificate: str
    certificate_where: str
    similar: list[LikeOut]


class RateOut(Schema):
    """A rate as a share: `part` of `whole`, with what was left out and why."""

    part: int
    whole: int
    percent: float | None
    excluded: dict[str, int]


class FiguresOut(Schema):
    """The numbers of one region; the three rates are kept apart."""

    region: str
    name: str
    received: int
    open: int
    on_time: RateOut
    response: RateOut
    solution: RateOut
    satisfaction: RateOut
    reopening: RateOut
    median_hours: float | None


class NumbersOut(Schema):
    """A region's numbers, the units below it, counts by kind and class (null: under ten of the restricted class)."""

    first: date
    last: date
    whole: FiguresOut
    units: list[FiguresOut]
    by_kind: dict[str, int]
    by_category: dict[str, int | None]
