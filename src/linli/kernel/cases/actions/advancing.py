"""Taking a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.base.errors import Conflict, Denied, Refusal, Refused
from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.audit.rules import Who
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.opening import PARENT_CLOSED
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries.facts import Background, Doer, allowed, context_for, type_of
from linli.kernel.cases.queries.speaking import ensure
from linli.kernel.cases.rules.clocks import Clocks, Step, step_clocks
from linli.kernel.cases.rules.decide import NOT_YOURS, in_state, refusal_for
from linli.kernel.cases.rules.desks import desk_by
from linli.kernel.cases.rules.forms import checked, free_words, kept, personal
from linli.kernel.cases.rules.registry import guards_of
from linli.kernel.cases.rules.shapes import ActionSpec, CaseType

NO_ACTION = Refusal("case.no_action", gettext_noop("There is no step “{action}” for this case."))
NO_DESK = Refusal("case.no_desk", gettext_noop("Name the desk as a region's code, or as code/unit."))


def advance(
    actor: Actor,
    case: Case,
    action: str,
    *,
    data: Mapping[str, object] = writing.NOTHING,
    note: str = "",
    at: datetime,
    key: str = "",
    as_requester: bool = False,
    record_who: Who | None = None,
) -> Case:
    """Take a step of the case's own type, and return the case as it then stands.

    Denied when the step is for someone else, Refused when the state or a guard says not now, Invalid for a form that
    does not fit, Conflict when someone was faster or ``key`` came before with another content. ``as_requester`` is for
    domains that have checked the requester's secret themselves.
    """
    doer = Doer(actor, requester=as_requester, who=record_who)
    try:
        with transaction.atomic():
            return step(doer, case, action, data=data, note=note, at=at, key=key)
    except (IntegrityError, Conflict) as error:
        # The same key at the same moment: the slower one is told what the faster one did.
        done = writing.replayed(doer, case.county, key, _digest(case, action, data, note)) if key else None
        if done is not None:
            return done
        raise writing.twice_at_once(error) from error


def step(
    doer: Doer,
    case: Case,
    action: str,
    *,
    data: Mapping[str, object] = writing.NOTHING,
    note: str = "",
    at: datetime,
    key: str = "",
) -> Case:
    """Take a step inside the caller's transaction: require, check, write, record."""
    kind = type_of(case)
    spec = spec_of(kind, action)
    digest = _digest(case, action, data, note) if key else ""
    if key:
        before = writing.replayed(doer, case.county, key, digest)
        if before is not None:
            return before
    if not allowed(doer, case, spec.who):
        raise Denied(NOT_YOURS)
    ensure(in_state(kind, spec, case.state))
    form = checked(spec.form, data)
    background = Background(case, kind)
    ensure(refusal_for(context_for(doer, background, action, spec, at=at, form=form, note=note), spec, guards_of(kind)))
    change = _change(background, action, spec, form=form, note=note, at=at)
    _tell_parent(doer, kind, spec, case, at)
    writing.write(doer, background, change, also=[writing.key_row(doer, case, key, digest, at)] if key else [])
    return case


def _digest(case: Case, action: str, data: Mapping[str, object], note: str) -> str:
    return writing.content_digest(action, str(case.pk), data, note)


def spec_of(kind: CaseType, action: str) -> ActionSpec:
    """An action of a type; Refused when the type has none of that name."""
    spec = kind.actions.get(action)
    if spec is None:
        raise Refused(Refusal(NO_ACTION.code, NO_ACTION.message, {"action": action[:40]}))
    return spec


def _change(
    background: Background, action: str, spec: ActionSpec, *, form: dict[str, object], note: str, at: datetime
) -> Change:
    case = background.case
    data = {**case.data, **kept(spec.form, form)}
    fields: dict[str, object] = {"data": data} if data != case.data else {}
    if spec.handler is not None:
        desk = desk_by(spec.handler, case.region_id, form)
        if not desk:
            raise Refused(NO_DESK)
        if desk != case.handler:
            fields |= {"handler": desk, "assignee_id": None}
    return Change(
        action, at, to_state=spec.to or case.state, fields=fields, data=form, note=note, is_public=spec.public,
        clocks=_clocks_after(background, spec, data, at), words=free_words(spec.form),
        hidden=frozenset(form) if case.sealed else personal(spec.form),
    )  # fmt: skip


def _clocks_after(background: Background, spec: ActionSpec, data: Mapping[str, object], at: datetime) -> Clocks:
    case, kind = background.case, background.kind
    turn = Step(case.state, spec.to or case.state, spec.start, spec.stop, spec.pause, spec.resume)
    calendar = work_calendar(kind.jurisdiction)
    return step_clocks(kind, background.clocks, turn, data=data, at=max(at, case.changed_at), calendar=calendar)


def _tell_parent(doer: Doer, kind: CaseType, spec: ActionSpec, case: Case, at: datetime) -> None:
    """A case that opens again under a closed parent would leave the parent closed above an open child. The line written
    on the parent is also the lock: a parent that closes at this moment conflicts with it."""
    if case.parent_id is None or case.closed_at is None or not spec.to or kind.states[spec.to].final:
        return
    parent = Case.objects.get(pk=case.parent_id)
    above = type_of(parent)
    if parent.closed_at is not None and above.sub_cases.must_close:
        raise Refused(PARENT_CLOSED)
    told = {"child": str(case.pk), "number": case.number, "type": case.type}
    writing.write(doer, Background(parent, above), Change("case.sub_case", at, data=told, told=told))
