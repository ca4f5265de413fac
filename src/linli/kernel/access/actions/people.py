"""The doors to people's data: the right is asked here, the deed is done in ``parties``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import may, require, require_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import IdentityDocument, Notice, Person
from linli.kernel.parties.queries import get_person
from linli.kernel.parties.rules import DocumentValue


def _visible_person(actor: Actor, person_id: str | UUID, handler: str = "") -> Person:
    person = get_person(person_id)
    if str(person.pk) != actor.person and not may(
        actor, Permission.SEE_PEOPLE, person.region_id or "", handler=handler
    ):
        raise Missing(Refusal("parties.no_person", gettext_noop("There is no such person.")))
    return person


def enter_person(
    actor: Actor,
    *,
    region: str,
    name: str,
    phone: str = "",
    documents: Sequence[DocumentValue] = (),
    born: date | None = None,
    address: str = "",
    at: datetime,
) -> Person:
    """Enter a person who lives where the actor may enter people."""
    require(actor, Permission.REGISTER_PERSON, region)
    return parties.register_person(
        actor.who(region), region=region, name=name, phone=phone, documents=documents, born=born, address=address, at=at
    )


def reveal_identity(actor: Actor, person_id: str | UUID, field: str, *, reason: str, at: datetime) -> str:
    """The full ``phone`` or ``address`` of one person, for a reason; recorded as a read. Missing for strangers."""
    person = _visible_person(actor, person_id)
    require(actor, Permission.REVEAL_IDENTITY, person.region_id or "")
    return parties.reveal(actor.who(person.region_id or ""), person, field, reason=reason, at=at)


def reveal_document(actor: Actor, document_id: str | UUID, *, reason: str, at: datetime) -> str:
    """The full number of one identity document, for a stated reason; on the record as a read. Missing for strangers."""
    document = IdentityDocument.objects.select_related("person").filter(pk=document_id).first()
    person = _visible_person(actor, document.person_id if document else UUID(int=0))
    require(actor, Permission.REVEAL_IDENTITY, person.region_id or "")
    assert document is not None  # a person was found through it
    return parties.reveal_document(actor.who(person.region_id or ""), document, reason=reason, at=at)


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
