"""Opening accounts, looking after them, and their passwords."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Denied, Invalid, Refusal, Refused, ensure
from linli.base.text import fold, gettext_noop
from linli.kernel.access.models import Account, Grant, Lockout, PasswordTrace
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import grants_of, policy_at, require, require_account, require_somewhere
from linli.kernel.access.queries.accounts import PHONE, find_by_login, holdings, lock_human, require_over, used_before
from linli.kernel.access.rules import (
    ADMINISTRATORS,
    Actor,
    check_exclusions,
    check_name,
    check_password,
    check_phone,
)
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.parties.actions import give_consent, register_person
from linli.kernel.parties.models import Person
from linli.kernel.parties.queries import (
    current_notice,
    find_person_by_document,
    name_index,
    phone_index,
    seal_text,
)
from linli.kernel.parties.rules import DocumentValue, check_document
from linli.kernel.regions.rules import county_of

ACCOUNT_PURPOSE = "account"
"""The purpose of the privacy notice that is shown to whoever opens an account."""
_LETTERS = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=")


def subject_of(account: Account) -> str:
    """How the record names an account."""
    return f"access.account:{account.pk}"


def sign_up(
    *,
    name: str,
    password: str,
    username: str = "",
    phone: str = "",
    language: str = "zh-hans",
    address: str = "",
    at: datetime,
) -> Account:
    """A resident opens an account for themselves, with a user name or a mobile number or both."""
    username, phone = fold(username).lower(), fold(phone)
    ensure(check_name(username, phone))
    ensure(check_phone(phone))
    weak = check_password(password, policy_at(at).password, [username, phone])
    if weak:
        raise Invalid(weak[0], {"password": [refusal.message for refusal in weak]})
    with transaction.atomic():
        account = _open(username or _invented_name(), name=name, phone=phone, language=language, at=at)
        who = Who(str(account.pk), account.name, "resident", "residents", "", address, "web")
        account.person = register_person(who, region="", name=account.name, phone=phone, at=at)
        _store_password(account, password, at)
        account.save(update_fields=["person", "password", "password_changed_at"])
        notice = current_notice(ACCOUNT_PURPOSE, at)
        if notice is not None:
            give_consent(who, account.person, notice, channel="web", at=at)
        record(who, "sign_up", subject_of(account), at=at)
    return account


def create_account(
    actor: Actor,
    *,
    username: str,
    name: str,
    phone: str = "",
    person: Person | None = None,
    language: str = "zh-hans",
    is_demo: bool = False,
    at: datetime,
) -> tuple[Account, str]:
    """Open an account for someone else; returns it with a first password, to be changed at the first sign-in."""
    require_somewhere(actor, Permission.OPEN_ACCOUNT)
    username, phone = fold(username).lower(), fold(phone)
    ensure(check_name(username, ""))
    ensure(check_phone(phone))
    first = first_password()
    with transaction.atomic():
        account = _open(username, name=name, phone=phone, language=language, is_demo=is_demo, at=at)
        account.person, account.must_change_password = person, True
        _store_password(account, first, at)
        account.save()
        detail = {"username": username, "person": str(person.pk) if person else ""}
        record(actor.who(""), "create_account", subject_of(account), at=at, detail=detail)
    return account, first


def _open(username: str, *, name: str, phone: str, language: str, at: datetime, is_demo: bool = False) -> Account:
    if find_by_login(username) is not None:
        raise Conflict(Refusal("access.username_taken", gettext_noop("This user name is taken."), advice=_OTHER_NAME))
    account = Account(
        username=username,
        name=fold(name) or username,
        language=language,
        is_demo=is_demo,
        created_at=at,
        phone_cipher=seal_text(phone, PHONE),
        phone_index=phone_index(phone) or None,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        message = gettext_noop("There already is an account with this user name or mobile number.")
        raise Conflict(Refusal("access.account_known", message, advice=_OTHER_NAME)) from error
    return account


_OTHER_NAME = gettext_noop("Sign in with it, or choose another one.")


def _invented_name() -> str:
    return "u" + "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(9))


def first_password() -> str:
    """A password for a first sign-in: 14 characters of all four classes, without look-alikes."""
    letters = [secrets.choice(kind) for kind in _LETTERS]
    letters += [secrets.choice("".join(_LETTERS[:3])) for _ in range(10)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def _store_password(account: Account, password: str, at: datetime) -> None:
    account.password = make_password(password)
    account.password_changed_at = at
    PasswordTrace.objects.create(account=account, encoded=account.password, set_at=at)
    keep = account.password_traces.order_by("-set_at").values("pk")[: policy_at(at).password.remembered]
    account.password_traces.exclude(pk__in=list(keep.values_list("pk", flat=True))).delete()


def password_refusals(account: Account, password: str, at: datetime) -> list[Refusal]:
    """Every reason why an account may not take this password: too weak, its own name, or used before."""
    policy = policy_at(at).password
    weak = check_password(password, policy, [account.username])
    if not weak and not account._state.adding and used_before(account, password, at):
        message = gettext_noop("This was one of the last {count} passwords. Choose a new one.")
        weak.append(Refusal("access.password_used", message, {"count": policy.remembered}, "GB/T 22239-2019 8.1.4.1"))
    return weak


def set_password(account: Account, password: str, *, who: Who, at: datetime) -> None:
    """The owner takes a new password; Refused when it is weak or was used before. Other sessions end by themselves."""
    weak = password_refusals(account, password, at)
    if weak:
        raise Refused(weak[0])
    with transaction.atomic():
        _store_password(account, password, at)
        account.must_change_password = False
        account.save(update_fields=["password", "password_changed_at", "must_change_password"])
        record(who, "set_password", subject_of(account), at=at)


def reset_password(actor: Actor, account: Account, *, at: datetime) -> str:
    """Give someone a new first password, returned once. Nobody resets their own; an administrator's is not for helpers.

    The password of an administrator is reset by the security administrator only, so that whoever opens accounts
    cannot become one.
    """
    roles = {grant.role for grant in grants_of(account, at)}
    require_over(actor, Permission.GIVE_GRANT if roles & ADMINISTRATORS else Permission.OPEN_ACCOUNT, account, at)
    _not_oneself(actor, account)
    first = first_password()
    with transaction.atomic():
        _store_password(account, first, at)
        account.must_change_password = True
        account.save(update_fields=["password", "password_changed_at", "must_change_password"])
        record(actor.who(""), "reset_password", subject_of(account), at=at)
    return first


def _not_oneself(actor: Actor, account: Account) -> None:
    if actor.account == str(account.pk) or (actor.person and actor.person == str(account.person_id or "")):
        message = gettext_noop("Nobody does this for themselves: a second person has to.")
        raise Denied(Refusal("access.oneself", message, {}, "GB/T 22239-2019 8.1.5"))


def unlock_account(actor: Actor, account: Account, *, at: datetime) -> None:
    """Open a door that failed attempts have closed, before its time."""
    require_over(actor, Permission.OPEN_ACCOUNT, account, at)
    with transaction.atomic():
        Lockout.objects.filter(key=hashlib.sha256(str(account.pk).encode()).hexdigest()).delete()
        record(actor.who(""), "unlock_account", subject_of(account), at=at)


def close_account(actor: Actor, account: Account, *, reason: str, at: datetime) -> None:
    """Close an account: it signs in no more, its keys end, its roles end now. Nobody closes their own."""
    require_over(actor, Permission.CLOSE_ACCOUNT, account, at)
    _not_oneself(actor, account)
    with transaction.atomic():
        if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False, closed_at=at):
            raise Conflict(Refusal("access.closed", gettext_noop("This account is already closed.")))
        for running in Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), account=account):
            running.valid_to, running.revoked_at = max(at, running.valid_from), at
            running.save(update_fields=["valid_to", "revoked_at"])
        account.tokens.filter(revoked_at=None).update(revoked_at=at)
        record(actor.who(""), "close_account", subject_of(account), at=at, detail={"reason": fold(reason)})


def reopen_account(actor: Actor, account: Account, *, at: datetime) -> None:
    """Open a closed account again, without the roles and keys it had."""
    require_somewhere(actor, Permission.CLOSE_ACCOUNT)
    with transaction.atomic():
        if not Account.objects.filter(pk=account.pk, is_active=False).update(is_active=True, closed_at=None):
            raise Conflict(Refusal("access.open", gettext_noop("This account is already open.")))
        record(actor.who(""), "reopen_account", subject_of(account), at=at)


def link_person(actor: Actor, account: Account, person: Person, *, at: datetime) -> None:
    """Say which human being an account belongs to; Refused when their roles together would exclude each other."""
    require_over(actor, Permission.GIVE_GRANT, account, at)
    _not_oneself(actor, account)
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        lock_human(person)
        own = holdings(account, at)
        account.person = person
        others = [held for held in holdings(account, at) if held not in own]
        for held in own:
            ensure(check_exclusions(held, others, policy_at(at).exclusions))
        account.save(update_fields=["person"])
        record(actor.who(""), "link_person", subject_of(account), at=at, detail={"person": str(person.pk)})


def name_person(
    actor: Actor, account: Account, *, region: str, name: str, document: DocumentValue, at: datetime
) -> Person:
    """Say which human being an account belongs to, by an identity document; enters the person if not known there.

    Refused when the document belongs to someone of another name, or the roles would exclude each other.
    """
    require_over(actor, Permission.GIVE_GRANT, account, at)
    require(actor, Permission.GIVE_GRANT, region)
    _not_oneself(actor, account)
    if document.kind == "none":
        raise Refused(Refusal("access.needs_document", gettext_noop("An account is linked by a document's number.")))
    ensure(check_document(document, at.astimezone(BEIJING).date()))
    with transaction.atomic():
        person = find_person_by_document(document.kind, document.number, county=county_of(region))
        if person is None:
            person = register_person(actor.who(region), region=region, name=name, documents=[document], at=at)
        elif name_index(name) not in (person.name_index, ""):
            message = gettext_noop("This document is entered for someone of another name.")
            raise Refused(Refusal("access.other_name", message))
        link_person(actor, account, person, at=at)
    return person


def update_profile(
    actor: Actor, *, name: str | None = None, language: str | None = None, elder_mode: bool | None = None, at: datetime
) -> Account:
    """Owners change how they are called, their language, and elder mode."""
    require_account(actor)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account)
        wanted = {"name": fold(name) if name else None, "language": language, "elder_mode": elder_mode}
        changes = {
            field: (getattr(account, field), value)
            for field, value in wanted.items()
            if value is not None and value != getattr(account, field)
        }
        for field, (_, value) in changes.items():
            setattr(account, field, value)
        if changes:
            account.save(update_fields=list(changes))
        if "name" in changes:
            record(actor.who(""), "update_profile", subject_of(account), at=at, changes={"name": ("", account.name)})
    return account
