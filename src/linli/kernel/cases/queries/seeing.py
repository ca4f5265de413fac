"""Which cases exist for an actor. Fetching is the access check: what may not be seen is Missing."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.queries import holding, visible_to
from linli.kernel.access.rules import Actor, narrowest
from linli.kernel.cases.models import Case, CaseWatcher, CoHandler, Handover
from linli.kernel.cases.permissions import Permission
from linli.kernel.cases.rules.numbers import tidy_number
from linli.kernel.regions.rules import covers, subtree

NO_CASE = Refusal(
    "case.missing",
    gettext_noop("There is no such case, or not for you."),
    advice=gettext_noop("Check the number; it begins with L and the date."),
)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see: of their regions and desks, offered to or shared with their desks; sealed ones only
    by the permission to see them or by being named on the case."""
    scope = visible_scope(actor)
    return Case.objects.filter(scope) if scope is not None else Case.objects.none()


def visible_scope(actor: Actor) -> Q | None:
    """The condition behind ``visible_cases``; None when the actor can see nothing."""
    named = _named_on(actor)
    plain = holding(actor, Permission.SEE)
    sealed = holding(actor, Permission.SEE_SEALED)
    if not plain and not sealed:
        return named
    scope = Q(sealed=False) & _reach(plain) if plain else Q(pk__in=[])
    if plain:
        desks = [str(grant.desk) for grant in plain]
        scope |= Q(sealed=False) & (Q(pk__in=_offered(desks)) | Q(pk__in=_shared(desks)))
    if sealed:
        scope |= _reach(sealed)
    return scope | named if named is not None else scope


def _reach(grants: list) -> Q:  # type: ignore[type-arg]
    wanted = Q()
    for grant in narrowest(grants):
        if grant.unit:
            wanted |= Q(handler=str(grant.desk))
        else:
            low, high = subtree(grant.region)
            wanted |= Q(region_id__gte=low, region_id__lt=high) | Q(handler__gte=low, handler__lt=high)
    return wanted


def _named_on(actor: Actor) -> Q | None:
    if actor.is_anonymous:
        return None
    return Q(pk__in=CaseWatcher.objects.filter(account=UUID(actor.account)).values("case_id"))


def _offered(desks: list[str]) -> QuerySet[Handover, UUID]:
    return Handover.objects.filter(to_desk__in=desks, state="offered").values_list("case_id", flat=True)


def _shared(desks: list[str]) -> QuerySet[CoHandler, UUID]:
    return CoHandler.objects.filter(desk__in=desks).values_list("case_id", flat=True)


def sees_whole(actor: Actor, region: str, *, sealed: bool = False) -> bool:
    """Whether an actor sees everything inside a region, so that a queue there needs no further condition."""
    permission = Permission.SEE_SEALED if sealed else Permission.SEE
    return any(not grant.unit and covers(grant.region, region) for grant in holding(actor, permission))


def get_case(actor: Actor, case_id: str | UUID) -> Case:
    """A case the actor may see, with its region; Missing otherwise."""
    try:
        key = case_id if isinstance(case_id, UUID) else UUID(str(case_id))
    except ValueError:
        raise Missing(NO_CASE) from None
    found = visible_cases(actor).select_related("region", "assignee").filter(pk=key).first()
    if found is None:
        raise Missing(NO_CASE)
    return found


def find_case(actor: Actor, number: str) -> Case:
    """A case by the number someone typed (blanks, small letters, O for 0 forgiven); Missing otherwise."""
    tidy = tidy_number(number)
    found = visible_cases(actor).select_related("region", "assignee").filter(number=tidy).first() if tidy else None
    if found is None:
        raise Missing(NO_CASE)
    return found


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases someone asked for themselves: as the person, or with the account they opened them by."""
    if actor.is_anonymous:
        return Case.objects.none()
    mine = Q(requester=UUID(actor.person)) if actor.person else Q(pk__in=[])
    if not actor.is_staff:
        mine |= Q(opened_by=UUID(actor.account))
    return Case.objects.filter(mine).select_related("region").order_by("-opened_at")


__all__ = [
    "NO_CASE",
    "find_case",
    "get_case",
    "own_cases",
    "sees_whole",
    "visible_cases",
    "visible_scope",
    "visible_to",
]


def may_open_files(actor: Actor, subject: str) -> bool:
    """Whether an actor may read the files of ``cases.case:ID``: those who see the case, and whoever it is about."""
    case = subject.partition(":")[2]
    return visible_cases(actor).filter(pk=case).exists() or own_cases(actor).filter(pk=case).exists()
