"""Opening a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Model

from linli.base.errors import Conflict, Denied, Invalid, LinliError, Refusal, Refused
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import emit, record
from linli.kernel.audit.models.rows import insert
from linli.kernel.audit.rules import Who
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case, CaseEvent, CaseTypeUse, CaseWatcher
from linli.kernel.cases.queries.facts import Background, Doer, case_facts, open_to, standings, type_of, uuid_or_none
from linli.kernel.cases.queries.speaking import ensure
from linli.kernel.cases.rules.clocks import Clocks, earliest_due, next_look, start_clock, state_key
from linli.kernel.cases.rules.context import ActorFacts, GuardContext
from linli.kernel.cases.rules.decide import NOT_YOURS
from linli.kernel.cases.rules.desks import desk_by
from linli.kernel.cases.rules.forms import checked, kept
from linli.kernel.cases.rules.numbers import new_number
from linli.kernel.cases.rules.reading import digest_of
from linli.kernel.cases.rules.registry import get_type, guards_of
from linli.kernel.cases.rules.shapes import OPENING, STATE_CLOCK, CaseType
from linli.kernel.regions.models import Region
from linli.kernel.regions.queries import get_region
from linli.kernel.regions.rules import Level, covers, short

log = structlog.get_logger(__name__)
NO_TITLE = Refusal("case.title", gettext_noop("Say in a few words what it is about."))
NOT_HERE = Refusal("case.not_here", gettext_noop("Cases of this type are not opened in this region."))
RETIRED = Refusal(
    "case.region_retired",
    gettext_noop("{region} no longer exists; it was merged or renamed."),
    advice=gettext_noop("Choose the unit that took over."),
)
TOO_HIGH = Refusal("case.region_too_high", gettext_noop("Choose at least the county in which it is."))
PARENT_CLOSED = Refusal("case.parent_closed", gettext_noop("The case above this one is already closed."))
WRONG_CHILD = Refusal("case.wrong_child", gettext_noop("A case of this type cannot be opened under that one."))
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Opening:
    """A case to be opened, as asked for; ``content`` is a digest of what the caller's domain keeps beside the case."""

    type: str
    region: str
    title: str
    data: Mapping[str, object]
    channel: str = ""
    sealed: bool = False
    handler: str = ""
    requester: str = ""
    urgency: int = 0
    watchers: Collection[str] = ()
    content: str = ""


def open_case(
    actor: Actor,
    type: str,
    *,
    region: str,
    title: str,
    data: Mapping[str, object],
    at: datetime,
    key: str = "",
    parent: Case | None = None,
    channel: str = "",
    sealed: bool = False,
    handler: str = "",
    requester: str = "",
    urgency: int = 0,
    watchers: Collection[str] = (),
    record_who: Who | None = None,
    content: str = "",
) -> Case:
    """Open a case of a type in a region; its clocks run from ``at``.

    Denied when the type is not for the actor, Invalid for a form that does not fit, Refused by a guard, Conflict when
    ``key`` came before with another content; the same key with the same content returns the first case. ``content`` is
    a digest of what the domain keeps beside the case: it belongs to the content.
    """
    doer = Doer(actor, who=record_who)
    wanted = Opening(
        type, region, title, data, channel or actor.channel, sealed, handler, requester, urgency, watchers, content
    )
    try:
        with transaction.atomic():
            return open_as(doer, wanted, at=at, key=key, parent=parent)
    except IntegrityError as error:
        # The same key at the same moment: the slower one is told what the faster one did.
        place = place_of(region)
        done = writing.replayed(doer, place.county, key, _digest(wanted, place, parent)) if key else None
        if done is not None:
            return done
        raise writing.twice_at_once(error) from error


def open_as(doer: Doer, wanted: Opening, *, at: datetime, key: str = "", parent: Case | None = None) -> Case:
    """Open a case inside the caller's transaction: require, check, write, record."""
    kind = get_type(wanted.type)
    place = place_of(wanted.region)
    digest = ""
    if key:
        digest = _digest(wanted, place, parent)
        before = writing.replayed(doer, place.county, key, digest)
        if before is not None:
            return before
    if not open_to(doer, kind.open.who, place.code):
        raise Denied(NOT_YOURS)
    case, clocks, form = prepare(doer, kind, place, wanted, at)
    if parent is not None:
        _under(doer, parent, case, at)
    note_use(kind, at)
    rows: list[Model] = [case, first_event(doer, case, form), *(writing.clock_row(case, clock) for clock in clocks)]
    rows += [_watcher(doer, case, account, at) for account in wanted.watchers]
    if key:
        rows.append(writing.key_row(doer, case, key, digest, at))
    insert(rows)
    emit("case.opened", str(case.pk), opened_payload(case), county=case.county, at=at)
    record(
        doer.as_who(case.region_id, case.handler),
        "cases.open",
        case.subject,
        at=at,
        county=case.county,
        detail=opened_detail(case),
    )
    return case


def _digest(wanted: Opening, place: Place, parent: Case | None) -> str:
    above = str(parent.pk) if parent else ""
    beside = [wanted.content] if wanted.content else []
    return writing.content_digest(OPENING, wanted.type, place.code, wanted.title, wanted.data, above, *beside)


@dataclass(frozen=True)
class Place:
    """What a case needs to know about its region."""

    code: str
    name: str
    level: int
    county: str
    retired: bool
    row: Region = field(compare=False)


@lru_cache(maxsize=65536)
def _place(code: str) -> Place:
    region = get_region(code)
    return Place(region.code, region.name, region.level, region.county, region.valid_to is not None, region)


def place_of(code: str) -> Place:
    """A region by its code, kept in the process: codes never change their meaning, and a retirement takes effect at the
    latest with the next start."""
    try:
        return _place(short(code))
    except ValueError:
        region = get_region(code)  # says Missing with a sentence
        return _place(region.code)


def prepare(
    doer: Doer, kind: CaseType, place: Place, wanted: Opening, at: datetime
) -> tuple[Case, Clocks, dict[str, object]]:
    """Check what is wanted and make the case and its clocks, unsaved."""
    title = " ".join(wanted.title.split())[: LONGEST_TITLE + 1].replace("\x00", "").encode("utf-8", "replace").decode()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(NO_TITLE, {"title": [NO_TITLE.message]})
    if place.retired:
        raise Refused(Refusal(RETIRED.code, RETIRED.message, {"region": place.name}, advice=RETIRED.advice))
    if kind.where and not any(covers(outer, place.code) for outer in kind.where):
        raise Refused(NOT_HERE)
    if place.level < Level.COUNTY:
        raise Refused(TOO_HIGH)
    form = checked(kind.open.form, wanted.data)
    case = _case(doer, kind, place, wanted, title=title, data=kept(kind.open.form, form), at=at)
    if kind.open.guards:
        _guarded(doer, kind, case, form, at)
    calendar = work_calendar(kind.jurisdiction)
    limit = kind.states[kind.initial].limit
    starting: list[tuple[str, str, str]] = [
        (key, kind.clocks[key].kind, kind.clocks[key].span_for(case.data)) for key in kind.open.start
    ]
    if limit:
        starting.append((state_key(kind.initial), STATE_CLOCK, limit))
    clocks = tuple(start_clock((), key, sort, span, at=at, calendar=calendar) for key, sort, span in starting)
    case.due_at, case.escalate_at = earliest_due(clocks), next_look(kind, kind.initial, clocks, calendar)
    return case, clocks, form


def _case(
    doer: Doer, kind: CaseType, place: Place, wanted: Opening, *, title: str, data: dict[str, object], at: datetime
) -> Case:
    sealed = wanted.sealed
    if kind.seal_when is not None:
        sealed = sealed or str(data.get(kind.seal_when.field)) in kind.seal_when.values
    actor = doer.actor
    own = actor.person if actor is not None and not actor.is_staff else ""
    code = place.code
    return Case(
        id=new_id(), county=place.county, prefecture=code[:4], township=code[:9] if len(code) >= 9 else "",
        community=code[:12] if len(code) >= 12 else "", region=place.row, number=new_number(at), type=kind.type,
        type_version=kind.version, state=kind.initial, entered_at=at, title=title, data=data, sealed=sealed,
        urgency=wanted.urgency, channel=wanted.channel[:20],
        handler=wanted.handler or desk_by(kind.open.handler, code, data) or code,
        opened_by=uuid_or_none(doer.account), requester=uuid_or_none(wanted.requester or own), opened_at=at,
        changed_at=at,
    )  # fmt: skip


def _guarded(doer: Doer, kind: CaseType, case: Case, form: Mapping[str, object], at: datetime) -> None:
    actor = doer.actor
    context = GuardContext(
        case=case_facts(case), type=kind, action=OPENING, at=at, form=form, calendar=work_calendar(kind.jurisdiction),
        actor=ActorFacts(
            doer.account, actor.person if actor else "", frozenset(map(str, actor.roles)) if actor else frozenset(),
            standings(doer, case),
        ),
    )  # fmt: skip
    guards = guards_of(kind)
    for name in kind.open.guards:
        ensure(guards[name](context))


def _watcher(doer: Doer, case: Case, account: str, at: datetime) -> CaseWatcher:
    by = doer.account or doer.scope
    return CaseWatcher(
        id=new_id(), county=case.county, case_id=case.pk, account=UUID(account), named_by=by, named_at=at
    )


def first_event(doer: Doer, case: Case, form: Mapping[str, object]) -> CaseEvent:
    """The first line of a case's history, unsaved."""
    who = doer.as_who(case.region_id, case.handler)
    return CaseEvent(
        id=new_id(), county=case.county, case_id=case.pk, seq=case.counter, at=case.opened_at, action=OPENING,
        from_state="", to_state=case.state, account=who.account, name=who.name, role=who.role, data=dict(form),
        is_public=True,
    )  # fmt: skip


def opened_payload(case: Case) -> dict[str, object]:
    """What the outbox tells about a new case."""
    return {
        "case": str(case.pk), "type": case.type, "number": case.number, "region": case.region_id, "from": "",
        "to": case.state, "action": OPENING, "sealed": case.sealed,
    }  # fmt: skip


def opened_detail(case: Case) -> dict[str, object]:
    """What the record says about a new case. The words themselves stay in the case, where they can be erased when their
    purpose ends; the digest proves that they were not altered."""
    return {
        "type": case.type, "version": case.type_version, "number": case.number, "state": case.state,
        "handler": case.handler, "sealed": case.sealed, "content": writing.content_digest(case.title, case.data),
    }  # fmt: skip


def _under(doer: Doer, parent: Case, case: Case, at: datetime) -> None:
    above = type_of(parent)
    if case.type not in above.sub_cases.types:
        raise Refused(WRONG_CHILD)
    if parent.closed_at is not None:
        raise Refused(PARENT_CLOSED)
    case.parent = parent
    # The line on the parent is also the lock: a parent that closes at this moment conflicts with it.
    told = {"child": str(case.pk), "number": case.number, "type": case.type}
    writing.write(doer, Background(parent, above), Change("case.sub_case", at, data=told, told=told))


_noted: set[tuple[str, int]] = set()


def note_use(kind: CaseType, at: datetime) -> None:
    """Keep the digest of a definition when it is first used; once per process after that."""
    mark = (kind.type, kind.version)
    if mark in _noted:
        return
    digest = digest_of(kind)
    use, _ = CaseTypeUse.objects.get_or_create(
        type=kind.type, version=kind.version, defaults={"digest": digest, "first_used_at": at}
    )
    if use.digest != digest:
        log.warning("case_type_edited_in_place", type=kind.type, version=kind.version)
    transaction.on_commit(lambda: _noted.add(mark))


__all__ = ["Conflict", "LinliError", "Opening", "open_as", "open_case"]
