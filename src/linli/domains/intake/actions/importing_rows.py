"""Writing a batch of imported requests: cases through the engine by the thousand, then what a request has beyond them.

A row that brings its answer comes in as answered and closed at the true times. Its two lines of history are written
here as the engine would have written them then; guards about call-backs are not asked: those calls were never ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model

from linli.base.errors import Refusal
from linli.base.ids import new_id
from linli.domains.intake.models import Request
from linli.domains.intake.rules.guards import promised
from linli.domains.intake.rules.kinds import Channel
from linli.domains.intake.rules.mapping import ImportMap, Row
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import emit_many, record_many
from linli.kernel.audit.models.rows import insert_many
from linli.kernel.audit.rules import Emission, Record, Who
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import NewCase, open_cases
from linli.kernel.cases.models import Case, CaseEvent, Clock
from linli.kernel.cases.rules import CaseType, get_type

TYPE = "request"
CHANGED = ["state", "entered_at", "changed_at", "counter", "closed_at", "outcome", "due_at", "escalate_at"]


@dataclass(frozen=True)
class NewRequest:
    """A row, classified."""

    row: Row
    category: str
    suggested: str
    confidence: float
    sealed: bool


def write_batch(actor: Actor, shape: ImportMap, fresh: Sequence[NewRequest], at: datetime) -> dict[int, Refusal]:
    """Write rows inside the caller's transaction; returns the reason for each row that could not be opened."""
    kind = get_type(TYPE)
    opened = open_cases(actor, [_case(one) for one in fresh], at)
    failed = {result.row: result.error.refusal for result in opened if result.error is not None}
    pairs = [(fresh[result.row], result.case) for result in opened if result.case is not None]
    insert_many([[_request(shape, kind, one, case) for one, case in pairs]])
    _answer(actor, shape, kind, [(one, case) for one, case in pairs if one.row.reply], at)
    return failed


def _case(one: NewRequest) -> NewCase:
    row = one.row
    return NewCase(
        TYPE, row.region, row.title, {"kind": row.kind.value, "category": one.category, "privacy": "anonymous"},
        channel=Channel.IMPORT.value, sealed=one.sealed, at=row.opened_at,
    )  # fmt: skip


def _request(shape: ImportMap, kind: CaseType, one: NewRequest, case: Case) -> Request:
    row = one.row
    replied = row.replied_at if row.reply else None
    return Request(
        county=case.county,
        case=case,
        kind=row.kind.value,
        category=one.category,
        suggested=one.suggested,
        confidence=one.confidence,
        channel=Channel.IMPORT.value,
        text=row.text,
        place=row.place,
        longitude=row.longitude,
        latitude=row.latitude,
        is_anonymous=True,
        reply=row.reply,
        replied_at=replied,
        first_replied_at=replied,
        on_time=_in_time(kind, case, replied) if replied else None,
        grade=row.grade,
        graded_at=replied if row.grade else None,
        source=shape.source,
        external_key=row.key,
        external_person=row.person,
        support=row.support,
        against=row.against,
    )


def _in_time(kind: CaseType, case: Case, replied: datetime) -> bool:
    span = kind.clocks["handle"].span_for(case.data)
    return replied <= promised(span, case.opened_at, work_calendar(kind.jurisdiction))


def _answer(
    actor: Actor, shape: ImportMap, kind: CaseType, pairs: Sequence[tuple[NewRequest, Case]], at: datetime
) -> None:
    if not pairs:
        return
    steps = [("answer", "replied"), ("close", "closed")] if shape.close_replied else [("answer", "replied")]
    events: list[CaseEvent] = []
    emissions: list[Emission] = []
    records: dict[Who, list[Record]] = {}
    for one, case in pairs:
        when = one.row.replied_at or case.opened_at
        who = actor.who(case.region_id, case.handler)
        for action, state in steps:
            events.append(_line(case, who, (action, state), when, one.row.reply if action == "answer" else ""))
            records.setdefault(who, []).append(
                Record(f"cases.{action}", case.subject, case.county, {"state": (case.state, state)})
            )
            case.state, case.entered_at, case.changed_at, case.counter = state, when, when, case.counter + 1
        case.due_at, case.escalate_at = None, None
        if kind.states[case.state].final:
            case.closed_at, case.outcome = when, case.state
            emissions.append(Emission("case.closed", str(case.pk), _told(case), case.county))
    update_many([case for _one, case in pairs], CHANGED)
    insert_many([events])
    _stop_clocks(pairs)
    emit_many(emissions, at=at)
    for who in sorted(records, key=lambda who: (who.county, who.chain)):
        record_many(who, records[who], at=at)


def _line(case: Case, who: Who, step: tuple[str, str], when: datetime, words: str) -> CaseEvent:
    action, state = step
    return CaseEvent(
        id=new_id(), county=case.county, case=case, seq=case.counter + 1, at=when, action=action, from_state=case.state,
        to_state=state, account=who.account, name=who.name, role=who.role, data={"text": words} if words else {},
    )  # fmt: skip


def _told(case: Case) -> dict[str, object]:
    return {
        "case": str(case.pk),
        "type": case.type,
        "number": case.number,
        "region": case.region_id,
        "from": "replied",
        "to": case.state,
        "action": "close",
        "sealed": case.sealed,
        "outcome": case.outcome,
        "master": "",
        "imported": True,
    }


def _stop_clocks(pairs: Sequence[tuple[NewRequest, Case]]) -> None:
    ends = {case.pk: one.row.replied_at for one, case in pairs}
    clocks = list(Clock.objects.filter(case_id__in=list(ends)))
    for clock in clocks:
        clock.stopped_at = ends[clock.case_id]
    update_many(clocks, ["stopped_at"])


def update_many(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write some fields of many rows of one table, each row with its own values: one statement, run for each."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field.name in names]
    placed = ", ".join(f'"{field.column}" = %s' for field in fields)
    statement = f'UPDATE "{meta.db_table}" SET {placed} WHERE "{meta.pk.column}" = %s'  # noqa: S608 -- our own names
    every = [*fields, meta.pk]
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in every] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
