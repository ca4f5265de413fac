"""Giving roles and taking them back. The security administrator does it, never for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from linli.base.errors import Conflict, Denied, Refusal, Refused, ensure
from linli.base.text import fold, gettext_noop
from linli.kernel.access.actions.accounts import _not_oneself, subject_of
from linli.kernel.access.models import Account, Grant
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import policy_at, require
from linli.kernel.access.queries.accounts import holdings, lock_human
from linli.kernel.access.rules import ADMINISTRATORS, Actor, Holding, Role, check_exclusions, check_period
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import SYSTEM, Who
from linli.kernel.regions.queries import get_region


def grant(
    actor: Actor,
    account: Account,
    role: Role,
    *,
    region: str,
    unit: str = "",
    purpose: str = "",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    reason: str = "",
    at: datetime,
) -> Grant:
    """Give an account a role for a region and all inside it (or for one unit's desk there), from now or a later day.

    Refused when the dates make no sense, the role excludes another one of the same human being, or an administrator's
    account does not say whose it is; Denied for one's own account.
    """
    home = get_region(region)
    require(actor, Permission.GIVE_GRANT, home.code)
    _not_oneself(actor, account)
    starts = valid_from or at
    ensure(check_period(starts, valid_to, at))
    if role is Role.RESIDENT:
        raise Refused(Refusal("access.resident", gettext_noop("Everyone is a resident; that is not given.")))
    if not account.is_active:
        raise Refused(Refusal("access.closed", gettext_noop("This account is already closed.")))
    with transaction.atomic():
        made = _give(
            account,
            role,
            home.code,
            unit=fold(unit),
            purpose=fold(purpose),
            starts=starts,
            ends=valid_to,
            reason=fold(reason),
            at=at,
            by=Account.objects.get(pk=actor.account),
        )
        _record(actor.who(home.code), "grant", made, at)
    return made


def _give(
    account: Account,
    role: Role,
    region: str,
    *,
    unit: str,
    purpose: str,
    starts: datetime,
    ends: datetime | None,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Grant:
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    if account.person is not None:
        lock_human(account.person)
    elif role in ADMINISTRATORS:
        message = gettext_noop("Say first which person this account belongs to: an administrator is somebody.")
        raise Refused(Refusal("access.admin_unnamed", message, {}, "GB/T 22239-2019 8.1.5"))
    ensure(check_exclusions(Holding(role, region, starts, ends), holdings(account, at), policy_at(at).exclusions))
    return Grant.objects.create(
        account=account,
        role=role,
        region_id=region,
        unit=unit,
        purpose=purpose,
        valid_from=starts,
        valid_to=ends,
        granted_by=by,
        granted_at=at,
        reason=reason,
    )


def _record(who: Who, action: str, made: Grant, at: datetime) -> None:
    detail: Mapping[str, object] = {
        "role": made.role,
        "region": made.region_id,
        "unit": made.unit,
        "purpose": made.purpose,
        "from": made.valid_from,
        "to": made.valid_to,
        "reason": made.reason,
    }
    record(who, action, subject_of(made.account), at=at, detail=detail)


def revoke(actor: Actor, grant_id: str, *, reason: str = "", at: datetime) -> Grant:
    """Take a role back: it ends now (one still to come never begins). The last security administrator stays."""
    found = Grant.objects.filter(pk=grant_id).select_related("account").first()
    if found is None:
        raise Conflict(GONE)
    require(actor, Permission.GIVE_GRANT, found.region_id)
    with transaction.atomic():
        if found.role == Role.SECURITY_ADMIN:
            _another_stays(found, at)
        ended = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), pk=found.pk).update(
            valid_to=max(at, found.valid_from), revoked_at=at, revoked_by_id=actor.account
        )
        if not ended:
            raise Conflict(GONE)
        found.refresh_from_db()
        found.reason = fold(reason) or found.reason
        _record(actor.who(found.region_id), "revoke", found, at)
    return found


GONE = Refusal("access.grant_ended", gettext_noop("This role has already ended."))


def _another_stays(found: Grant, at: datetime) -> None:
    standing = Grant.objects.select_for_update().filter(
        Q(valid_to=None), role=Role.SECURITY_ADMIN, valid_from__lte=at, account__is_active=True
    )
    if not [other for other in standing if other.pk != found.pk]:
        message = gettext_noop("This is the last security administrator: name the next one first.")
        raise Refused(Refusal("access.last_security_admin", message))


def found_administrators(seats: Mapping[Role, Account], *, region: str, at: datetime) -> list[Grant]:
    """The first three administrators at set-up, when there is no security administrator yet who could name them.

    Denied once there has been one: from then on every role is given by a person.
    """
    home = get_region(region)
    with transaction.atomic():
        if Grant.objects.filter(role=Role.SECURITY_ADMIN).exists():
            message = gettext_noop("Linli has its administrators: new ones are named by the security administrator.")
            raise Denied(Refusal("access.founded", message))
        made = []
        for role, account in seats.items():
            given = _give(
                account, role, home.code, unit="", purpose="", starts=at, ends=None, reason="", by=None, at=at
            )
            _record(SYSTEM, "found_administrator", given, at)
            made.append(given)
    return made
