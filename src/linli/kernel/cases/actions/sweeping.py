"""What falls due by itself: clocks that are exceeded, escalations, disputes nobody decided, duplicates of a closed
case.

Every one is an ordinary change by the system: same guards, same history, same record. ``Case.escalate_at`` says when a
case has to be looked at, so a sweep reads one index; two sweeps at once meet at the case's counter, and the slower one
leaves without a trace.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from linli.base.errors import Conflict, LinliError
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.advancing import step
from linli.kernel.cases.actions.passing import fall_back
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case, Handover
from linli.kernel.cases.queries.facts import SYSTEM_DOER, Background, type_of
from linli.kernel.cases.rules.clocks import ARBITRATION, EXCEEDED, Clocks, Firing, firings, step_clocks
from linli.kernel.cases.rules.clocks import Step as ClockStep
from linli.kernel.cases.rules.registry import known
from linli.kernel.cases.rules.shapes import FOLLOW_MASTER

log = structlog.get_logger(__name__)
A_DAY = timedelta(days=1)
MOST_AT_ONCE = 20
"""Firings of one case in one sweep; a circle of escalations cannot hold the worker."""


def fire_escalations(now: datetime, limit: int = 200) -> int:
    """Look at no more than ``limit`` cases whose moment has come; returns how many things were set off."""
    due = list(
        Case.objects.filter(escalate_at__lte=now).order_by("escalate_at").values_list("pk", flat=True)[: max(limit, 0)]
    )
    return sum(_look_at(pk, now) for pk in due)


def _look_at(pk: UUID, now: datetime) -> int:
    fired = 0
    while fired < MOST_AT_ONCE:
        try:
            with transaction.atomic():
                if not _fire_next(pk, now):
                    return fired
        except (Conflict, IntegrityError):
            return fired  # another sweep or a person was faster; whatever is left is found next time
        fired += 1
    return fired


def _fire_next(pk: UUID, now: datetime) -> bool:
    """Set off the earliest thing of a case that is due; False when nothing is."""
    # A case another sweep holds is left to it; where the database has no row locks, its writers are alone anyway.
    case = Case.objects.select_for_update(skip_locked=True).filter(pk=pk, escalate_at__lte=now).first()
    if case is None:
        return False
    if not known(case.type, case.type_version):
        # Its type is not installed here; look again tomorrow instead of every minute.
        log.error("case_type_missing", type=case.type, version=case.type_version, case=str(case.pk))
        Case.objects.filter(pk=pk, counter=case.counter).update(escalate_at=now + A_DAY)
        return False
    background = Background(case, type_of(case))
    if case.master_id is not None and _follow(background, now):
        return True
    waiting = firings(background.kind, case.state, background.clocks, work_calendar(background.kind.jurisdiction))
    due = next((firing for firing in waiting if firing.at <= now), None)
    if due is None:
        writing.look_again(background, at_least=now)
        return False
    if due.mark == EXCEEDED:
        _exceeded(background, due, now)
    else:
        _escalate(background, due, now)
    return True


def _exceeded(background: Background, firing: Firing, now: datetime) -> None:
    if firing.clock.key == ARBITRATION:
        dispute = Handover.objects.filter(case=background.case, kind="arbitration", state="offered").first()
        if dispute is not None:
            fall_back(background.case, dispute, at=now)
            return
    told = {"clock": firing.clock.key, "due": firing.clock.due_at.isoformat()}
    change = Change(
        "case.clock_exceeded", now, data=told, told=told, topic="clock.exceeded", clocks=_marked(background, firing)
    )
    writing.write(SYSTEM_DOER, background, change)


def _marked(background: Background, firing: Firing) -> Clocks:
    done = replace(firing.clock, fired=(*firing.clock.fired, firing.mark))
    return tuple(done if clock is firing.clock else clock for clock in background.clocks)


def _escalate(background: Background, firing: Firing, now: datetime) -> None:
    """Mark it as fired first, then take the step: a step that is refused is noted once and not tried for ever."""
    rule = firing.escalation
    if rule is None:
        raise AssertionError("only an escalation escalates")
    case = background.case
    told = {"clock": firing.clock.key, "action": rule.action}
    try:
        with transaction.atomic():
            marked = _marked(background, firing)
            writing.update_clocks(case, background.clocks, marked)
            step(SYSTEM_DOER, case, rule.action, at=now)
    except Conflict:
        raise
    except LinliError as error:
        case.refresh_from_db()
        told["refused"] = error.refusal.code
        fresh = Background(case, background.kind)
        change = Change("case.escalation_refused", now, data=told, told=told, clocks=_marked_again(fresh, firing))
        writing.write(SYSTEM_DOER, fresh, change)


def _marked_again(background: Background, firing: Firing) -> Clocks:
    clocks = background.clocks
    return tuple(
        replace(clock, fired=(*clock.fired, firing.mark)) if clock.id == firing.clock.id else clock for clock in clocks
    )


def _follow(background: Background, now: datetime) -> bool:
    """A duplicate whose master is closed closes with the master's outcome; False while the master is open."""
    case, kind = background.case, background.kind
    master = Case.objects.get(pk=case.master_id) if case.master_id else None
    if master is None or master.closed_at is None or case.closed_at is not None:
        return False
    if kind.sub_cases.must_close and any(child.is_open for child in background.children):
        Case.objects.filter(pk=case.pk, counter=case.counter).update(escalate_at=now + A_DAY)
        return False
    rule = kind.duplicates
    to_state = rule.to if rule and rule.to else master.state
    if to_state not in kind.final_states:
        to_state = sorted(kind.final_states)[0]
    at = max(now, case.changed_at)
    turn = ClockStep(case.state, to_state)
    clocks = step_clocks(
        kind, background.clocks, turn, data=case.data, at=at, calendar=work_calendar(kind.jurisdiction)
    )
    told = {"master": str(master.pk), "number": master.number, "outcome": master.outcome}
    change = Change(FOLLOW_MASTER, at, to_state=to_state, data=told, told=told, clocks=clocks, is_public=True)
    writing.write(SYSTEM_DOER, background, change)
    return True
