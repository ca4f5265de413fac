"""What Linli keeps about whoever is at the door, and the copy of it that is theirs to take (个人信息保护法 44, 45)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.models import Account
from linli.kernel.access.queries.accounts import account_of, holdings
from linli.kernel.access.queries.decide import require_account
from linli.kernel.access.queries.looks import Looks, looks_at
from linli.kernel.access.rules import Actor, check_closing
from linli.kernel.audit.queries import entries
from linli.kernel.parties.models import Consent, Person
from linli.kernel.parties.queries import (
    HouseholdCard,
    NoticeCard,
    PersonCard,
    consents_of,
    household_card,
    notice_card,
    own_copy,
    person_card,
    posts_of,
)

Copy = Callable[[Actor, datetime], Any]
_copies: dict[str, Copy] = {}


def register_copy(name: str, of: Copy) -> None:
    """Enter what a package adds to the file people take of their own data; call it from ``AppConfig.ready``."""
    _copies[name] = of


@dataclass(frozen=True)
class ConsentLine:
    """One answer to one version of a notice."""

    id: str
    notice: NoticeCard
    kind: str
    state: str
    given_at: datetime
    withdrawn_at: datetime | None
    by_guardian: bool


@dataclass(frozen=True)
class MyData:
    """Everything the page about one's own data shows; ``card`` is None for an account that is nobody's yet."""

    account: Account
    card: PersonCard | None
    household: HouseholdCard | None
    posts: tuple[tuple[str, str], ...]
    consents: tuple[ConsentLine, ...]
    looks: Looks
    closing: Refusal | None


def own_person(actor: Actor) -> Person | None:
    """The person behind an account; None when it is not linked to one."""
    return (
        Person.objects.filter(pk=actor.person, erased_at=None).select_related("region").first()
        if actor.person
        else None
    )


def my_data(actor: Actor, at: datetime, *, after: str = "") -> MyData:
    """What is kept about whoever asks, masked; Denied for nobody."""
    require_account(actor)
    account, person = account_of(actor), own_person(actor)
    closing = check_closing(len(holdings(account, at)))
    if person is None:
        return MyData(account, None, None, (), (), Looks((), None), closing)
    posts = posts_of(person, at.date())
    return MyData(
        account,
        person_card(person),
        household_card(person),
        tuple((one.organisation.name, one.post.name if one.post else "") for one in posts),
        tuple(_line(one, actor.language) for one in consents_of(person)),
        looks_at(person, account=actor.account, after=after),
        closing,
    )


def _line(consent: Consent, language: str) -> ConsentLine:
    state = "withdrawn" if consent.withdrawn_at else "standing" if consent.agreed else "refused"
    return ConsentLine(
        str(consent.pk), notice_card(consent.notice, language), consent.get_kind_display(), state,
        consent.given_at, consent.withdrawn_at, consent.as_guardian,
    )  # fmt: skip


def own_consent(actor: Actor, consent_id: str | UUID) -> Consent:
    """A consent given by or for whoever asks; Missing for anyone else's."""
    found = Consent.objects.select_related("notice", "person").filter(pk=consent_id).first()
    mine = found is not None and bool(actor.person) and actor.person in {str(found.person_id), str(found.given_by_id)}
    if found is None or not mine:
        raise Missing(Refusal("parties.no_consent", gettext_noop("There is no such consent.")))
    return found


def copy_of_mine(actor: Actor, at: datetime) -> dict[str, Any]:
    """One's own data as plain values, numbers in full, with what every package adds (``register_copy``)."""
    require_account(actor)
    return {"made_at": at, **{name: of(actor, at) for name, of in _copies.items()}}


def _copy_account(actor: Actor, at: datetime) -> dict[str, Any]:
    from linli.kernel.access.queries.accounts import PHONE
    from linli.kernel.parties.queries import open_text

    account = account_of(actor)
    return {
        "user_name": account.username, "name": account.name, "phone": open_text(account.phone_cipher, PHONE),
        "email": account.email, "language": account.language, "elder_mode": account.elder_mode,
        "opened_at": account.created_at, "last_sign_in": account.last_login,
        "roles": [
            {"role": grant.role, "region": grant.region_id, "from": grant.valid_from, "to": grant.valid_to}
            for grant in account.grants.order_by("valid_from")
        ],
    }  # fmt: skip


def _copy_person(actor: Actor, at: datetime) -> dict[str, Any] | None:
    person = own_person(actor)
    return own_copy(person) if person else None


def _copy_record(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    person = own_person(actor)
    found = entries(subject=f"parties.person:{person.pk}", limit=1000).entries if person else []
    return [
        {
            "at": one.at,
            "action": one.action,
            "role": one.role,
            "seen": one.reads,
            "reason": one.detail.get("reason", ""),
        }
        for one in found
    ]


register_copy("account", _copy_account)
register_copy("person", _copy_person)
register_copy("record", _copy_record)
