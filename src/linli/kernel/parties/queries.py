"""Finding people and organisations, and the ring of keys that seals what is private about them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from linli.base.ciphers import KeyRing, ring_from_text
from linli.base.errors import Missing, Refusal
from linli.base.text import fold, gettext_noop, mask_address, mask_mobile
from linli.kernel.parties.models import Consent, HouseholdMember, IdentityDocument, Membership, Notice, Person
from linli.kernel.parties.rules import ABOUT, compact, show_document


def ring_path() -> Path:
    """Where the key file lives: outside database and repository, in the data directory's ``keys``."""
    return Path(settings.HOME) / "keys" / "ring.json"


def key_ring() -> KeyRing:
    """The ring that seals now, from ``LINLI_KEY_RING`` (JSON) or the key file; read again when either changes."""
    given = os.environ.get("LINLI_KEY_RING", "")
    if given:
        return _ring_of(given)
    path = ring_path()
    try:
        mark = path.stat()
    except FileNotFoundError:
        message = f"no keys at {path}: set up first (kernel.parties.actions.make_keys)"
        raise ImproperlyConfigured(message) from None
    return _ring_at(path, mark.st_mtime_ns, mark.st_ino)


@lru_cache(maxsize=2)
def _ring_of(text: str) -> KeyRing:
    return ring_from_text(text)


@lru_cache(maxsize=2)
def _ring_at(path: Path, _changed: int, _file: int) -> KeyRing:
    return ring_from_text(path.read_text())


def seal_text(value: str, about: str = "") -> str:
    """``value`` sealed for the column ``about`` ("intake.request.contact_phone"); "" stays ""."""
    return key_ring().seal(value, about) if value else ""


def open_text(token: str, about: str = "") -> str:
    """The text sealed for the column ``about``; ``SealBroken`` when the token belongs elsewhere."""
    return key_ring().open(token, about) if token else ""


def blind_index(value: str, purpose: str) -> str:
    """What to search a sealed column by: equal for equal values of one purpose, tells nothing else; "" stays ""."""
    folded = fold(value)
    return key_ring().index(folded, purpose) if folded else ""


def phone_index(phone: str) -> str:
    """The blind index of a phone number, the same for every table, so that one number finds its person."""
    return blind_index(phone, "phone")


def name_index(name: str) -> str:
    """The blind index of a person's name, blanks and width aside."""
    return blind_index("".join(fold(name).split()), "name")


def get_person(person_id: str | UUID) -> Person:
    """A person by id; Missing if there is none or their data was erased."""
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Missing(Refusal("parties.no_person", gettext_noop("There is no such person.")))
    return person


def find_person_by_phone(phone: str, *, county: str) -> Person | None:
    """The person of a county who left this number; the longest known one if several share it."""
    index = phone_index(phone)
    return (
        Person.objects.filter(county=county, phone_index=index, erased_at=None).order_by("id").first()
        if index
        else None
    )


def find_person_by_document(kind: str, number: str, *, county: str) -> Person | None:
    """The person of a county who has this identity document."""
    index = blind_index(compact(number), f"document:{kind}")
    if not index:
        return None
    document = IdentityDocument.objects.select_related("person").filter(county=county, kind=kind, index=index).first()
    return document.person if document else None


def same_human(person: Person) -> list[Person]:
    """All entries of one human being in any county: this one, and those with the same identity document; by id."""
    numbers = IdentityDocument.objects.filter(person=person).exclude(index="").values_list("index", flat=True)
    return list(
        Person.objects.filter(Q(pk=person.pk) | Q(documents__index__in=list(numbers))).distinct().order_by("pk")
    )


@dataclass(frozen=True)
class PersonCard:
    """A person as staff see them: numbers masked, never a document number in full."""

    id: str
    name: str
    phone: str
    address: str
    born: date | None
    region: str
    documents: tuple[tuple[str, str], ...]


def person_card(person: Person) -> PersonCard:
    """A person's entry with every number masked."""
    documents = tuple(
        (document.kind, show_document(document.kind, open_text(document.cipher, ABOUT["document"])))
        for document in person.documents.all()
    )
    phone, address = open_text(person.phone_cipher, ABOUT["phone"]), open_text(person.address_cipher, ABOUT["address"])
    return PersonCard(
        str(person.pk),
        person.name,
        mask_mobile(phone),
        mask_address(address),
        person.born,
        str(person.region_id or ""),
        documents,
    )


def current_notice(purpose: str, at: datetime) -> Notice | None:
    """The version of a notice in force at ``at``."""
    return Notice.objects.filter(purpose=purpose, valid_from__lte=at).order_by("-version").first()


def standing_consent(person: Person, purpose: str, *, kind: str | None = None) -> Consent | None:
    """The consent a use for ``purpose`` may rest on; None when never given, refused or withdrawn."""
    found = Consent.objects.filter(person=person, notice__purpose=purpose, agreed=True, withdrawn_at=None)
    return (found.filter(kind=kind) if kind else found).select_related("notice").order_by("-given_at").first()


def may_ask(person: Person, notice: Notice) -> bool:
    """Whether a person may be asked: not after they said no to this version or took their consent back."""
    return not Consent.objects.filter(
        Q(agreed=False) | Q(withdrawn_at__isnull=False), person=person, notice=notice
    ).exists()


def consents_of(person: Person) -> list[Consent]:
    """Everything a person answered, newest first."""
    return list(person.consents.select_related("notice", "given_by").order_by("-given_at"))


def household_of(person: Person) -> HouseholdMember | None:
    """The household a person lives in now, with its members."""
    return person.households.filter(valid_to=None).select_related("household").first()


def posts_of(person: Person, on: date) -> list[Membership]:
    """What a person is a member of, and as what, on a day."""
    return list(
        person.memberships.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on).select_related(
            "organisation", "post"
        )
    )
