"""What signing in leaves behind: attempts counted where every process sees them, and the record."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from linli.kernel.access.actions.accounts import subject_of
from linli.kernel.access.models import Account, Lockout
from linli.kernel.access.queries import actor_of, policy_at
from linli.kernel.access.queries.accounts import attempt_key, find_by_login
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who


def begin_attempt(name: str, *, at: datetime) -> datetime | None:
    """Count an attempt before the password is looked at; the instant until which the door is closed, or None to go on.

    Counting first means that many attempts at once cannot all be the fifth. It does not say whether ``name`` exists.
    """
    rule = policy_at(at).lockout
    pause = timedelta(minutes=rule.minutes)
    with transaction.atomic():
        door, _ = Lockout.objects.select_for_update().get_or_create(key=attempt_key(name), defaults={"last_at": at})
        if door.locked_until is not None and door.locked_until > at:
            return door.locked_until
        if door.locked_until is not None or door.last_at < at - pause:
            door.failures = 0
        door.failures, door.last_at = door.failures + 1, at
        door.locked_until = at + pause if door.failures >= rule.failures else None
        door.save()
    return None


def end_attempt(name: str, *, succeeded: bool, address: str = "", at: datetime) -> None:
    """Forget the failures after a success; put a failure at a known door on the record, and that it closed the door."""
    key = attempt_key(name)
    if succeeded:
        Lockout.objects.filter(key=key).delete()
        return
    account = find_by_login(name)
    if account is None:
        return
    with transaction.atomic():
        closed = Lockout.objects.filter(key=key, locked_until__gt=at).exists()
        who = Who("", "", "", "system", "", address, "web")
        record(who, "lock_account" if closed else "fail_sign_in", subject_of(account), at=at)


def note_sign_in(account: Account, *, address: str, method: str, at: datetime) -> None:
    """A sign-in goes on the record: who, from where, by what."""
    with transaction.atomic():
        who = actor_of(account, at, address=address).who("")
        record(who, "sign_in", subject_of(account), at=at, detail={"method": method})


def note_sign_out(account: Account, *, address: str, why: str, at: datetime) -> None:
    """A sign-out, by hand or after idle minutes, goes on the record."""
    with transaction.atomic():
        who = actor_of(account, at, address=address).who("")
        record(who, "sign_out", subject_of(account), at=at, detail={"why": why})


def prune_lockouts(at: datetime) -> int:
    """Forget counted attempts older than a day (the worker calls it); how many."""
    old = Lockout.objects.filter(Q(locked_until=None) | Q(locked_until__lt=at), last_at__lt=at - timedelta(days=1))
    return old.delete()[0]
