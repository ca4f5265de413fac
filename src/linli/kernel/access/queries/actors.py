"""Who is at the door: the actor behind a session or a bearer token, with the grants of this moment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from linli.base import clock
from linli.kernel.access.models import Account, Grant, Token
from linli.kernel.access.rules import ANONYMOUS, Actor, GrantValue, Role, scopes_now

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


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
    """The actor an account is at ``at``; anonymous when closed, or of a demonstration where there is none."""
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
        scopes = scopes_now(token.scopes, request.method in SAFE) if token else None
        if token is None or scopes is None:
            return Actor(channel="api", address=address)
        request.access_token = token  # type: ignore[attr-defined]  # the doorway notes its use afterwards
        return actor_of(token.account, at, channel="api", address=address, scopes=scopes)
    user = getattr(request, "user", None)
    if isinstance(user, Account) or (user is not None and user.is_authenticated):
        return actor_of(cast(Account, user), at, address=address)
    return Actor(address=address, language=str(getattr(request, "LANGUAGE_CODE", "zh-hans")))


def token_for(secret: str, at: datetime) -> Token | None:
    """The valid token behind a bearer secret; None for an unknown, expired or revoked one."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return Token.objects.select_related("account").filter(digest=digest, revoked_at=None, expires_at__gt=at).first()
