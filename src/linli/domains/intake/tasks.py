"""Telling people what happened: the outbox hands over each event of a case, and the right person gets one message.

Delivered at least once; ``send`` keeps each message to one by its key, so a repetition says nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from linli.base.clock import BEIJING
from linli.domains.intake.actions.erasing import erase_contacts
from linli.domains.intake.models import CONTACT_PHONE, Request
from linli.domains.intake.queries.officers import officers_for
from linli.domains.intake.queries.parameters import parameters_for
from linli.domains.intake.queries.requests import TYPE, Found
from linli.domains.intake.queries.tracking import duplicates_of, link_token
from linli.kernel.audit.rules import EventValue
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import clocks, desk_name, history
from linli.kernel.notices.actions import send
from linli.kernel.notices.rules import Recipient
from linli.kernel.parties.queries import open_text

TOLD = {
    "open": "request.received",
    "accept": "request.accepted",
    "dispatch": "request.transferred",
    "arbitrate": "request.transferred",
    "refuse": "request.returned",
    "ask_more": "request.more",
    "reply": "request.answered",
    "answer": "request.answered",
    "reopen": "request.reopened",
    "close": "request.rate",
    "case.extend": "request.extended",
    "case.accept_handover": "request.transferred",
}
DESK = {
    "open": "desk.assigned",
    "dispatch": "desk.assigned",
    "arbitrate": "desk.assigned",
    "overdue": "desk.overdue",
    "case.hand_over": "desk.handover",
}
FOLLOWERS = frozenset({"reply", "answer", "refuse", "close", "case.extend"})
PROMISED = timedelta(hours=24)


def on_case_event(event: EventValue) -> None:
    """Tell the person who asked, and the desk that has it now. Wired to ``case.*`` by the site.

    Nothing goes out about a sealed request: a message on the wrong telephone can be a danger. Nothing either about what
    was imported, because those people never asked Linli.
    """
    payload = event.payload
    if payload.get("type") == TYPE and payload.get("action") == "remind_report":
        _remind_officers(str(payload["case"]), event)
    if payload.get("type") != TYPE or payload.get("sealed") or payload.get("imported"):
        return
    if event.topic not in ("case.opened", "case.advanced", "case.extended"):
        return
    request = Request.objects.select_related("case", "case__region").filter(case_id=str(payload["case"])).first()
    if request is None or request.source or request.case.sealed:  # sealed perhaps only after this was told
        return
    action = str(payload.get("action", ""))
    found = Found(request.case, request)
    words = _words(found, action, event)
    _tell_person(found, action, words, event)
    _tell_desk(found, action, words, event)
    if action in FOLLOWERS:
        for follower in duplicates_of(found.case):
            if follower.case.sealed:
                continue
            # In their own words: nobody reads the title that somebody else gave the matter.
            named = {"number": follower.case.number, "title": follower.case.title, "place": follower.case.region.name}
            _tell_person(follower, action, {**words, **named, "link": _link(follower.case, event)}, event)


def _remind_officers(case_id: str, event: EventValue) -> None:
    """Tell those named for sealed matters of the place, in their inbox only: neither place nor matter leaves Linli."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return
    words = {"number": case.number, "link": reverse("intake:case", args=[case.pk])}
    for account in officers_for(case.region_id, event.at):
        send(
            "desk.report",
            Recipient(account=account),
            words,
            key=str(event.id),
            county=case.county,
            subject=case.subject,
            at=event.at,
            channels=("inbox",),
            region=case.region_id,
        )


def on_person_erased(event: EventValue) -> None:
    """Forget name and telephone in the requests of a person whose entry was erased. Wired to ``person.erased`` by the
    site."""
    erase_contacts(UUID(str(event.payload["person"])), at=event.at)


def _words(found: Found, action: str, event: EventValue) -> dict[str, object]:
    case = found.case
    running = [view for view in clocks(case, event.at, running_only=True) if not view.paused]
    if action == "ask_more":  # until when to answer, not until when the desk has to
        running = [view for view in running if view.kind == "state"]
    due = running[0].due_at if running else event.at + PROMISED
    hours = parameters_for(case.region_id, event.at.astimezone(BEIJING).date()).hours
    last = next((line for line in reversed(history(case)) if line.action == action), None)
    return {
        "number": case.number,
        "title": case.title,
        "place": case.region.name,
        "due": due.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        "who": desk_name(case.handler),
        "phone": hours.phone,
        "link": _link(case, event),
        "reason": _reason(case, last.note if last else ""),
    }


def _reason(case: Case, note: str) -> str:
    where = str(case.data.get("where", ""))
    return f"{note} {where}".strip() or "—"


def _link(case: Case, event: EventValue) -> str:
    return reverse("intake:followed", args=[link_token(case.pk, at=event.at)])


def _tell_person(found: Found, action: str, words: Mapping[str, object], event: EventValue) -> None:
    template = TOLD.get(action)
    to = _recipient(found)
    if template is None or to is None:
        return
    key = f"{event.id}:{found.case.pk}"
    send(
        template,
        to,
        words,
        key=key,
        county=found.case.county,
        subject=found.subject,
        at=event.at,
        region=found.case.region_id,
    )


def _recipient(found: Found) -> Recipient | None:
    """The requester's account, person or telephone; None for somebody who left nothing."""
    request, case = found.request, found.case
    if request.is_anonymous:
        return None
    account = str(case.opened_by) if case.opened_by and request.taken_in_by is None else ""
    phone = open_text(request.contact_phone, CONTACT_PHONE)
    if not (account or phone or case.requester):
        return None
    return Recipient(account=account, person=str(case.requester or ""), phone=phone)


def _tell_desk(found: Found, action: str, words: Mapping[str, object], event: EventValue) -> None:
    template = DESK.get(action)
    if template is None:
        return
    case = found.case
    own = {**words, "link": reverse("intake:case", args=[case.pk])}
    desk = str(event.payload.get("to", "")) if action == "case.hand_over" else case.handler
    for to in [Recipient(desk=desk), *([Recipient(account=str(case.assignee_id))] if case.assignee_id else [])]:
        send(
            template,
            to,
            own,
            key=str(event.id),
            county=case.county,
            subject=found.subject,
            at=event.at,
            region=case.region_id,
        )
