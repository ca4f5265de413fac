"""Accounts and what belongs to them: for their owners, and for those who look after them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db.models import Prefetch, Q
from django.utils.translation import gettext

from linli.base.errors import Missing, Refusal, ensure
from linli.base.text import fold, gettext_noop, mask_mobile
from linli.kernel.access import permissions
from linli.kernel.access.models import Account, Grant, Lockout, Token
from linli.kernel.access.queries.actors import grants_of
from linli.kernel.access.queries.decide import require, require_somewhere, visible_to
from linli.kernel.access.queries.names import role_name
from linli.kernel.access.queries.policy import policy_at
from linli.kernel.access.rules import Actor, Holding, Role, check_exclusions
from linli.kernel.parties.models import Person
from linli.kernel.parties.queries import open_text, phone_indexes, same_human

PHONE = "access.account.phone"
"""What the sealed phone of an account is bound to."""
_NO_ACCOUNT = Refusal("access.no_account", gettext_noop("There is no such account."))


def get_account(account_id: str | UUID) -> Account:
    """An account by its id; Missing if there is none."""
    try:
        found = Account.objects.filter(pk=UUID(str(account_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing(_NO_ACCOUNT)
    return found


def account_of(actor: Actor) -> Account:
    """The account behind an actor; Missing for someone not signed in."""
    return get_account(actor.account)


def find_by_login(name: str) -> Account | None:
    """The account someone means by a user name or a mobile number, as typed at the door."""
    typed = fold(name)
    if not typed:
        return None
    by_name = Account.objects.filter(username=typed.lower()).first()
    return by_name or Account.objects.filter(phone_index__in=phone_indexes(typed)).first()


def attempt_key(name: str) -> str:
    """What failed attempts are counted by: the account meant, by whatever name; for unknown names the name itself."""
    account = find_by_login(name)
    return hashlib.sha256((str(account.pk) if account else "?" + fold(name).lower()).encode()).hexdigest()


def locked_until(account: Account, at: datetime) -> datetime | None:
    """Until when an account's door is closed after failed attempts; None when it is open."""
    key = hashlib.sha256(str(account.pk).encode()).hexdigest()
    return Lockout.objects.filter(key=key, locked_until__gt=at).values_list("locked_until", flat=True).first()


def used_before(account: Account, password: str, at: datetime) -> bool:
    """Whether a password is the present one or among the last ones that may not come back."""
    if account.has_usable_password() and check_password(password, account.password):
        return True
    traces = account.password_traces.order_by("-set_at")[: policy_at(at).password.remembered]
    return any(check_password(password, trace.encoded) for trace in traces)


def must_change_password(account: Account, actor: Actor, at: datetime) -> bool:
    """Whether the password was given by someone else or has come to its end; demonstration accounts keep theirs."""
    if account.is_demo or not account.has_usable_password():
        return False
    days = policy_at(at).password_days(actor.is_staff)
    ended = days and (account.password_changed_at is None or at - account.password_changed_at >= timedelta(days=days))
    return bool(account.must_change_password or ended)


def phone_of(account: Account) -> str:
    """An account's phone number, masked."""
    return mask_mobile(open_text(account.phone_cipher, PHONE))


def holdings(account: Account, at: datetime) -> list[Holding]:
    """All grants, begun or still to begin, of the human being behind an account under whatever account."""
    accounts = Account.objects.filter(pk=account.pk)
    if account.person is not None:
        accounts = Account.objects.filter(person__in=same_human(account.person))
    rows = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), account__in=accounts)
    return [
        Holding(Role(role), region, starts, ends)
        for role, region, starts, ends in rows.values_list("role", "region_id", "valid_from", "valid_to")
    ]


def check_human(person: Person, at: datetime) -> None:
    """Raise Refused when roles under all accounts of one human being exclude each other; locks the entries meanwhile.

    Asked after a link between entries is made (a document that two of them share), inside that transaction.
    """
    lock_human(person)
    accounts = Account.objects.filter(person__in=same_human(person)).order_by("pk")
    first = accounts.first()
    held = holdings(first, at) if first else []
    for place, one in enumerate(held):
        ensure(check_exclusions(one, held[:place], policy_at(at).exclusions))


def lock_human(person: Person) -> None:
    """Lock all entries of a human being until the transaction ends, so that two grants to them wait for each other."""
    list(Person.objects.select_for_update().filter(pk__in=[entry.pk for entry in same_human(person)]).order_by("pk"))


@dataclass(frozen=True)
class TokenCard:
    """A key for programs as its owner sees it."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


def tokens_of(account: Account, at: datetime) -> list[TokenCard]:
    """An account's keys for programs, newest first."""
    return [
        TokenCard(
            str(token.pk),
            token.name,
            token.prefix,
            tuple(token.scopes),
            token.created_at,
            token.expires_at,
            token.last_used_at,
            Token.State.REVOKED
            if token.revoked_at
            else Token.State.EXPIRED
            if token.expires_at <= at
            else Token.State.VALID,
        )
        for token in account.tokens.order_by("-created_at")
    ]


@dataclass(frozen=True)
class GrantCard:
    """One grant as a line of a list."""

    id: str
    role: str
    role_name: str
    region: str
    region_name: str
    unit: str
    purpose: str
    valid_from: datetime
    valid_to: datetime | None
    granted_by: str
    reason: str
    state: str


@dataclass(frozen=True)
class AccountCard:
    """One account as those who look after accounts see it."""

    id: str
    username: str
    name: str
    phone: str
    is_active: bool
    is_demo: bool
    has_person: bool
    last_login: datetime | None
    locked_until: datetime | None
    grants: tuple[GrantCard, ...]


def _grant_card(grant: Grant, at: datetime) -> GrantCard:
    ended = grant.valid_to is not None and grant.valid_to <= at
    return GrantCard(
        str(grant.pk),
        grant.role,
        role_name(grant.role),
        grant.region_id,
        grant.region.full_name,
        grant.unit,
        grant.purpose,
        grant.valid_from,
        grant.valid_to,
        str(grant.granted_by or ""),
        grant.reason,
        "ended" if ended else "coming" if grant.valid_from > at else "valid",
    )


def _cards(accounts: Iterable[Account], at: datetime) -> list[AccountCard]:
    accounts = list(accounts)
    keys = {hashlib.sha256(str(account.pk).encode()).hexdigest(): account.pk for account in accounts}
    locked = Lockout.objects.filter(key__in=keys, locked_until__gt=at).values_list("key", "locked_until")
    until = {keys[key]: moment for key, moment in locked}
    return [
        AccountCard(
            str(account.pk),
            account.username,
            account.name,
            phone_of(account),
            account.is_active,
            account.is_demo,
            account.person_id is not None,
            account.last_login,
            until.get(account.pk),
            tuple(_grant_card(grant, at) for grant in account.grants.all()),
        )
        for account in accounts
    ]


_GRANTS = Prefetch("grants", Grant.objects.select_related("region", "granted_by").order_by("-valid_from"))


def _within_reach(actor: Actor, at: datetime) -> Q:
    """Accounts an actor looks after: with a role inside the actor's area, or without any role now or to come."""
    live = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    near = visible_to(actor, permissions.Permission.SEE_ACCOUNTS, live, handler_field="")
    return Q(pk__in=near.values("account")) | ~Q(pk__in=live.values("account"))


def search_accounts(
    actor: Actor, text: str, at: datetime, *, staff_only: bool = False, limit: int = 50
) -> list[AccountCard]:
    """Accounts in an actor's reach by part of a user name or name, or by a whole mobile number, with their grants."""
    require_somewhere(actor, permissions.Permission.SEE_ACCOUNTS)
    wanted = _within_reach(actor, at)
    if fold(text):
        named = Q(username__icontains=fold(text)) | Q(name__icontains=fold(text))
        wanted &= named | Q(phone_index__in=phone_indexes(text))
    found = Account.objects.filter(wanted)
    if staff_only:
        found = found.filter(pk__in=Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at)).values("account"))
    return _cards(found.prefetch_related(_GRANTS).order_by("username")[:limit], at)


def account_card(actor: Actor, account_id: str | UUID, at: datetime) -> AccountCard:
    """One account in an actor's reach with all its grants, past ones too; Missing beyond it."""
    require_somewhere(actor, permissions.Permission.SEE_ACCOUNTS)
    found = Account.objects.filter(_within_reach(actor, at), pk=account_id).prefetch_related(_GRANTS)
    cards = _cards(found, at)
    if not cards:
        raise Missing(_NO_ACCOUNT)
    return cards[0]


def require_over(actor: Actor, permission: str, account: Account, at: datetime) -> None:
    """Raise :class:`Denied` unless an actor holds ``permission`` wherever the account has a role now or to come."""
    require_somewhere(actor, permission)
    for held in Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), account=account):
        require(actor, permission, held.region_id)


@dataclass(frozen=True)
class RoleLine:
    """One role, all it may do in sentences, and how many accounts hold it."""

    role: str
    name: str
    sentences: tuple[str, ...]
    holders: int


def role_table(at: datetime) -> list[RoleLine]:
    """The table "role → what it may do", with how many accounts hold each role now."""
    counts: dict[str, set[UUID]] = {}
    rows = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at).values_list(
        "role", "account_id"
    )
    for role, account in rows:
        counts.setdefault(role, set()).add(account)
    return [
        RoleLine(
            role,
            role_name(role),
            tuple(gettext(entry.sentence) for entry in permissions.held_by(role)),
            len(counts.get(role, ())),
        )
        for role in Role
        if role is not Role.RESIDENT
    ]


def roles_of(account: Account, at: datetime) -> frozenset[Role]:
    """The roles an account holds now."""
    return frozenset(grant.role for grant in grants_of(account, at))


def needs_second_factor(actor: Actor, at: datetime) -> bool:
    """Whether policy asks a second factor of these roles; demonstration accounts go without."""
    return not actor.is_demo and bool(actor.roles & policy_at(at).second_factor_roles)


def needs_new_password(actor: Actor, at: datetime) -> bool:
    """Whether the account behind an actor has to change its password before anything else."""
    return must_change_password(account_of(actor), actor, at)
