"""What the desk does with a request, from taking it up to closing it. Each is one step of the case type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Refusal, Refused
from linli.base.text import gettext_noop
from linli.domains.intake.models import Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.parameters import parameters_for
from linli.domains.intake.queries.requests import Found, get_request, is_accused
from linli.domains.intake.rules.guards import ACCUSED, accused_of, desk_above
from linli.domains.intake.rules.kinds import Kind
from linli.domains.intake.rules.mapping import as_said
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.cases import actions as cases
from linli.kernel.cases.actions.advancing import step
from linli.kernel.cases.models import Case, Comment
from linli.kernel.cases.permissions import Permission as Engine
from linli.kernel.cases.queries.facts import SYSTEM_DOER, clocks_of
from linli.kernel.cases.rules.desks import tidy_desk

Id = str | UUID
NOTHING: Mapping[str, object] = {}
SEALED_MASTER = Refusal(
    "intake.sealed_master",
    gettext_noop("The earlier request is sealed; one that is not sealed cannot follow it, or it would give it away."),
    advice=gettext_noop("Seal this one first, if it is the same matter."),
)
ANSWER_CLOCKS = {"reply": "handle", "answer": "dispatch"}


def accept(actor: Actor, case_id: Id, *, at: datetime, key: str = "") -> Case:
    """Take a request up and sign for it: from now on the handling clock runs."""
    return _step(actor, case_id, "accept", at=at, key=key)


def dispatch(actor: Actor, case_id: Id, *, desk: str, note: str = "", at: datetime, key: str = "") -> Case:
    """Pass a request on to the desk that handles it (``REGION`` or ``REGION/UNIT``); it has to sign for it."""
    return _step(actor, case_id, "dispatch", data={"desk": desk}, note=note, at=at, key=key)


def send_back(actor: Actor, case_id: Id, *, note: str, at: datetime, key: str = "") -> Case:
    """Return a wrong assignment within 24 hours, with the reason (安阳市政务服务条例 50)."""
    return _step(actor, case_id, "send_back", note=note, at=at, key=key)


def arbitrate(actor: Actor, case_id: Id, *, desk: str, note: str, at: datetime, key: str = "") -> Case:
    """Decide whose a returned request is; the desk named may not send it back again (安阳市政务服务条例 50)."""
    return _step(actor, case_id, "arbitrate", data={"desk": desk}, note=note, at=at, key=key)


def refuse(actor: Actor, case_id: Id, *, reason: str, note: str, at: datetime, key: str = "") -> Case:
    """Do not accept a request; the person is told why, by which article, and where to go instead (行政许可法 32)."""
    found = get_request(actor, case_id)
    parameters = parameters_for(found.case.region_id, found.case.opened_at.astimezone(BEIJING).date())
    known = parameters.refusals.reason(reason)
    if known is None:
        raise Refused(Refusal("intake.unknown_reason", gettext_noop("This is not one of the reasons of this place.")))
    data = {"reason": known.code, "where": known.where, "article": known.article}
    return step_found(actor, found, "refuse", data=data, note=note, at=at, key=key)


def transfer(actor: Actor, case_id: Id, *, number: str, note: str, at: datetime, key: str = "") -> Case:
    """Note that an emergency number (110, 119, 120, 122) was called and has the matter now."""
    return _step(actor, case_id, "transfer", data={"number": number}, note=note, at=at, key=key)


def ask_more(actor: Actor, case_id: Id, *, note: str, at: datetime, key: str = "") -> Case:
    """Ask for everything that is missing, once and within five working days; the clock rests (行政许可法 32)."""
    return _step(actor, case_id, "ask_more", note=note, at=at, key=key)


def go_on(actor: Actor, case_id: Id, *, note: str = "", at: datetime, key: str = "") -> Case:
    """Go on although the missing facts did not come; the clock runs again."""
    return _step(actor, case_id, "go_on", note=note, at=at, key=key)


def first_word(actor: Actor, case_id: Id, *, note: str, at: datetime, key: str = "") -> Case:
    """The first feedback on an outage or pollution, due two hours after signing."""
    return _step(actor, case_id, "first_word", note=note, at=at, key=key)


def save_draft(actor: Actor, case_id: Id, *, text: str, at: datetime) -> Case:
    """Keep an unfinished answer; only the desk sees it."""
    found = get_request(actor, case_id)
    require(actor, Engine.HANDLE, found.case.region_id, handler=found.case.handler)
    with transaction.atomic():
        Request.objects.filter(pk=found.request.pk, county=found.case.county).update(draft=as_said(text)[:5_000])
        record(actor.who(found.case.region_id), "intake.save_draft", found.subject, at=at, county=found.case.county)
    return found.case


def reply(actor: Actor, case_id: Id, *, text: str, at: datetime, key: str = "") -> Case:
    """Answer publicly: the resident reads these words. An answer before anybody signed is an answer at once."""
    found = get_request(actor, case_id)
    action = "answer" if found.case.state == "received" else "reply"
    words = as_said(text)
    columns: dict[str, object] = {
        "reply": words, "draft": "", "replied_at": at, "first_replied_at": found.request.first_replied_at or at,
        "called_at": None, "responded": None, "solved": None, "satisfied": None,
    }  # fmt: skip
    if found.request.first_replied_at is None:
        columns["on_time"] = _in_time(found.case, ANSWER_CLOCKS[action], at)
    return step_found(actor, found, action, data={"text": words}, at=at, key=key, columns=columns)


def call_back(
    actor: Actor,
    case_id: Id,
    *,
    reached: bool,
    responded: bool | None = None,
    solved: bool | None = None,
    satisfied: bool | None = None,
    words: str = "",
    at: datetime,
    key: str = "",
) -> Case:
    """Note a call-back: reached or not and, if so, the answers behind the three rates (北京市接诉即办工作条例 32)."""
    answers = {"responded": responded, "solved": solved, "satisfied": satisfied}
    data: dict[str, object] = {"reached": reached, **{name: yes for name, yes in answers.items() if yes is not None}}
    if words.strip():
        data["words"] = as_said(words)[:1_000]
    columns = {"called_at": at, **answers} if reached else {}
    return _step(actor, case_id, "call_back", data=data, at=at, key=key, columns=columns)


def close_request(actor: Actor, case_id: Id, *, note: str = "", at: datetime, key: str = "") -> Case:
    """Close a request that was answered and, unless it is anonymous, called back (北京市接诉即办工作条例 23)."""
    return _step(actor, case_id, "close", note=note, at=at, key=key)


def reopen(actor: Actor, case_id: Id, *, note: str, at: datetime, key: str = "") -> Case:
    """Open a request again after a call-back showed that it is not solved (济南市12345热线条例 27)."""
    found = get_request(actor, case_id)
    require(actor, Permission.CALL_BACK, found.case.region_id, handler=found.case.handler)
    return reopen_found(actor, found, note=note, at=at, key=key)


def reopen_found(actor: Actor, found: Found, *, note: str, at: datetime, key: str = "") -> Case:
    """The same for a request that was fetched by somebody entitled to it; a new handling clock starts."""
    columns: dict[str, object] = {"reopened": found.request.reopened + 1}
    return step_found(actor, found, "reopen", note=note, at=at, key=key, columns=columns)


def correct_category(
    actor: Actor, case_id: Id, *, category: str = "", kind: str = "", at: datetime, key: str = ""
) -> Case:
    """Correct class or kind; the suggestion stays beside them, and nothing is learned from it."""
    found = get_request(actor, case_id)
    parameters = parameters_for(found.case.region_id, at.astimezone(BEIJING).date())
    chosen, data = parameters.categories.get(category), dict[str, object]()
    if category:
        if chosen is None:
            raise Refused(Refusal("intake.unknown_category", gettext_noop("This place has no such class.")))
        data["category"] = category
    if kind:
        data["kind"] = Kind(kind).value
    with transaction.atomic():
        to_report = chosen is not None and chosen.restricted and found.request.reported_at is None
        if chosen is not None and chosen.restricted and not found.case.sealed:
            cases.set_sealed(actor, found.case, True, reason=chosen.name, at=at)
        case = step_found(actor, found, "correct_category", data=data, at=at, key=key, columns=data)
        return must_report(case, at=at) if to_report else case


def link_duplicate(actor: Actor, case_id: Id, master_id: Id, *, at: datetime) -> Case:
    """Join a request to an earlier one about the same matter: it follows that one and closes with it, and whoever sent
    it is told everything that happens there. Both must be visible to the actor."""
    found, master = _judged(actor, case_id), get_request(actor, master_id)
    require(actor, Permission.DISPATCH, found.case.region_id, handler=found.case.handler)
    leading = master.case.master or master.case
    if (master.case.sealed or leading.sealed) and not found.case.sealed:
        raise Refused(SEALED_MASTER)
    cases.link(actor, found.case, master.case, "duplicate", at=at)
    return found.case


def link_related(actor: Actor, case_id: Id, other_id: Id, *, follow_up: bool = False, at: datetime) -> Case:
    """Note that two requests have to do with each other; each goes its own way."""
    found, other = get_request(actor, case_id), get_request(actor, other_id)
    cases.link(actor, found.case, other.case, "followup" if follow_up else "related", at=at)
    return found.case


def hand_over(actor: Actor, case_id: Id, *, desk: str, note: str, at: datetime) -> Case:
    """Offer a request that is being handled to another desk; it stays with us until they accept."""
    found = get_request(actor, case_id)
    accused, to = accused_of(found.case.data), tidy_desk(desk)
    if accused and (to == accused or (is_accused(actor, found.case) and to != desk_above(found.case.handler))):
        raise Refused(ACCUSED)
    cases.hand_over(actor, found.case, to=desk, reason=note, at=at)
    return found.case


def accept_handover(actor: Actor, case_id: Id, *, at: datetime) -> Case:
    """Take over a request that another desk offers."""
    return cases.accept_handover(actor, _judged(actor, case_id).case, at=at)


def return_handover(actor: Actor, case_id: Id, *, note: str, at: datetime) -> Case:
    """Give back a request that another desk offered, with the reason."""
    return cases.return_handover(actor, get_request(actor, case_id).case, reason=note, at=at)


def assign(actor: Actor, case_id: Id, *, account: str, at: datetime) -> Case:
    """Say which colleague has it."""
    return cases.assign(actor, _judged(actor, case_id).case, account, at=at)


def comment(
    actor: Actor, case_id: Id, *, text: str, is_public: bool = False, at: datetime, key: str = ""
) -> Comment:
    """A remark for the desk, or a public one that the requester reads."""
    case = get_request(actor, case_id).case
    return cases.comment(actor, case, as_said(text), is_public=is_public, at=at, key=key)


def ask_extension(actor: Actor, case_id: Id, *, note: str, at: datetime) -> Case:
    """Ask for five more working days; somebody else decides (安阳市政务服务条例)."""
    found = _judged(actor, case_id)
    cases.ask_clock(actor, found.case, "handle", "extend", reason=note, at=at)
    return found.case


def answer_extension(actor: Actor, case_id: Id, request_id: Id, *, approve: bool, note: str = "", at: datetime) -> Case:
    """Approve or turn down what a colleague asked for; the caller is told the new date."""
    found = _judged(actor, case_id)
    return cases.answer_clock(actor, found.case, request_id, approve=approve, reason=note, at=at)


def note_report(actor: Actor, case_id: Id, *, words: str, at: datetime) -> Case:
    """Note that the police were called about a child or violence: when, and what they answered (未成年人保护法 11)."""
    found = get_request(actor, case_id)
    require(actor, Engine.SEE_SEALED, found.case.region_id, handler=found.case.handler)
    with transaction.atomic():
        if not Request.objects.filter(pk=found.request.pk, county=found.case.county, reported_at=None).update(
            reported_at=at, reported_words=as_said(words)[:400]
        ):
            raise Conflict(cases.FASTER)
        record(actor.who(found.case.region_id), "intake.note_report", found.subject, at=at, county=found.case.county)
        if found.case.closed_at is None:
            return step_found(actor, found, "note_report", at=at)
    return found.case


def must_report(case: Case, *, at: datetime) -> Case:
    """Start the clock of the report to the police: its reminders come at once, after two hours and after a day until
    somebody notes the report (未成年人保护法 11). A clock that runs already goes on; call it inside a transaction."""
    if case.closed_at is not None or any(clock.key == "report" for clock in clocks_of(case)):
        return case
    return step(SYSTEM_DOER, case, "must_report", at=at)


def _judged(actor: Actor, case_id: Id) -> Found:
    """A request whose fate the actor may decide: not one that complains of them (济南市12345热线条例 32)."""
    found = get_request(actor, case_id)
    if is_accused(actor, found.case):
        raise Refused(ACCUSED)
    return found


def _step(
    actor: Actor,
    case_id: Id,
    action: str,
    *,
    at: datetime,
    data: Mapping[str, object] = NOTHING,
    note: str = "",
    key: str = "",
    columns: Mapping[str, object] = NOTHING,
) -> Case:
    return step_found(actor, get_request(actor, case_id), action, data=data, note=note, at=at, key=key, columns=columns)


def step_found(
    actor: Actor,
    found: Found,
    action: str,
    *,
    at: datetime,
    data: Mapping[str, object] = NOTHING,
    note: str = "",
    key: str = "",
    columns: Mapping[str, object] = NOTHING,
) -> Case:
    """One step of the case and the request's columns with it; a repeated key changes nothing a second time."""
    before = found.case.counter
    with transaction.atomic():
        case = cases.advance(
            actor,
            found.case,
            action,
            data=data,
            note=as_said(note),
            at=at,
            key=key,
            as_requester=found.as_requester,
            record_who=unnamed(actor, found.case) if found.as_requester else None,
        )
        if columns and case.counter != before:
            Request.objects.filter(pk=found.request.pk, county=case.county).update(**columns)
    return case


def unnamed(actor: Actor, case: Case) -> Who:
    """The person who asked, as history writes them: never by name, for those complained of read it too."""
    return replace(actor.who(case.region_id), name="")


def _in_time(case: Case, key: str, at: datetime) -> bool | None:
    """Whether the newest run of a clock has not run out at ``at``; None when that clock never started."""
    runs = [clock for clock in clocks_of(case) if clock.key == key]
    return at <= max(runs, key=lambda clock: clock.run).due_at if runs else None
