"""What people do about their own data: answer and withdraw, take a copy, move, erase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from linli.base.errors import Denied, Missing, Refusal, Refused, ensure
from linli.base.text import gettext_noop
from linli.kernel.access.actions.accounts import subject_of
from linli.kernel.access.models import Account
from linli.kernel.access.queries import copy_of_mine, own_consent, own_person, require_account
from linli.kernel.access.queries.accounts import account_of, holdings
from linli.kernel.access.rules import Actor, check_closing
from linli.kernel.audit.actions import record
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import Consent, Person
from linli.kernel.parties.queries import NO_NOTICE, current_notice

ASKED = "本人申请（个人信息保护法第47条）"
"""The reason on the record when people erase their own data; the record is kept in the language of the law."""


def _require_oneself(actor: Actor) -> None:
    require_account(actor)
    if actor.scopes is not None:
        raise Denied(Refusal("access.by_token", gettext_noop("A key cannot do this: sign in yourself.")))


def _own(actor: Actor) -> Person:
    person = own_person(actor)
    if person is None:
        message = gettext_noop("This account is not linked with a person, so nothing about one is kept.")
        raise Refused(Refusal("access.no_own_person", message))
    return person


def withdraw_my_consent(actor: Actor, consent_id: str, *, at: datetime) -> Consent:
    """Take one's own consent (or a ward's) back, at once and without a reason. Missing for anyone else's."""
    _require_oneself(actor)
    consent = own_consent(actor, consent_id)
    parties.withdraw_consent(actor.who(consent.person.region_id or ""), consent, at=at)
    return consent


def give_my_consent(actor: Actor, purpose: str, *, at: datetime) -> Consent:
    """Agree to the version in force of a notice, or agree again; Refused where the law wants a guardian."""
    _require_oneself(actor)
    notice = current_notice(purpose, at)
    if notice is None:
        raise Missing(NO_NOTICE)
    person = _own(actor)
    if notice.for_minors:
        raise Refused(Refusal("access.not_asked", gettext_noop("Nobody asks you for this consent.")))
    kind = "sensitive" if notice.sensitive else "general"
    return parties.give_consent(actor.who(person.region_id or ""), person, notice, kind=kind, channel="web", at=at)


def take_my_copy(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """One's own data with full numbers, for a file; that it was taken goes on the record."""
    _require_oneself(actor)
    with transaction.atomic():
        copy = copy_of_mine(actor, at)
        person = own_person(actor)
        subject = f"parties.person:{person.pk}" if person else subject_of(account_of(actor))
        who = actor.who(person.region_id or "" if person else "")
        record(who, "copy_own_data", subject, at=at, county=person.county if person else "", reads=["copy"])
    return copy


def move_my_home(actor: Actor, region: str, *, at: datetime) -> Person:
    """Say which village or community one lives in."""
    _require_oneself(actor)
    return parties.move_home(actor.who(region), _own(actor), region=region, at=at)


def erase_me(actor: Actor, *, at: datetime) -> None:
    """Erase one's own data and close the account for good (个人信息保护法 47); Refused while one holds a role.

    The record of what was done stays (网络安全法 23), a keyed digest in place of the person; consents stay, closed, as
    evidence. Other packages hear ``person.erased`` and erase what they keep.
    """
    _require_oneself(actor)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account)
        ensure(check_closing(len(holdings(account, at))))
        person = own_person(actor)
        who = actor.who(person.region_id or "" if person else "")
        if person is not None:
            parties.erase_person(who, person, reason=ASKED, at=at)
        record(who, "erase_account", subject_of(account), at=at)
        _empty(account, at)


def _empty(account: Account, at: datetime) -> None:
    account.username, account.name, account.email = f"erased-{account.pk}", "", ""
    account.phone_cipher, account.phone_index, account.phone_verified_at = "", None, None
    account.is_active, account.closed_at = False, at
    account.set_unusable_password()
    account.save()
    account.password_traces.all().delete()
    account.tokens.all().delete()
    Authenticator.objects.filter(user=account).delete()
