"""Who has a case: offering it to another desk, accepting, returning, deciding; assigning, and working along.

The desk that offers answers for the case until the receiver accepts (首问负责). Returned more often than the type
allows, it goes to arbitration; whoever is named there, or the fallback desk when nobody decides in time, may not return
it again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.base.errors import Conflict, Denied, Invalid, Refusal, Refused
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.access.queries import actor_of, get_account, may
from linli.kernel.access.rules import Actor, Desk
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.opening import place_of
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case, CoHandler, Handover
from linli.kernel.cases.permissions import Permission
from linli.kernel.cases.queries.facts import Background, Doer, allowed, holds, type_of
from linli.kernel.cases.queries.speaking import ensure
from linli.kernel.cases.rules.clocks import ARBITRATION, Clocks, start_clock, stop_clock
from linli.kernel.cases.rules.decide import NOT_YOURS, permissions_of
from linli.kernel.cases.rules.desks import ancestor_at, tidy_desk
from linli.kernel.cases.rules.handing import may_return, needs_arbitration
from linli.kernel.cases.rules.shapes import STATE_CLOCK, HandOver

NO_DESK = Refusal("handover.no_desk", gettext_noop("Name the desk as a region's code, or as code/unit."))
SAME_DESK = Refusal("handover.same_desk", gettext_noop("That desk has the case already."))
NO_REASON = Refusal("handover.reason", gettext_noop("Please give a reason."))
NOTHING_OFFERED = Refusal("handover.nothing", gettext_noop("Nothing is offered to you here."))
IN_DISPUTE = Refusal(
    "handover.in_dispute",
    gettext_noop("This case was offered or returned and waits for an answer."),
    advice=gettext_noop("It can be passed on again after that."),
)
CLOSED = Refusal("case.closed", gettext_noop("This case is closed."))
NOT_A_COLLEAGUE = Refusal("case.not_a_colleague", gettext_noop("This person does not handle cases at this desk."))


def hand_over(actor: Actor, case: Case, *, to: str, reason: str, at: datetime) -> Handover:
    """Offer a case to another desk (``REGION`` or ``REGION/UNIT``); it stays yours until they accept."""
    doer, background = Doer(actor), Background(case, type_of(case))
    _need(doer, case, background.kind.hand_over.offer)
    _still_open(case)
    desk = _desk(to)
    if desk == case.handler:
        raise Refused(SAME_DESK)
    _reasoned(reason)
    return _offer(doer, background, "transfer", desk, reason=reason, final=False, at=at)


def accept_handover(actor: Actor, case: Case, *, at: datetime) -> Case:
    """Take a case that was offered to one's desk: from now on the desk answers for it."""
    offer = _offered_to(actor, case)
    background = Background(case, type_of(case))
    with transaction.atomic():
        _settle(offer, "accepted", actor.account, "", at)
        _take(Doer(actor), background, offer, "case.accept_handover", at)
    return case


def return_handover(actor: Actor, case: Case, *, reason: str, at: datetime) -> Case:
    """Give back a case that was offered, or accepted a short while ago, with the reason. Refused when its time is
    over or when the desk was named by a decision; once returned more often than the type allows, it goes to
    arbitration."""
    background = Background(case, type_of(case))
    rules = background.kind.hand_over
    offer = Handover.objects.filter(case=case, state__in=["offered", "accepted"]).order_by("-offered_at").first()
    if offer is None or not _receives(actor, case, rules, offer.to_desk):
        raise Refused(NOTHING_OFFERED)
    _still_open(case)
    _reasoned(reason)
    calendar = work_calendar(background.kind.jurisdiction)
    ensure(may_return(rules, final=offer.final, offered_at=offer.offered_at, at=at, calendar=calendar))
    with transaction.atomic():
        _settle(offer, "returned", actor.account, reason, at)
        returns = case.returns + 1
        told = {"from": offer.to_desk, "to": offer.from_desk, "times": returns}
        fields = {"returns": returns, "handler": offer.from_desk, "assignee_id": None}
        change = Change("case.return_handover", at, fields=fields, data=told, note=reason, told=told)
        writing.write(Doer(actor), background, change)
        if needs_arbitration(rules, returns):
            _offer(Doer(actor), background, "arbitration", offer.to_desk, reason=reason, final=True, at=at)
    return case


def arbitrate(actor: Actor, case: Case, *, to: str, reason: str, at: datetime) -> Case:
    """Decide who has a disputed case; the desk named has it at once and may not return it."""
    background = Background(case, type_of(case))
    rules = background.kind.hand_over
    _need(Doer(actor), case, rules.arbitrate)
    desk = _desk(to)
    _reasoned(reason)
    with transaction.atomic():
        dispute = Handover.objects.filter(case=case, kind="arbitration", state="offered").first()
        if dispute is None:
            raise Refused(NOTHING_OFFERED)
        _settle(dispute, "decided", actor.account, reason, at, to_desk=desk)
        _take(Doer(actor), background, dispute, "case.arbitrate", at, desk=desk, note=reason)
    return case


def fall_back(case: Case, dispute: Handover, *, at: datetime) -> Case:
    """Nobody decided in time: the fallback desk of the type has the case, and may not return it."""
    background = Background(case, type_of(case))
    desk = ancestor_at(case.region_id, background.kind.hand_over.fallback)
    _settle(dispute, "fallen_back", "", "", at, to_desk=desk)
    _take(Doer(), background, dispute, "case.fall_back", at, desk=desk)
    return case


def assign(actor: Actor, case: Case, account: str, *, at: datetime) -> Case:
    """Say who at the desk has a case; "" takes the name off. The person must be able to handle it."""
    doer, background = Doer(actor), Background(case, type_of(case))
    _need(doer, case, (Permission.ASSIGN,))
    _still_open(case)
    assignee: UUID | None = None
    if account:
        person = get_account(account)
        if not holds(actor_of(person, at), case, Permission.HANDLE):
            raise Refused(NOT_A_COLLEAGUE)
        assignee = person.pk
    told = {"assignee": str(assignee or "")}
    with transaction.atomic():
        writing.write(
            doer, background, Change("case.assign", at, fields={"assignee_id": assignee}, data=told, told=told)
        )
    return case


def add_co_handler(actor: Actor, case: Case, desk: str, *, task: str, at: datetime) -> CoHandler:
    """Ask another desk to work along (协办); it sees the case, the handler still answers for it."""
    doer, background = Doer(actor), Background(case, type_of(case))
    _need(doer, case, background.kind.hand_over.offer)
    _still_open(case)
    code = _desk(desk)
    told = {"desk": code, "task": task.strip()[:400]}
    try:
        with transaction.atomic():
            writing.write(doer, background, _along("case.co_handle", case, at, told, "task"))
            return CoHandler.objects.create(
                county=case.county, case=case, desk=code, task=told["task"], added_by=doer.account, added_at=at
            )
    except IntegrityError as error:
        raise Conflict(SAME_DESK) from error


def finish_co_handling(actor: Actor, case: Case, desk: str, *, result: str, at: datetime) -> CoHandler:
    """The desk that worked along says what it did."""
    part = CoHandler.objects.filter(case=case, desk=tidy_desk(desk), done_at=None).first()
    if part is None or not may(actor, Permission.HANDLE, Desk.parse(part.desk).region, handler=part.desk):
        raise Refused(NOTHING_OFFERED)
    told = {"desk": part.desk, "result": result.strip()}
    with transaction.atomic():
        writing.write(
            Doer(actor), Background(case, type_of(case)), _along("case.co_handled", case, at, told, "result")
        )
        part.done_at, part.result = at, result.strip()
        part.save(update_fields=["done_at", "result"])
    return part


def _along(action: str, case: Case, at: datetime, told: dict[str, str], words: str) -> Change:
    """A line about working along, whose words stay out of the record."""
    free = frozenset({words})
    return Change(action, at, data=told, told=told, words=free, hidden=free if case.sealed else frozenset())


def _offer(
    doer: Doer, background: Background, kind: str, desk: str, *, reason: str, final: bool, at: datetime
) -> Handover:
    case = background.case
    told = {"from": case.handler, "to": desk}
    action = "case.hand_over" if kind == "transfer" else "case.dispute"
    at = max(at, case.changed_at)
    clocks: Clocks | None = None
    if kind == "arbitration":
        limit, calendar = background.kind.hand_over.arbitrate_within, work_calendar(background.kind.jurisdiction)
        deadline = start_clock(background.clocks, ARBITRATION, STATE_CLOCK, limit, at=at, calendar=calendar)
        clocks = (*background.clocks, deadline)
    offer = Handover(
        id=new_id(), county=case.county, case=case, kind=kind, from_desk=case.handler, to_desk=desk, final=final,
        reason=reason.strip(), offered_by=doer.account, offered_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
            writing.write(doer, background, Change(action, at, data=told, note=reason, told=told, clocks=clocks))
    except IntegrityError as error:
        raise Conflict(IN_DISPUTE) from error
    return offer


def _take(
    doer: Doer, background: Background, offer: Handover, action: str, at: datetime, *, desk: str = "", note: str = ""
) -> None:
    told = {"from": background.case.handler, "to": desk or offer.to_desk}
    fields = {"handler": told["to"], "assignee_id": None}
    at = max(at, background.case.changed_at)
    clocks = tuple(
        stop_clock(clock, at) if clock.key == ARBITRATION and clock.stopped_at is None else clock
        for clock in background.clocks
    )
    writing.write(doer, background, Change(action, at, fields=fields, data=told, note=note, told=told, clocks=clocks))


def _settle(offer: Handover, state: str, account: str, answer: str, at: datetime, *, to_desk: str = "") -> None:
    settled = Handover.objects.filter(pk=offer.pk, state=offer.state).update(
        state=state, answered_by=account, answered_at=at, answer=answer.strip(), to_desk=to_desk or offer.to_desk,
        final=offer.final or offer.kind == "arbitration",
    )  # fmt: skip
    if not settled:
        raise Conflict(writing.FASTER)


def _offered_to(actor: Actor, case: Case) -> Handover:
    offer = Handover.objects.filter(case=case, state="offered", kind="transfer").first()
    if offer is None or not _receives(actor, case, type_of(case).hand_over, offer.to_desk):
        raise Refused(NOTHING_OFFERED)
    return offer


def _receives(actor: Actor, case: Case, rules: HandOver, desk: str) -> bool:
    """Whether an actor receives for a desk; a desk above the case's own region may be any, also a neighbour's."""
    region = Desk.parse(desk).region
    return any(may(actor, permission, region, handler=desk) for permission in permissions_of(rules.receive))


def _need(doer: Doer, case: Case, who: tuple[str, ...]) -> None:
    if not allowed(doer, case, tuple(map(str, who))):
        raise Denied(NOT_YOURS)


def _still_open(case: Case) -> None:
    if case.closed_at is not None:
        raise Refused(CLOSED)


def _desk(text: str) -> str:
    desk = tidy_desk(text)
    if not desk:
        raise Invalid(NO_DESK, {"to": [NO_DESK.message]})
    place_of(Desk.parse(desk).region)
    return desk


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid(NO_REASON, {"reason": [NO_REASON.message]})
