"""Keys for programs: shown once, stored as digests, limited by scopes and an end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from linli.base.errors import Conflict, Denied, Refusal, Refused
from linli.base.text import fold, gettext_noop
from linli.kernel.access.actions.accounts import subject_of
from linli.kernel.access.models import Token
from linli.kernel.access.permissions import table
from linli.kernel.access.queries import TokenUse, policy_at, require_account
from linli.kernel.access.queries.accounts import account_of
from linli.kernel.access.rules import Actor, check_scopes
from linli.kernel.audit.actions import record

PREFIX = "lnl_"


def make_token(actor: Actor, *, name: str, scopes: Sequence[str], days: int, at: datetime) -> tuple[Token, str]:
    """A new key for one's own programs and its secret, which is shown this once.

    Refused for an unknown scope or a life longer than the policy allows; Denied to a program, which makes no keys.
    """
    require_account(actor)
    if actor.scopes is not None:
        raise Denied(Refusal("access.token_by_token", gettext_noop("A key cannot make keys: sign in yourself.")))
    refusal = check_scopes(scopes, {entry.name for entry in table()})
    longest = policy_at(at).token_days
    if refusal is None and not 1 <= days <= longest:
        message = gettext_noop("A key lives from 1 to {days} days.")
        refusal = Refusal("access.token_days", message, {"days": longest})
    if refusal is not None:
        raise Refused(refusal)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        account = account_of(actor)
        token = Token.objects.create(
            account=account,
            name=fold(name)[:80],
            prefix=secret[:8],
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=sorted(set(scopes)),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        detail = {"token": token.prefix, "name": token.name, "scopes": token.scopes, "days": days}
        record(actor.who(""), "make_token", subject_of(account), at=at, detail=detail)
    return token, secret


def revoke_token(actor: Actor, token_id: str, *, at: datetime) -> None:
    """End one of one's own keys now."""
    require_account(actor)
    with transaction.atomic():
        account = account_of(actor)
        if not account.tokens.filter(pk=token_id, revoked_at=None).update(revoked_at=at):
            raise Conflict(Refusal("access.token_ended", gettext_noop("This key has already ended.")))
        record(actor.who(""), "revoke_token", subject_of(account), at=at, detail={"token": str(token_id)})


def touch_token(token: TokenUse, *, at: datetime) -> None:
    """Note that a key was used, at most once an hour, so that reading does not become writing."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - timedelta(hours=1))
    if token.last_used_at is None or token.last_used_at < at - timedelta(hours=1):
        Token.objects.filter(stale, pk=token.id).update(last_used_at=at)
