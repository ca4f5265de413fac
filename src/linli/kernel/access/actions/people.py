"""The doors to people's data: the right is asked here, the deed is done in ``parties``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.base.clock import BEIJING
from linli.base.errors import Missing, Refusal, Refused
from linli.base.text import gettext_noop
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import holding, may, require, require_somewhere
from linli.kernel.access.queries.accounts import check_human
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.audit.queries import entries
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import IdentityDocument, Notice, Person
from linli.kernel.parties.queries import current_notice, get_person
from linli.kernel.parties.rules import DocumentValue, is_child

ENTRY_PURPOSE, CHILD_PURPOSE = "entry", "children"
"""Purposes of the notices that people hear when they are entered at a desk."""


def _visible_person(actor: Actor, person_id: str | UUID, handler: str = "") -> Person:
    person = get_person(person_id)
    if str(person.pk) != actor.person and not may(
        actor, Permission.SEE_PEOPLE, person.region_id or "", handler=handler
    ):
        raise Missing(Refusal("parties.no_person", gettext_noop("There is no such person.")))
    return person


def note_search(actor: Actor, *, by: str, found: int, at: datetime) -> None:
    """That a desk looked people up goes on the record: by what kind of word and how many were found, not the word."""
    with transaction.atomic():
        detail = {"by": by, "found": found}
        record(actor.who(_home(actor)), "search_people", "parties.people", at=at, reads=["list"], detail=detail)


def note_opening(actor: Actor, person_id: str | UUID, *, at: datetime) -> None:
    """That a desk opened someone's masked entry goes on the record, once an hour and person."""
    person = _visible_person(actor, person_id)
    subject = f"parties.person:{person.pk}"
    last = entries(subject=subject, account=actor.account, action="open_person", limit=1).entries
    if last and at - last[0].at < timedelta(hours=1):
        return
    with transaction.atomic():
        who = actor.who(person.region_id or "")
        record(who, "open_person", subject, at=at, county=person.county, reads=["card"])


def _home(actor: Actor) -> str:
    return next((grant.region for grant in holding(actor, Permission.SEE_PEOPLE)), "")


def enter_person(
    actor: Actor,
    *,
    region: str,
    name: str,
    phone: str = "",
    documents: Sequence[DocumentValue] = (),
    born: date | None = None,
    sex: str = "",
    address: str = "",
    guardian: Person | None = None,
    consented: bool = False,
    at: datetime,
) -> Person:
    """Enter a person who lives where the actor may enter people.

    A child under 14 needs a guardian, and with ``consented`` the guardian's consent to the children's notice is noted;
    Refused without them (个人信息保护法 31). For others ``consented`` notes the consent to the notice of entries.
    """
    require(actor, Permission.REGISTER_PERSON, region)
    who = actor.who(region)
    with transaction.atomic():
        person = parties.register_person(
            who, region=region, name=name, phone=phone, documents=documents, born=born, sex=sex, address=address, at=at
        )
        child = is_child(person.born, at.astimezone(BEIJING).date())
        if child:
            if guardian is None:
                raise Refused(NO_GUARDIAN)
            if not consented:
                raise Refused(NO_CONSENT)
            person = parties.correct_person(who, person, guardian=guardian, at=at)
        notice = current_notice(CHILD_PURPOSE if child else ENTRY_PURPOSE, at)
        if notice is not None and consented:
            kind = "sensitive" if notice.sensitive else "general"
            giver = guardian if child else person
            parties.give_consent(who, person, notice, kind=kind, given_by=giver, channel="counter", at=at)
    return person


NO_GUARDIAN = Refusal(
    "parties.guardian",
    gettext_noop("For a child under 14 a parent or other guardian consents."),
    {},
    "个人信息保护法 31",
    gettext_noop("Enter the guardian first."),
)
NO_CONSENT = Refusal(
    "parties.guardian_consent",
    gettext_noop(
        "Read the children's rules to the guardian and note the consent; without it the child is not entered."
    ),
    {},
    "个人信息保护法 31",
)


def add_document(actor: Actor, person_id: str | UUID, document: DocumentValue, *, at: datetime) -> IdentityDocument:
    """Add an identity document to an entry; Refused when it shows one human in roles that exclude each other."""
    person = _visible_person(actor, person_id)
    require(actor, Permission.REGISTER_PERSON, person.region_id or "")
    with transaction.atomic():
        made = parties.add_document(actor.who(person.region_id or ""), person, document, at=at)
        check_human(person, at)
    return made


def correct_person(
    actor: Actor, person_id: str | UUID, *, name: str, phone: str = "", address: str = "", at: datetime
) -> Person:
    """Put a name right; a phone or an address only where a new one is given."""
    person = _visible_person(actor, person_id)
    require(actor, Permission.REGISTER_PERSON, person.region_id or "")
    who = actor.who(person.region_id or "")
    return parties.correct_person(who, person, name=name, phone=phone or None, address=address or None, at=at)


def reveal_identity(actor: Actor, person_id: str | UUID, field: str, *, reason: str, at: datetime) -> str:
    """The full ``phone`` or ``address`` of one person, for a reason; recorded as a read. Missing for strangers."""
    person = _visible_person(actor, person_id)
    require(actor, _to_reveal(person, at), person.region_id or "")
    return parties.reveal(actor.who(person.region_id or ""), person, field, reason=reason, at=at)


def reveal_document(actor: Actor, document_id: str | UUID, *, reason: str, at: datetime) -> str:
    """The full number of one identity document, for a stated reason; on the record as a read. Missing for strangers."""
    document = IdentityDocument.objects.select_related("person").filter(pk=document_id).first()
    person = _visible_person(actor, document.person_id if document else UUID(int=0))
    require(actor, _to_reveal(person, at), person.region_id or "")
    assert document is not None  # a person was found through it
    return parties.reveal_document(actor.who(person.region_id or ""), document, reason=reason, at=at)


def _to_reveal(person: Person, at: datetime) -> Permission:
    """A child's numbers are for the responsible head, not for everyone at the desk (未成年人网络保护条例 36)."""
    child = is_child(person.born, at.astimezone(BEIJING).date())
    return Permission.REVEAL_CHILD if child else Permission.REVEAL_IDENTITY


def erase_person(actor: Actor, person_id: str | UUID, *, reason: str, at: datetime) -> Person:
    """Erase a person's data when its purpose has ended; a keyed digest stays. Missing for strangers."""
    person = _visible_person(actor, person_id)
    require(actor, Permission.ERASE_PERSON, person.region_id or "")
    return parties.erase_person(actor.who(person.region_id or ""), person, reason=reason, at=at)


def tell_people(
    actor: Actor,
    *,
    purpose: str,
    basis: str,
    title: Mapping[str, str],
    text: Mapping[str, str],
    sensitive: bool = False,
    for_minors: bool = False,
    retention_days: int | None = None,
    at: datetime,
) -> Notice:
    """Publish the next version of a privacy notice."""
    require_somewhere(actor, Permission.PUBLISH_NOTICE)
    return parties.publish_notice(
        actor.who(""),
        purpose=purpose,
        basis=basis,
        title=title,
        text=text,
        sensitive=sensitive,
        for_minors=for_minors,
        retention_days=retention_days,
        at=at,
    )


def renew_keys(actor: Actor, *, algorithm: str = "", at: datetime) -> str:
    """Seal personal data with a new key from now on; its id. The worker then brings older data over."""
    require_somewhere(actor, Permission.ROTATE_KEYS)
    return parties.rotate_keys(actor.who(""), algorithm=algorithm, at=at)


def retire_key(actor: Actor, key_id: str, *, at: datetime) -> None:
    """Take an old key off the ring once nothing is sealed with it any more; Refused before."""
    require_somewhere(actor, Permission.ROTATE_KEYS)
    parties.retire_key(actor.who(""), key_id, at=at)


def renew_index(actor: Actor, *, at: datetime) -> None:
    """Change the key of the blind indexes; ``parties.reindex`` then brings the rows over in batches."""
    require_somewhere(actor, Permission.ROTATE_KEYS)
    parties.rotate_index(actor.who(""), at=at)
