"""Who is at the door, and what they may see. ``require`` and ``visible_to`` ask the same table and the same grants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.base import clock
from linli.base.errors import Denied, Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access import permissions
from linli.kernel.access.models import Account, Grant, Token
from linli.kernel.access.rules import ANONYMOUS, Actor, GrantValue, Role, narrowest, scope_allows
from linli.kernel.regions.models import Region
from linli.kernel.regions.rules import subtree

M = TypeVar("M", bound=Model)


class ActorRequest(HttpRequest):
    """A request that has passed the access middleware."""

    actor: Actor


def grants_of(account: Account, at: datetime) -> tuple[GrantValue, ...]:
    """What is granted to an account at ``at``, as values; one query."""
    rows = (
        Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), account=account, valid_from__lte=at)
        .order_by("region_id", "role", "unit")
        .values_list("role", "region_id", "unit", "purpose")
    )
    return tuple(GrantValue(Role(role), region, unit, purpose) for role, region, unit, purpose in rows)


def actor_of(
    account: Account, at: datetime, *, channel: str = "web", address: str = "", scopes: Sequence[str] | None = None
) -> Actor:
    """The actor an account is at ``at``; anonymous when it is closed, or a demonstration account outside a demonstration."""
    if not account.is_active or (account.is_demo and not settings.DEMO):
        return ANONYMOUS
    return Actor(
        account=str(account.pk),
        name=account.name or account.username,
        person=str(account.person_id or ""),
        grants=grants_of(account, at),
        channel=channel,
        address=address,
        language=account.language,
        scopes=None if scopes is None else tuple(scopes),
        elder_mode=account.elder_mode,
        is_demo=account.is_demo,
    )


def actor_for(request: HttpRequest, at: datetime | None = None) -> Actor:
    """Who sent a request: by bearer token if it carries one, else by session; an unknown token is nobody."""
    at = at or clock.now()
    address = str(request.META.get("REMOTE_ADDR", ""))
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        token = token_for(header[7:].strip(), at)
        if token is None:
            return Actor(channel="api", address=address)
        return actor_of(token.account, at, channel="api", address=address, scopes=token.scopes)
    user = getattr(request, "user", None)
    if isinstance(user, Account) or (user is not None and user.is_authenticated):
        return actor_of(cast(Account, user), at, address=address)
    return Actor(address=address, language=str(getattr(request, "LANGUAGE_CODE", "zh-hans")))


def token_for(secret: str, at: datetime) -> Token | None:
    """The valid token behind a bearer secret; None for an unknown, expired or revoked one."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return Token.objects.select_related("account").filter(digest=digest, revoked_at=None, expires_at__gt=at).first()


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


def require_account(actor: Actor) -> None:
    """Raise :class:`Denied` unless someone is signed in."""
    if actor.is_anonymous:
        raise Denied(SIGN_IN)


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


def role_names(roles: frozenset[Role]) -> str:
    """Roles as people call them, in the language of the moment."""
    return ", ".join(str(ROLE_NAMES[role]) for role in Role if role in roles)


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


def get_account(account_id: str) -> Account:
    """An account by its id; Missing if there is none."""
    found = Account.objects.filter(pk=account_id).first() if _is_uuid(account_id) else None
    if found is None:
        raise Missing(Refusal("access.no_account", gettext_noop("There is no such account.")))
    return found


def _is_uuid(text: Any) -> bool:
    return len(str(text)) in (32, 36) and str(text).replace("-", "").isalnum()


ROLE_NAMES = {
    Role.RESIDENT: pgettext_lazy("role", "Resident"),
    Role.AGENT: pgettext_lazy("role", "Agent for residents"),
    Role.CLERK: pgettext_lazy("role", "Window clerk"),
    Role.GRID_WORKER: pgettext_lazy("role", "Grid worker"),
    Role.COMMUNITY_WORKER: pgettext_lazy("role", "Community worker"),
    Role.COMMITTEE_MEMBER: pgettext_lazy("role", "Committee member"),
    Role.DIRECTOR: pgettext_lazy("role", "Committee director"),
    Role.SECRETARY: pgettext_lazy("role", "Party secretary"),
    Role.SUPERVISOR_MEMBER: pgettext_lazy("role", "Member of the supervision committee"),
    Role.ELECTION_MEMBER: pgettext_lazy("role", "Member of the election committee"),
    Role.TOWNSHIP_ACCEPTOR: pgettext_lazy("role", "Township acceptor"),
    Role.APPROVER: pgettext_lazy("role", "Approver"),
    Role.DUTY_OFFICER: pgettext_lazy("role", "Duty officer"),
    Role.REPORTER: pgettext_lazy("role", "Reporter"),
    Role.REVIEWER: pgettext_lazy("role", "Reviewer"),
    Role.HOTLINE_AGENT: pgettext_lazy("role", "Hotline agent"),
    Role.HANDLING_UNIT: pgettext_lazy("role", "Handling unit"),
    Role.OVERSEER: pgettext_lazy("role", "Overseer"),
    Role.SOCIAL_WORKER: pgettext_lazy("role", "Social worker"),
    Role.VOLUNTEER_ORGANISATION: pgettext_lazy("role", "Volunteer organisation"),
    Role.CONTRACTOR: pgettext_lazy("role", "Contractor"),
    Role.ASSESSOR: pgettext_lazy("role", "Assessor"),
    Role.PROTECTION_OFFICER: pgettext_lazy("role", "Protection officer"),
    Role.SYSTEM_ADMIN: pgettext_lazy("role", "System administrator"),
    Role.SECURITY_ADMIN: pgettext_lazy("role", "Security administrator"),
    Role.AUDIT_ADMIN: pgettext_lazy("role", "Audit administrator"),
}
