"""What an actor may do and see: ``require`` and ``visible_to`` ask the same table and the same grants."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

from linli.base.errors import Denied, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access import permissions
from linli.kernel.access.queries.names import role_names
from linli.kernel.access.rules import Actor, GrantValue, narrowest, scope_allows
from linli.kernel.regions.models import Region
from linli.kernel.regions.rules import subtree

M = TypeVar("M", bound=Model)


def holding(actor: Actor, permission: str) -> list[GrantValue]:
    """The grants by which an actor holds a permission; the one source of ``may`` and ``visible_to``."""
    entry = permissions.entry_for(permission)
    if not scope_allows(actor.scopes, entry.name):
        return []
    return list(actor.holding(entry.roles, entry.purpose))


def may(actor: Actor, permission: str, region: str, *, handler: str = "") -> bool:
    """Whether an actor holds a permission for a thing in ``region``, handled by the desk ``handler``."""
    return any(grant.reaches(region, handler) for grant in holding(actor, permission))


def may_somewhere(actor: Actor, permission: str) -> bool:
    """Whether an actor holds a permission for any place at all (shows or hides an entrance)."""
    return bool(holding(actor, permission))


def require(actor: Actor, permission: str, region: str, *, handler: str = "") -> None:
    """Pass silently or raise :class:`Denied` with a sentence that names the act, the place and the roles that may."""
    if not may(actor, permission, region, handler=handler):
        raise Denied(refusal_for(actor, permission, region))


def require_somewhere(actor: Actor, permission: str) -> None:
    """As ``require``, for an act that is not about one place."""
    if not may_somewhere(actor, permission):
        raise Denied(refusal_for(actor, permission, ""))


def require_account(actor: Actor, permission: str = "") -> None:
    """Raise :class:`Denied` unless someone is signed in; with ``permission``, unless their key's scopes allow it.

    For what everyone may do with what is their own: no role is asked, but a key for programs must be meant for it.
    """
    if actor.is_anonymous:
        raise Denied(SIGN_IN)
    if permission and not scope_allows(actor.scopes, permission):
        raise Denied(refusal_for(actor, permission, ""))


SIGN_IN = Refusal(
    "access.sign_in", gettext_noop("Please sign in first."), advice=gettext_noop("You come back here afterwards.")
)


def refusal_for(actor: Actor, permission: str, region: str) -> Refusal:
    """Why an actor may not: not signed in, a token too narrow, another place, or no such role at all."""
    entry = permissions.entry_for(permission)
    what = {"act": gettext_lazy(entry.sentence), "place": _place(region), "roles": role_names(entry.roles)}
    if actor.is_anonymous:
        return SIGN_IN
    if not scope_allows(actor.scopes, entry.name):
        message = gettext_noop("This key is not for that: it may not {act}.")
        return Refusal("access.scope", message, what, advice=gettext_noop("Make a key with a wider scope."))
    advice = gettext_noop("This is for: {roles}. The security administrator gives roles.")
    if any(True for _ in actor.holding(entry.roles)) and region:
        return Refusal("access.elsewhere", gettext_noop("You may {act}, but not in {place}."), what, advice=advice)
    return Refusal("access.denied", gettext_noop("Your role does not allow you to {act}."), what, advice=advice)


def _place(region: str) -> str:
    name = Region.objects.filter(pk=region).values_list("name", flat=True).first() if region else None
    return f"{name} ({region})" if name else region


def visible_to(
    actor: Actor,
    permission: str,
    queryset: QuerySet[M],
    *,
    region_field: str = "region_id",
    handler_field: str = "handler",
) -> QuerySet[M]:
    """The rows an actor may see by ``permission``: one OR of code ranges and desks, never a subquery.

    ``handler_field=""`` says that the table knows no desks; grants for one unit then show nothing.
    """
    wanted = Q(pk__in=[])
    for grant in narrowest(holding(actor, permission)):
        if grant.unit:
            wanted |= Q(**{handler_field: str(grant.desk)}) if handler_field else Q(pk__in=[])
        else:
            low, high = subtree(grant.region)
            wanted |= Q(**{f"{region_field}__gte": low, f"{region_field}__lt": high})
    return queryset.filter(wanted) if wanted != Q(pk__in=[]) else queryset.none()
