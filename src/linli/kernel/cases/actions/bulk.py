"""Opening many cases at once: imports. The same checks as one by one, the writes by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.base.errors import Conflict, Denied, LinliError
from linli.base.ids import new_id
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import emit_many, record_many
from linli.kernel.audit.models.rows import insert_many
from linli.kernel.audit.rules import Emission, Record, Who
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.opening import (
    Opening,
    first_event,
    note_use,
    opened_detail,
    opened_payload,
    place_of,
    prepare,
)
from linli.kernel.cases.models import Case, CaseEvent, Clock, IdempotencyKey
from linli.kernel.cases.queries.facts import Doer, open_to
from linli.kernel.cases.rules.decide import NOT_YOURS
from linli.kernel.cases.rules.numbers import new_number
from linli.kernel.cases.rules.registry import get_type
from linli.kernel.cases.rules.shapes import OPENING

BATCH = 1000


@dataclass(frozen=True)
class NewCase(Opening):
    """One case of an import. ``at`` is when it was opened (default: now); a ``key`` seen before is skipped, so that an
    import can be started again."""

    at: datetime | None = None
    key: str = ""


@dataclass
class Opened:
    """What became of one row: its case, whether it was there before, or why it was not opened."""

    row: int
    case: Case | None = None
    repeated: bool = False
    error: LinliError | None = None


@dataclass
class _Batch:
    cases: list[Case] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    keys: list[IdempotencyKey] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    emissions: list[Emission] = field(default_factory=list)


def open_cases(actor: Actor, rows: Sequence[NewCase], at: datetime, *, record_who: Who | None = None) -> list[Opened]:
    """Open many cases; each thousand is one transaction. Rows that fit are opened, the others say why they were not.

    Nothing is opened twice: a row whose key (with the same content) is known comes back as ``repeated``.
    """
    doer = Doer(actor, who=record_who)
    results: list[Opened] = []
    for start in range(0, len(rows), BATCH):
        try:
            with transaction.atomic():
                results += _open_batch(doer, rows[start : start + BATCH], start, at)
        except IntegrityError as error:
            raise writing.twice_at_once(error) from error
    return results


def _open_batch(doer: Doer, rows: Sequence[NewCase], start: int, at: datetime) -> list[Opened]:
    batch, results = _Batch(), []
    known = _known_keys(doer, rows)
    for index, row in enumerate(rows, start=start):
        try:
            results.append(_open_row(doer, row, index, at=at, known=known, batch=batch))
        except LinliError as error:
            results.append(Opened(index, error=error))
    _fresh_numbers(batch.cases)
    _write(doer, batch, at)
    return results


def _known_keys(doer: Doer, rows: Sequence[NewCase]) -> dict[tuple[str, str], IdempotencyKey]:
    keys = [row.key[:80] for row in rows if row.key]
    if not keys:
        return {}
    counties = {county for row in rows if row.key and (county := _county(row.region))}
    found = IdempotencyKey.objects.select_related("case").filter(county__in=counties, scope=doer.scope, key__in=keys)
    return {(key.county, key.key): key for key in found}


def _county(region: str) -> str:
    try:
        return place_of(region).county
    except LinliError:
        return ""  # the row itself will say so


def _open_row(
    doer: Doer, row: NewCase, index: int, *, at: datetime, known: dict[tuple[str, str], IdempotencyKey], batch: _Batch
) -> Opened:
    kind, place = get_type(row.type), place_of(row.region)
    digest = writing.content_digest(OPENING, kind.type, place.code, row.title, row.data, "") if row.key else ""
    seen = known.get((place.county, row.key[:80])) if row.key else None
    if seen is not None:
        if seen.digest != digest:
            return Opened(index, error=Conflict(writing.OTHER_CONTENT))
        return Opened(index, case=seen.case, repeated=True)
    if not open_to(doer, kind.open.who, place.code):
        raise Denied(NOT_YOURS)
    note_use(kind, at)
    case, clocks, form = prepare(doer, kind, place, row, row.at or at)
    batch.cases.append(case)
    batch.events.append(first_event(doer, case, form))
    batch.clocks += [writing.clock_row(case, clock) for clock in clocks]
    if row.key:
        kept = IdempotencyKey(
            id=new_id(), county=case.county, scope=doer.scope, key=row.key[:80], digest=digest, case=case, at=at
        )
        batch.keys.append(kept)
        known[place.county, row.key[:80]] = kept
    return Opened(index, case=case)


def _fresh_numbers(cases: Sequence[Case]) -> None:
    """Numbers are random; among thousands of one day two may meet, so every batch looks once before it writes."""
    taken = set(Case.objects.filter(number__in=[case.number for case in cases]).values_list("number", flat=True))
    for case in cases:
        while case.number in taken:
            case.number = new_number(case.opened_at)
        taken.add(case.number)


def _write(doer: Doer, batch: _Batch, at: datetime) -> None:
    if not batch.cases:
        return
    insert_many([batch.cases, batch.events, batch.clocks, batch.keys])
    emit_many(
        [
            Emission("case.opened", str(case.pk), {**opened_payload(case), "imported": True}, case.county)
            for case in batch.cases
        ],
        at=at,
    )
    groups: dict[Who, list[Record]] = {}
    for case in batch.cases:
        line = Record("cases.open", case.subject, case.county, detail=opened_detail(case))
        groups.setdefault(doer.as_who(case.region_id, case.handler), []).append(line)
    for who in sorted(groups, key=lambda who: (who.county, who.chain)):
        record_many(who, groups[who], at=at)
