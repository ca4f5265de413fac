"""The one way a case is written: compare-and-set, a line of history, the clocks, the outbox, the record. In that order,
because the record's chain is locked from then until commit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F, Model

from linli.base.errors import Conflict, LinliError, Refusal
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.audit.actions import emit_many, record
from linli.kernel.audit.models.rows import insert
from linli.kernel.audit.rules import Emission, canonical
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.models import Case, CaseEvent, Clock, IdempotencyKey
from linli.kernel.cases.queries.facts import Background, Doer, pause_json
from linli.kernel.cases.rules.clocks import Clocks, earliest_due, next_look
from linli.kernel.cases.rules.context import ClockFacts
from linli.kernel.cases.rules.shapes import CaseType

FASTER = Refusal(
    "case.changed",
    gettext_noop("Someone else changed this case in the meantime."),
    advice=gettext_noop("Open it again to see how it stands now."),
)
OTHER_CONTENT = Refusal(
    "case.key_reused",
    gettext_noop("This key was already used for something else."),
    advice=gettext_noop("Use a new Idempotency-Key for every new thing."),
)
SAME_MOMENT = Refusal(
    "case.key_in_use",
    gettext_noop("The same is just being done by another request."),
    advice=gettext_noop("Send it again in a moment."),
)
# By hand, since everything that is opened or advanced with a key asks this first.
_KNOWN_KEY = "SELECT digest, case_id FROM cases_idempotencykey WHERE county = %s AND scope = %s AND key = %s"
NOTHING: Mapping[str, object] = {}
HIDDEN = "***"
Values = Mapping[str, object]


@dataclass(frozen=True)
class Change:
    """One change of a case, ready to be written. Of the fields named in ``words`` the record keeps a digest only, of
    those in ``hidden`` not even that."""

    action: str
    at: datetime
    to_state: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    is_public: bool = False
    clocks: Clocks | None = None
    hidden: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    topic: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


def write(doer: Doer, background: Background, change: Change, *, also: Sequence[Model] = ()) -> CaseEvent:
    """Write a change, and only then let the instance show it; Conflict when someone was faster."""
    case, kind = background.case, background.kind
    # Clocks of two servers differ by a little; a history that goes backwards would be worse than a second of
    # politeness.
    at = max(change.at, case.changed_at)
    to_state = change.to_state or case.state
    fields = dict(change.fields)
    if to_state != case.state:
        fields |= _moved(kind, case.state, to_state, at)
    if change.clocks is not None or to_state != case.state:
        fields |= _looks(case, kind, to_state, background.clocks if change.clocks is None else change.clocks, at)
    before = {name: getattr(case, name) for name in (*fields, "counter", "changed_at")}
    changed = Case.objects.filter(pk=case.pk, county=case.county, state=case.state, counter=case.counter).update(
        counter=F("counter") + 1, changed_at=at, **fields
    )
    if not changed:
        raise Conflict(FASTER)
    _show(case, {**fields, "counter": case.counter + 1, "changed_at": at})
    try:
        return _tell(doer, background, change, before=before, fields=fields, also=also)
    except BaseException:
        _show(case, before)  # what is not written is not shown either
        raise


def _show(case: Case, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(case, name, value)


def _tell(
    doer: Doer, background: Background, change: Change, *, before: Values, fields: Values, also: Sequence[Model]
) -> CaseEvent:
    case, kind, at = background.case, background.kind, background.case.changed_at
    old_state = str(before.get("state", case.state))
    if case.closed_at is not None and kind.duplicates is not None and not kind.states[old_state].final:
        Case.objects.filter(master=case, closed_at=None).update(escalate_at=at)
    event = _history_line(doer, case, change, old_state, at)
    fresh = [clock_row(case, clock) for clock in change.clocks or () if not clock.id]
    insert([event, *fresh, *also])
    if change.clocks is not None:
        update_clocks(case, background.clocks, change.clocks)
    emit_many(_emissions(case, kind, change, old_state), at=at)
    record(
        doer.as_who(case.region_id, case.handler), f"cases.{change.action.removeprefix('case.')}", case.subject,
        at=at, county=case.county, changes=_changes(change, before, fields),
        detail=_detail(change, sealed=case.sealed or bool(before.get("sealed"))),
    )  # fmt: skip
    return event


def _moved(kind: CaseType, from_state: str, to_state: str, at: datetime) -> dict[str, object]:
    fields: dict[str, object] = {"state": to_state, "entered_at": at}
    if kind.states[to_state].final:
        fields |= {"closed_at": at, "outcome": to_state}
    elif kind.states[from_state].final:
        fields |= {"closed_at": None, "outcome": ""}
    return fields


def _looks(case: Case, kind: CaseType, state: str, clocks: Clocks, at: datetime) -> dict[str, object]:
    if kind.states[state].final:
        return {"due_at": None, "escalate_at": None}
    look = next_look(kind, state, clocks, work_calendar(kind.jurisdiction))
    # A duplicate is looked at after each change, lest it miss that its master has closed meanwhile.
    return {"due_at": earliest_due(clocks), "escalate_at": at if case.master_id else look}


def look_again(background: Background, *, at_least: datetime) -> None:
    """Put off the sweep's next look to the next moment at which a clock sets something off."""
    case, kind = background.case, background.kind
    look = next_look(kind, case.state, background.clocks, work_calendar(kind.jurisdiction))
    if look is None or look > at_least:
        Case.objects.filter(pk=case.pk, county=case.county, counter=case.counter).update(escalate_at=look)


def _history_line(doer: Doer, case: Case, change: Change, old_state: str, at: datetime) -> CaseEvent:
    who = doer.as_who(case.region_id, case.handler)
    return CaseEvent(
        id=new_id(), county=case.county, case_id=case.pk, seq=case.counter, at=at, action=change.action,
        from_state=old_state, to_state=case.state, account=who.account, name=who.name, role=who.role,
        note=change.note, data=dict(change.data), is_public=change.is_public,
    )  # fmt: skip


def _emissions(case: Case, kind: CaseType, change: Change, old_state: str) -> list[Emission]:
    payload: dict[str, object] = {
        "case": str(case.pk), "type": case.type, "number": case.number, "region": case.region_id,
        "from": old_state, "to": case.state, "action": change.action, "sealed": case.sealed, **change.told,
    }  # fmt: skip
    topics = [change.topic or "case.advanced"]
    if kind.states[case.state].final and not kind.states[old_state].final:
        payload |= {"outcome": case.outcome, "master": str(case.master_id or "")}
        topics.append("case.closed")
    return [Emission(topic, str(case.pk), payload, case.county) for topic in topics]


def _changes(
    change: Change, before: Mapping[str, object], fields: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    changes = {
        name: (before[name], value) for name, value in fields.items() if name != "data" and before[name] != value
    }
    old, new = before.get("data", {}), fields.get("data", {})
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in new.items():
            if old.get(name) != value:
                changes[f"data.{name}"] = (_recorded(change, name, old.get(name)), _recorded(change, name, value))
    return changes


def _detail(change: Change, *, sealed: bool) -> dict[str, object]:
    detail: dict[str, object] = {"note": HIDDEN if sealed else _mark_of(change.note)} if change.note else {}
    extra = {name: _recorded(change, name, value) for name, value in change.data.items()}
    return detail | ({"data": extra} if extra else {})


def _recorded(change: Change, name: str, value: object) -> object:
    """A value as the record may keep it for ever. What people wrote stays in the case, where it can be erased."""
    if name in change.hidden:
        return HIDDEN
    return _mark_of(value) if name in change.words and value not in (None, "", []) else value


def _mark_of(words: object) -> str:
    """Enough of a digest to see later whether words were altered."""
    return f"sha256:{content_digest(words)[:16]}"


def clock_row(case: Case, clock: ClockFacts) -> Clock:
    """A run of a clock as a row; a new one gets its id here."""
    return Clock(
        id=UUID(clock.id) if clock.id else new_id(), county=case.county, case_id=case.pk, key=clock.key, run=clock.run,
        kind=clock.kind, span=clock.span, started_at=clock.started_at, due_at=clock.due_at,
        pauses=[pause_json(pause) for pause in clock.pauses], paused_minutes=_paused_minutes(clock),
        extensions=list(clock.extensions), stopped_at=clock.stopped_at, fired=list(clock.fired),
    )  # fmt: skip


def _paused_minutes(clock: ClockFacts) -> int:
    return int(sum((pause.end - pause.start).total_seconds() for pause in clock.pauses if pause.end) // 60)


_CLOCK_FIELDS = ["span", "due_at", "pauses", "paused_minutes", "extensions", "stopped_at", "fired"]


def update_clocks(case: Case, before: Clocks, after: Clocks) -> None:
    """Write the runs that differ from before, in one statement."""
    known = {clock.id: clock for clock in before}
    changed = [clock_row(case, clock) for clock in after if clock.id and known.get(clock.id) != clock]
    if changed:
        Clock.objects.bulk_update(changed, _CLOCK_FIELDS)


def content_digest(*parts: object) -> str:
    """SHA-256 over what a caller asked for, so that the same key with another content shows."""
    return hashlib.sha256(canonical({"parts": list(parts)}).encode()).hexdigest()


def replayed(doer: Doer, county: str, key: str, digest: str) -> Case | None:
    """The case that this key already made or changed; None for a new key; Conflict for another content."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_KEY, [county, doer.scope, key[:80]])
        found = cursor.fetchone()
    if found is None:
        return None
    if found[0] != digest:
        raise Conflict(OTHER_CONTENT)
    return Case.objects.select_related("region").get(pk=found[1])


def key_row(doer: Doer, case: Case, key: str, digest: str, at: datetime) -> IdempotencyKey:
    """What a key did, to be remembered; the unique constraint stops a second request at the same moment."""
    return IdempotencyKey(
        id=new_id(), county=case.county, scope=doer.scope, key=key[:80], digest=digest, case_id=case.pk, at=at
    )


def twice_at_once(error: IntegrityError | Conflict) -> LinliError:
    """The error to answer with when two requests wrote the same thing in the same moment."""
    if isinstance(error, Conflict):
        return error
    return Conflict(SAME_MOMENT if "idempotency" in str(error) else FASTER)
