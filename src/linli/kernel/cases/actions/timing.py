"""Pausing, resuming and extending a clock: asked for by one person with a reason, approved by another with theirs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.base.errors import Conflict, Denied, Invalid, Missing, Refusal, Refused
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case, ClockRequest
from linli.kernel.cases.queries.facts import Background, Doer, allowed, type_of
from linli.kernel.cases.queries.speaking import ensure
from linli.kernel.cases.rules.clocks import Clocks, extend_clock, may_extend, may_pause, pause_clock, resume_clock
from linli.kernel.cases.rules.context import ClockFacts
from linli.kernel.cases.rules.decide import NOT_YOURS
from linli.kernel.cases.rules.shapes import CaseType, Extension, Pausing

PAUSE, EXTEND = "pause", "extend"
NO_REASON = Refusal("clock.reason", gettext_noop("Please give a reason."))
ANSWERED = Refusal("clock.answered", gettext_noop("This was already decided."))
NOT_PAUSED = Refusal("clock.not_paused", gettext_noop("This clock is not paused."))
ASKED_TWICE = Refusal("clock.asked", gettext_noop("The same was already asked and waits for a decision."))
SAME_PERSON = Refusal(
    "clock.same_person",
    gettext_noop("Whoever asks may not also approve."),
    advice=gettext_noop("Ask a colleague who may approve it."),
)


def ask_clock(actor: Actor, case: Case, clock: str, kind: str, *, reason: str, at: datetime) -> ClockRequest:
    """Ask that a clock be paused (``pause``) or extended (``extend``); Refused when the type or its limit says no."""
    doer, background = Doer(actor), Background(case, type_of(case))
    rule = _rule(background, clock, kind)
    if not allowed(doer, case, rule.ask):
        raise Denied(NOT_YOURS)
    _reasoned(reason)
    request = ClockRequest(
        id=new_id(), county=case.county, case=case, clock=clock, kind=kind, reason=reason.strip(),
        span=rule.by if isinstance(rule, Extension) else "", asked_by=doer.account, asked_name=actor.name, asked_at=at,
    )  # fmt: skip
    told = {"clock": clock, "kind": kind}
    try:
        with transaction.atomic():
            writing.write(doer, background, Change("case.clock_asked", at, note=reason.strip(), data=told, told=told))
            request.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(ASKED_TWICE) from error
    return request


def answer_clock(
    actor: Actor, case: Case, request: str | UUID, *, approve: bool, reason: str = "", at: datetime
) -> Case:
    """Approve or turn down what another person asked; a refusal needs its reason."""
    found = ClockRequest.objects.filter(pk=request, case=case).first()
    if found is None:
        raise Missing(ANSWERED)
    if found.state != "asked":
        raise Conflict(ANSWERED)
    if not approve:
        _reasoned(reason)
    with transaction.atomic():
        if approve:
            _apply(
                actor, case, found.clock, found.kind, reason=found.reason, asked_by=found.asked_by, at=at, answer=reason
            )
        else:
            _turn_down(actor, case, found, reason, at)
        answered = ClockRequest.objects.filter(pk=found.pk, state="asked").update(
            state="approved" if approve else "refused", answered_by=actor.account, answered_at=at, answer=reason.strip()
        )
        if not answered:
            raise Conflict(ANSWERED)
    return case


def resume(actor: Actor, case: Case, clock: str, *, reason: str = "", at: datetime) -> Case:
    """Let a paused clock run again; whoever may ask for the pause may end it."""
    doer, background = Doer(actor), Background(case, type_of(case))
    spec = background.kind.clocks.get(clock)
    rule = spec.pause if spec else None
    if rule is None or not allowed(doer, case, (*rule.ask, *rule.approve)):
        raise Denied(NOT_YOURS)
    running = _newest(background.clocks, clock)
    if running is None or not running.paused:
        raise Refused(NOT_PAUSED)
    after = resume_clock(running, max(at, case.changed_at), work_calendar(background.kind.jurisdiction))
    with transaction.atomic():
        _write(
            doer,
            background,
            running,
            after,
            Change("case.resume", at, note=reason, data={"clock": clock}, is_public=True),
        )
    return case


def _apply(
    actor: Actor, case: Case, clock: str, kind: str, *, reason: str, asked_by: str, at: datetime, answer: str = ""
) -> Case:
    doer, background = Doer(actor), Background(case, type_of(case))
    rule = _rule(background, clock, kind)
    if not allowed(doer, case, rule.approve):
        raise Denied(NOT_YOURS)
    if asked_by == actor.account:
        raise Refused(SAME_PERSON)
    _reasoned(reason)
    running = _newest(background.clocks, clock)
    if running is None:
        raise AssertionError("the rule has checked that the clock runs")
    data: dict[str, object] = {"clock": clock, "asked_by": asked_by, "due_before": running.due_at.isoformat()}
    if isinstance(rule, Extension):
        after = extend_clock(running, rule.by, work_calendar(background.kind.jurisdiction))
        data |= {"by": rule.by, "due": after.due_at.isoformat()}
    else:
        after = pause_clock(running, max(at, case.changed_at))
    note = "\n".join(part for part in (reason.strip(), answer.strip()) if part)
    _write(doer, background, running, after, Change(f"case.{kind}", at, note=note, data=data, is_public=True))
    return case


def _turn_down(actor: Actor, case: Case, request: ClockRequest, reason: str, at: datetime) -> None:
    doer, background = Doer(actor), Background(case, type_of(case))
    rule = _spec_rule(background.kind, request.clock, request.kind)
    if rule is None or not allowed(doer, case, rule.approve):
        raise Denied(NOT_YOURS)
    told = {"clock": request.clock, "kind": request.kind}
    writing.write(doer, background, Change("case.clock_refused", at, note=reason.strip(), data=told, told=told))


def _write(doer: Doer, background: Background, before: ClockFacts, after: ClockFacts, change: Change) -> None:
    clocks = tuple(after if clock is before else clock for clock in background.clocks)
    told = {"clock": after.key}
    writing.write(
        doer, background,
        Change(change.action, change.at, note=change.note, data=change.data, is_public=change.is_public,
        clocks=clocks, told=told),
    )  # fmt: skip


def _rule(background: Background, clock: str, kind: str) -> Extension | Pausing:
    running = _newest(background.clocks, clock)
    ensure((may_extend if kind == EXTEND else may_pause)(background.kind, running, clock))
    rule = _spec_rule(background.kind, clock, kind)
    if rule is None:
        raise AssertionError("the rule has checked that the type allows it")
    return rule


def _spec_rule(kind: CaseType, clock: str, what: str) -> Extension | Pausing | None:
    spec = kind.clocks.get(clock)
    if spec is None:
        return None
    return spec.extend if what == EXTEND else spec.pause


def _newest(clocks: Clocks, key: str) -> ClockFacts | None:
    runs = [clock for clock in clocks if clock.key == key]
    return max(runs, key=lambda clock: clock.run) if runs else None


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid(NO_REASON, {"reason": [NO_REASON.message]})
