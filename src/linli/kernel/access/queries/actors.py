"""Who is at the door: the actor behind a session or a bearer token, with the grants of this moment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest

from linli.base import clock
from linli.kernel.access.models import Account, Grant
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
    if carries_token(request):
        secret = request.headers["Authorization"][7:].strip()
        found = bearer(secret, at, address=address, reading=request.method in SAFE)
        if found is None:
            return Actor(channel="api", address=address)
        actor, use = found
        request.access_token = use  # type: ignore[attr-defined]  # the doorway notes its use afterwards
        return actor
    user = getattr(request, "user", None)
    if isinstance(user, Account) or (user is not None and user.is_authenticated):
        return actor_of(cast(Account, user), at, address=address)
    return Actor(address=address, language=str(getattr(request, "LANGUAGE_CODE", "zh-hans")))


def carries_token(request: HttpRequest) -> bool:
    """Whether a request speaks with a bearer token; any other Authorization header does not replace the session."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


@dataclass(frozen=True)
class TokenUse:
    """A token that opened the door just now, and when it did so before."""

    id: UUID
    last_used_at: datetime | None


# Every request of every program asks this, so it is one statement written by hand: token, account and grants at once.
_BEARER = """
SELECT t.id, t.scopes, t.last_used_at, a.id, a.name, a.username, a.person_id, a.language, a.elder_mode, a.is_active,
  a.is_demo, g.role, g.region_id, g.unit, g.purpose
FROM access_token t JOIN access_account a ON a.id = t.account_id
LEFT JOIN access_grant g ON g.account_id = a.id AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to > %s)
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s
ORDER BY g.region_id, g.role, g.unit
"""


def bearer(secret: str, at: datetime, *, address: str = "", reading: bool = False) -> tuple[Actor, TokenUse] | None:
    """The actor behind a bearer secret; None for an unknown, expired or revoked one, or one whose scopes do not reach
    this kind of request. One query."""
    instant = connection.ops.adapt_datetimefield_value(at)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_BEARER, [instant, instant, digest, instant])
        rows = cursor.fetchall()
    if not rows:
        return None
    token, scopes, used, account, name, username, person, language, elder, active, demo = rows[0][:11]
    reach = scopes_now(orjson.loads(scopes) if isinstance(scopes, str) else scopes, reading)
    if reach is None:
        return None
    use = TokenUse(_uuid(token), _instant(used))
    if not active or (demo and not settings.DEMO):
        return Actor(channel="api", address=address), use
    grants = tuple(
        GrantValue(Role(role), region, unit, aim) for role, region, unit, aim in (r[11:] for r in rows) if role
    )
    return Actor(
        account=str(_uuid(account)), name=name or username, person=str(_uuid(person)) if person else "", grants=grants,
        channel="api", address=address, language=language, scopes=tuple(reach), elder_mode=bool(elder),
        is_demo=bool(demo),
    ), use  # fmt: skip


def _uuid(value: UUID | str) -> UUID:
    """SQLite keeps UUIDs as text."""
    return value if isinstance(value, UUID) else UUID(value)


def _instant(value: datetime | None) -> datetime | None:
    """SQLite keeps instants without their zone, which is UTC."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
