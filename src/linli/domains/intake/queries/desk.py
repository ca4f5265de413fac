"""The desk: queues by clock, one request with everything at hand, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.base.clock import BEIJING
from linli.base.errors import Invalid
from linli.domains.intake.models import Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.home import clock_state
from linli.domains.intake.queries.measured import measured, period_of
from linli.domains.intake.queries.names import categories, desk_names, is_english
from linli.domains.intake.queries.requests import TYPE, Found, is_accused, person_of, visible_requests
from linli.domains.intake.queries.suggesting import Guess, Similar, guess, similar_requests
from linli.domains.intake.queries.timeline import File, main_clock
from linli.domains.intake.rules.kinds import CHANNEL_NAMES, FINAL_STATES, KIND_NAMES, STATE_NAMES, Channel, Kind
from linli.domains.intake.rules.measuring import RECEIVED
from linli.domains.intake.rules.wording import Person
from linli.kernel.access.queries import holding, may
from linli.kernel.access.rules import Actor
from linli.kernel.cases import queries as cases
from linli.kernel.cases.models import Case
from linli.kernel.cases.permissions import Permission as Engine
from linli.kernel.cases.queries.queue import BAD_CURSOR, day_ends
from linli.kernel.cases.queries.reading import Passing
from linli.kernel.files.queries import attachments_of, pass_for
from linli.kernel.regions.queries import get_region, path, search
from linli.kernel.regions.rules import is_code, short, subtree

GROUPS = ("overdue", "today", "week", "later")
PAGE = 25


@dataclass(frozen=True)
class Filters:
    """What the desk's list is narrowed to; empty means everything."""

    region: str = ""
    group: str = ""
    kind: str = ""
    category: str = ""
    channel: str = ""
    state: str = ""
    assignee: str = ""
    text: str = ""
    measure: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether it is the list behind a number: of a period, open and closed, by the day it was said."""
        return bool(self.measure or self.first or self.last)

    @property
    def is_record(self) -> bool:
        """Whether it is a list of what was rather than of what is to be done: behind a number, or in a final state."""
        return self.is_measured or self.state in FINAL_STATES

    def as_dict(self) -> dict[str, str]:
        """The filters that are set, for links and for the record."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Row:
    """One line of the desk's list: what, where, how long left, who."""

    id: UUID
    number: str
    title: str
    state: str
    state_name: str
    kind: str
    category: str
    place: str
    region_name: str
    handler: str
    assignee: str
    channel: str
    due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    left: str
    urgency: int
    sealed: bool
    support: int


@dataclass(frozen=True)
class Pile:
    """The rows of one group with how many there are; ``after`` leads to the next page of this group."""

    group: str
    rows: tuple[Row, ...]
    count: int
    more: bool
    after: str


def home_region(actor: Actor) -> str:
    """The highest region an actor works for; "" for somebody without any."""
    regions = sorted((grant.region for grant in holding(actor, Engine.SEE)), key=len)
    return regions[0] if regions else ""


def regions_of(actor: Actor) -> list[tuple[str, str]]:
    """The regions an actor may switch between."""
    codes = dict.fromkeys(grant.region for grant in [*holding(actor, Engine.SEE), *holding(actor, Engine.SEE_SEALED)])
    return [(code, get_region(code).name) for code in codes]


def region_from(code: str, words: str) -> str:
    """The region somebody picked (its code) or typed (code, name or pinyin); "" when there is none."""
    typed = words.strip()
    if is_code(typed):
        return short(typed)
    picked = get_region(code) if is_code(code) else None
    if picked is not None and typed in ("", picked.name, picked.full_name):
        return picked.code
    hits = search(typed, limit=1) if typed else []
    return hits[0].code if hits else (picked.code if picked else "")


def way(region: str) -> list[tuple[str, str]]:
    """The way from the province down to a region, as codes and names."""
    return [(one.code, one.name) for one in path(region)] if region else []


def piles(actor: Actor, filters: Filters, at: datetime, limit: int = PAGE) -> list[Pile]:
    """The groups 已超时, 今天到期, 本周, 其他 with their first rows, or one pile of records; no more queries for more
    rows."""
    if filters.is_record:
        rows, marker = listed(actor, filters, at, limit=limit)
        return [Pile("records", rows, count_rows(actor, filters, at), False, marker)]
    groups = [filters.group] if filters.group in GROUPS else list(GROUPS)
    counts = _counts(actor, filters, at)
    found = []
    for group in groups:
        number, more = counts.get(group, (0, False))
        page = listed(actor, replace(filters, group=group), at, limit=limit) if number else ((), "")
        found.append(Pile(group, page[0], number, more, page[1]))
    return found


def listed(
    actor: Actor, filters: Filters, at: datetime, *, after: str = "", limit: int = PAGE
) -> tuple[tuple[Row, ...], str]:
    """A page of one group (or of all open requests) and the marker of the next, in the order of the queue's index; of
    the records behind a number by the day they were said, newest first."""
    if filters.is_record:
        return _records(actor, filters, at, after, limit)
    page = cases.queue(
        actor, region=filters.region, group=filters.group or "all", filters=_engine(filters), after=after,
        limit=limit, at=at,
    )  # fmt: skip
    return tuple(_rows(actor, [row.id for row in page.rows], at)), page.after


def _records(actor: Actor, filters: Filters, at: datetime, after: str, limit: int) -> tuple[tuple[Row, ...], str]:
    chosen = _narrowed(actor, filters, at)
    if after:
        moment, last = _read_marker(after)
        chosen = chosen.filter(Q(case__opened_at__lt=moment) | Q(case__opened_at=moment, case_id__lt=last))
    found = list(chosen.order_by("-case__opened_at", "-case_id").values_list("case_id", "case__opened_at")[: limit + 1])
    shown = found[:limit]
    marker = f"{shown[-1][1].isoformat()}~{shown[-1][0].hex}" if len(found) > limit else ""
    return tuple(_rows(actor, [case_id for case_id, _opened in shown], at)), marker


def _read_marker(after: str) -> tuple[datetime, UUID]:
    moment, _, last = after.partition("~")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
        if found.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return found.astimezone(UTC), UUID(last)
    except (ValueError, OverflowError):
        raise Invalid(BAD_CURSOR) from None


def settled(filters: Filters, today: date) -> Filters:
    """The filters with measure and period complete, as a number's list needs them: without a measure everything
    received, without days the last thirty. Invalid for days that are none."""
    if not filters.is_measured:
        return filters
    period = period_of(filters.first, filters.last, today)
    measure = filters.measure or RECEIVED
    return replace(filters, measure=measure, first=period.first.isoformat(), last=period.last.isoformat())


def all_rows(actor: Actor, filters: Filters, at: datetime, limit: int) -> list[Row]:
    """Every request of the filters, for a file; open and closed."""
    ids = list(
        _narrowed(actor, filters, at).order_by("case__opened_at", "case_id").values_list("case_id", flat=True)[:limit]
    )
    return [row for start in range(0, len(ids), 500) for row in _rows(actor, ids[start : start + 500], at)]


def count_rows(actor: Actor, filters: Filters, at: datetime) -> int:
    """How many requests a file of these filters would hold."""
    return _narrowed(actor, filters, at).count()


def _engine(filters: Filters) -> cases.Filters:
    """The engine's own filters, and as one condition what only a request has: the queue is still read along its own
    index (region's column, due date, id) and stops after a page; each line costs one look by its unique case."""
    own = {"request__kind": filters.kind, "request__category": filters.category, "channel": filters.channel}
    also = {name: value for name, value in own.items() if value}
    states = (filters.state,) if filters.state else ()
    return cases.Filters(
        types=(TYPE,), states=states, assignee=filters.assignee, text=filters.text, also=Q(**also) if also else None
    )


def _counts(actor: Actor, filters: Filters, at: datetime) -> dict[str, tuple[int, bool]]:
    found = cases.queue_counts(actor, region=filters.region, filters=_engine(filters), at=at)
    return {count.group: (count.number, count.more) for count in found}


def _narrowed(actor: Actor, filters: Filters, at: datetime) -> QuerySet[Request]:
    rows = visible_requests(actor)
    if filters.is_measured:
        period = period_of(filters.first, filters.last, at.astimezone(BEIJING).date())
        region = get_region(filters.region).code if filters.region else ""
        rows = rows.filter(pk__in=measured(actor, region, period, filters.measure or RECEIVED).values("pk"))
    elif filters.region:
        low, high = subtree(get_region(filters.region).code)
        rows = rows.filter(case__region_id__gte=low, case__region_id__lt=high)
    if filters.group and not filters.is_record:
        rows = rows.filter(_in_group(filters.group, at))
    exact = {
        "kind": filters.kind,
        "category": filters.category,
        "channel": filters.channel,
        "case__state": filters.state,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.assignee == "none":
        rows = rows.filter(case__assignee=None)
    elif filters.assignee:
        rows = rows.filter(case__assignee_id=UUID(filters.assignee))
    if filters.text:
        words = filters.text.strip()[:60]
        rows = rows.filter(Q(case__number=words.upper()) | Q(case__title__icontains=words) | Q(text__icontains=words))
    return rows


def _in_group(group: str, at: datetime) -> Q:
    today, week = day_ends(at)
    is_open = Q(case__closed_at=None)
    return {
        "overdue": is_open & Q(case__due_at__lt=at),
        "today": is_open & Q(case__due_at__gte=at, case__due_at__lt=today),
        "week": is_open & Q(case__due_at__gte=today, case__due_at__lt=week),
        "later": is_open & (Q(case__due_at__gte=week) | Q(case__due_at=None)),
        "closed": ~is_open,
    }.get(group, is_open)


def _rows(actor: Actor, ids: Sequence[UUID], at: datetime) -> list[Row]:
    """Rows in the order of the ids; two queries (requests with case and region, names of desks)."""
    requests = {
        request.case_id: request
        for request in Request.objects.filter(case_id__in=ids).select_related("case", "case__region", "case__assignee")
    }
    found = [requests[one] for one in ids if one in requests]
    if not found:
        return []
    first = found[0].case
    names, classes = (
        desk_names([one.case.handler for one in found], first.region_id, at),
        categories(first.region_id, at),
    )
    return [_row(request, names, classes, at) for request in found]


def _row(request: Request, names: dict[str, str], classes: dict[str, str], at: datetime) -> Row:
    case = request.case
    return Row(
        id=case.pk,
        number=case.number,
        title=case.title,
        state=case.state,
        state_name=STATE_NAMES[case.state],
        kind=KIND_NAMES[Kind(request.kind)],
        category=classes.get(request.category, request.category),
        place=request.place,
        region_name=case.region.name,
        handler=names.get(case.handler, case.handler),
        assignee=str(case.assignee or ""),
        channel=CHANNEL_NAMES[Channel(request.channel)],
        due_at=case.due_at,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        left=clock_state(case.due_at, case.closed_at, at),
        urgency=case.urgency,
        sealed=case.sealed,
        support=request.support,
    )


@dataclass(frozen=True)
class Step:
    """One thing to do: its name, whether it is the next one, and the reason when it cannot be done now."""

    action: str
    title: str
    is_primary: bool
    refusal: object | None
    is_danger: bool = False


@dataclass(frozen=True)
class Desk:
    """One request with everything at hand."""

    found: Found
    state: str
    kind: str
    category: str
    holder: str
    person: Person
    accused: bool
    may_reveal: bool
    clock: cases.ClockView | None
    clocks: tuple[cases.ClockView, ...]
    lines: tuple[cases.HistoryLine, ...]
    remarks: tuple[cases.CommentView, ...]
    files: tuple[File, ...]
    links: tuple[cases.LinkView, ...]
    similar: tuple[Similar, ...]
    guess: Guess
    steps: tuple[Step, ...]
    asked: tuple[object, ...]
    names: dict[str, str]

    @property
    def case(self) -> Case:
        return self.found.case

    @property
    def request(self) -> Request:
        return self.found.request


REQUESTERS = frozenset({"supply", "rate_answer", "rate_closed", "withdraw"})
OWN_FORM = frozenset({"note_report"})
"""Steps that have their own form on the page of a request, beside the words of the law."""


def desk_view(actor: Actor, found: Found, at: datetime) -> Desk:
    """The case page: facts, words, person (masked), files, similar matters, history, clocks, and what may be done."""
    case, request = found.case, found.request
    lines, views = cases.history(case), cases.clocks(case, at)
    desks = [
        case.handler,
        *(str(line.data[key]) for line in lines for key in ("desk", "to", "from") if line.data.get(key)),
    ]
    names = desk_names(desks, case.region_id, at)
    offers = cases.handovers(case)
    accused = is_accused(actor, case)
    return Desk(
        found=found,
        state=STATE_NAMES[case.state],
        kind=KIND_NAMES[Kind(request.kind)],
        category=categories(case.region_id, at).get(request.category, request.category),
        holder=names.get(case.handler, case.handler),
        person=person_of(actor, found),
        accused=accused,
        may_reveal=not accused
        and not request.is_anonymous
        and may(actor, Permission.REVEAL_CONTACT, case.region_id, handler=case.handler),
        clock=main_clock(views),
        clocks=tuple(views),
        lines=tuple(lines),
        remarks=tuple(cases.comments(case)),
        files=tuple(
            File(str(one.pk), one.name, one.is_picture, pass_for(one, at=at))
            for one in attachments_of(found.subject, county=case.county)
            if one.content_id
        ),
        links=tuple(cases.links(actor, case)),
        similar=tuple(_similar(actor, found)),
        guess=guess(case.region_id, f"{case.title}\n{request.text}", "", at),
        steps=tuple(_steps(actor, case, at, cases.passing(actor, case, offers))),
        asked=tuple(cases.clock_requests(case)),
        names=names,
    )


def _similar(actor: Actor, found: Found) -> list[Similar]:
    case, request = found.case, found.request
    if case.closed_at is not None:
        return []
    person = request.phone_index or (f"{request.source}:{request.external_person}" if request.external_person else "")
    return similar_requests(
        actor,
        region=case.region_id,
        text=f"{case.title} {request.text}",
        place=request.place,
        category=request.category,
        phone_index=person,
        at=case.opened_at + timedelta(seconds=1),
        leave_out=str(case.pk),
    )


def _steps(actor: Actor, case: Case, at: datetime, passing: Passing) -> list[Step]:
    steps = [
        Step(choice.action, choice.title.in_(_language()), choice.primary, choice.refusal, choice.danger)
        for choice in cases.choices(actor, case, at)
        if choice.action not in REQUESTERS | OWN_FORM
    ]
    if passing.accept:
        steps.insert(0, Step("accept_handover", "", True, None))
    extra = {"hand_over": passing.offer and case.state == "handling", "return_handover": passing.give_back}
    steps += [Step(name, "", False, None) for name, offered in extra.items() if offered]
    return steps


def _language() -> str:
    return "en" if is_english() else "zh"
