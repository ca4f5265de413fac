"""Comments, links between cases, and who else may see a sealed one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.base.errors import Conflict, Denied, Invalid, Refusal, Refused
from linli.base.ids import new_id
from linli.base.text import gettext_noop
from linli.kernel.access.queries import get_account
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import emit, record
from linli.kernel.cases.actions import writing
from linli.kernel.cases.actions.writing import Change
from linli.kernel.cases.models import Case, CaseWatcher, Comment, Link
from linli.kernel.cases.permissions import Permission
from linli.kernel.cases.queries.facts import Background, Doer, allowed, type_of
from linli.kernel.cases.queries.seeing import get_case
from linli.kernel.cases.rules.decide import NOT_YOURS
from linli.kernel.cases.rules.shapes import ASSIGNEE, REQUESTER

DUPLICATE, RELATED, FOLLOW_UP = "duplicate", "related", "followup"
KINDS = (DUPLICATE, RELATED, FOLLOW_UP)
LONGEST_COMMENT = 4000
NO_TEXT = Refusal("comment.text", gettext_noop("Write something, in at most 4,000 characters."))
NO_KIND = Refusal("link.kind", gettext_noop("A link says: duplicate, related or followup."))
ALREADY = Refusal("link.already", gettext_noop("These two are linked already."))
ITSELF = Refusal("link.itself", gettext_noop("A case cannot be linked with itself."))
NO_DUPLICATES = Refusal(
    "link.no_duplicates", gettext_noop("A case of this type cannot be closed as a duplicate of that one.")
)
CLOSED = Refusal("case.closed", gettext_noop("This case is closed."))
MASTER_CLOSED = Refusal(
    "link.master_closed",
    gettext_noop("The earlier case is already closed, so this one could not follow it."),
    advice=gettext_noop("Link them as related, or open the earlier one again."),
)


def comment(
    actor: Actor,
    case: Case,
    text: str,
    *,
    is_public: bool = False,
    at: datetime,
    as_requester: bool = False,
    key: str = "",
) -> Comment:
    """Say something on a case: for the desks only, or (``is_public``) also for the person who asked. The requester's
    own comments are always public. The same ``key`` with the same words returns the first comment."""
    doer = Doer(actor, requester=as_requester)
    asks = allowed(doer, case, (REQUESTER,))
    if not asks and not allowed(doer, case, (Permission.COMMENT, ASSIGNEE)):
        raise Denied(NOT_YOURS)
    words = text.strip().replace("\x00", "").encode("utf-8", "replace").decode()
    if not words or len(words) > LONGEST_COMMENT:
        raise Invalid(NO_TEXT, {"text": [NO_TEXT.message]})
    who = doer.as_who(case.region_id, case.handler)
    digest = writing.content_digest("case.comment", str(case.pk), words, is_public) if key else ""
    if key and writing.replayed(doer, case.county, key, digest) is not None:
        said = Comment.objects.filter(case=case, account=who.account, text=words).order_by("at", "id")
        return said[0]
    row = Comment(
        id=new_id(), county=case.county, case=case, at=at, account=who.account, name=who.name, role=who.role,
        text=words, is_public=is_public or asks,
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        if key:
            writing.key_row(doer, case, key, digest, at).save(force_insert=True)
        told = {
            "case": str(case.pk),
            "type": case.type,
            "number": case.number,
            "region": case.region_id,
            "public": row.is_public,
        }
        emit("case.commented", str(case.pk), told, county=case.county, at=at)
        record(
            who,
            "cases.comment",
            case.subject,
            at=at,
            county=case.county,
            detail={"comment": str(row.pk), "public": row.is_public},
        )
    return row


def link(actor: Actor, case: Case, other: Case, kind: str, *, at: datetime) -> Link:
    """Link two cases. As ``duplicate``, ``case`` follows ``other`` (or the one ``other`` follows itself) and closes
    with it."""
    doer = Doer(actor)
    if not allowed(doer, case, (Permission.LINK,)):
        raise Denied(NOT_YOURS)
    if kind not in KINDS:
        raise Invalid(NO_KIND, {"kind": [NO_KIND.message]})
    if case.pk == other.pk:
        raise Refused(ITSELF)
    try:
        with transaction.atomic():
            followers = _locked_followers(case, other) if kind == DUPLICATE else []
            if kind == DUPLICATE:
                other = _master_for(actor, case, other)
            row = Link(
                id=new_id(), county=case.county, case=case, other=other, kind=kind, added_by=doer.account, added_at=at
            )
            row.save(force_insert=True)
            told = {"other": str(other.pk), "number": other.number, "kind": kind}
            for one in (*followers, case):
                fields = {"master_id": other.pk} if kind == DUPLICATE else {}
                change = Change("case.link", at, fields=fields, data=told, told=told)
                writing.write(doer, Background(one, type_of(one)), change)
    except IntegrityError as error:
        raise Conflict(ALREADY) from error
    return row


def _locked_followers(case: Case, other: Case) -> list[Case]:
    """The open cases that follow ``case``. They, it and the other stay locked until commit and in one order: two that
    are linked to each other at the same moment come one after the other, so that the second sees the first."""
    concerned = Q(pk__in=[pk for pk in (case.pk, other.pk, other.master_id) if pk]) | Q(master=case, closed_at=None)
    rows = list(Case.objects.select_for_update().filter(concerned).order_by("pk"))
    return [row for row in rows if row.master_id == case.pk and row.closed_at is None and row.pk != other.pk]


def _master_for(actor: Actor, case: Case, other: Case) -> Case:
    """The case that ``case`` is to follow, as it stands now; Missing when the actor may not see it."""
    master = get_case(actor, other.pk)
    if master.master_id:
        master = get_case(actor, master.master_id)
    if case.closed_at is not None:
        raise Refused(CLOSED)
    if master.pk == case.pk:
        raise Refused(ITSELF)
    if master.master_id is not None:
        raise Conflict(writing.FASTER)
    if master.closed_at is not None:
        raise Refused(MASTER_CLOSED)
    rule = type_of(case).duplicates
    if rule is None or (not rule.to and master.type != case.type):
        raise Refused(NO_DUPLICATES)
    return master


def unlink_duplicate(actor: Actor, case: Case, *, reason: str, at: datetime) -> Case:
    """It was not the same matter after all: the case goes its own way again."""
    doer = Doer(actor)
    if not allowed(doer, case, (Permission.LINK,)):
        raise Denied(NOT_YOURS)
    if case.master_id is None or case.closed_at is not None:
        raise Refused(CLOSED if case.closed_at else NO_DUPLICATES)
    told = {"other": str(case.master_id), "kind": DUPLICATE}
    with transaction.atomic():
        Link.objects.filter(case=case, other_id=case.master_id, kind=DUPLICATE).delete()
        change = Change("case.unlink", at, fields={"master_id": None}, data=told, note=reason, told=told)
        writing.write(doer, Background(case, type_of(case)), change)
    return case


def name_watcher(actor: Actor, case: Case, account: str, *, reason: str, at: datetime) -> CaseWatcher:
    """Name an account that may see a case though its role does not show it, with the reason."""
    doer = Doer(actor)
    if not allowed(doer, case, (Permission.NAME_WATCHER,)):
        raise Denied(NOT_YOURS)
    person = get_account(account)
    told = {"account": str(person.pk)}
    try:
        with transaction.atomic():
            row = CaseWatcher.objects.create(
                county=case.county, case=case, account=UUID(str(person.pk)), named_by=doer.account, named_at=at,
                reason=reason.strip()[:400],
            )  # fmt: skip
            writing.write(
                doer,
                Background(case, type_of(case)),
                Change("case.name_watcher", at, data=told, note=reason, told=told),
            )
    except IntegrityError as error:
        raise Conflict(ALREADY) from error
    return row


def set_sealed(actor: Actor, case: Case, sealed: bool, *, reason: str, at: datetime) -> Case:
    """Seal a case, or open the seal; either way with a reason. Whoever handles a case may seal it, although
    they may not see it afterwards; the seal is opened only by those who may see sealed cases of the area."""
    doer = Doer(actor)
    who = (Permission.SEE_SEALED, Permission.HANDLE) if sealed else (Permission.SEE_SEALED,)
    if not allowed(doer, case, tuple(map(str, who))):
        raise Denied(NOT_YOURS)
    if not reason.strip():
        raise Invalid(NO_TEXT, {"reason": [NO_TEXT.message]})
    with transaction.atomic():
        change = Change("case.seal" if sealed else "case.unseal", at, fields={"sealed": sealed}, note=reason.strip())
        writing.write(doer, Background(case, type_of(case)), change)
    return case
