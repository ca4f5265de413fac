"""Entering people, keeping the entry right, looking behind a mask, and erasing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from linli.base.clock import BEIJING, stamp
from linli.base.errors import Conflict, Invalid, Refusal, ensure
from linli.base.text import fold, gettext_noop, mask_address, mask_mobile, mask_name
from linli.kernel.audit.actions import emit, record
from linli.kernel.audit.rules import Who, canonical
from linli.kernel.parties.models import IdentityDocument, Person
from linli.kernel.parties.queries import (
    blind_index,
    find_person_by_document,
    name_index,
    open_text,
    phone_index,
    seal_text,
)
from linli.kernel.parties.rules import ABOUT, DocumentValue, born_of, check_document, check_reason, sex_of
from linli.kernel.regions.queries import get_region

_MASKS: Final = {"phone": mask_mobile, "address": mask_address, "name": mask_name}


def subject_of(person: Person) -> str:
    """How the record names a person."""
    return f"parties.person:{person.pk}"


def register_person(
    who: Who,
    *,
    region: str,
    name: str,
    phone: str = "",
    documents: Sequence[DocumentValue] = (),
    born: date | None = None,
    sex: str = "",
    address: str = "",
    at: datetime,
) -> Person:
    """Enter a person living in ``region`` ("" if unknown); Refused for an impossible document, Conflict for a known."""
    if not fold(name):
        raise Invalid(NO_NAME, {"name": [NO_NAME.message]})
    today = at.astimezone(BEIJING).date()
    for document in documents:
        ensure(check_document(document, today))
    home = get_region(region) if region else None
    county = home.county if home else ""
    born, sex = _from_card(documents, born, sex)
    person = Person(
        county=county,
        region=home,
        name=fold(name),
        name_index=name_index(name),
        born=born,
        sex=sex,
        registered_at=at,
        phone_cipher=seal_text(fold(phone), ABOUT["phone"]),
        phone_index=phone_index(phone),
        address_cipher=seal_text(fold(address), ABOUT["address"]),
    )
    with transaction.atomic():
        person.save(force_insert=True)
        for document in documents:
            _attach(person, document, at)
        detail = {"region": region, "documents": [document.kind for document in documents]}
        record(who, "register_person", subject_of(person), at=at, county=county, detail=detail)
    return person


NO_NAME = Refusal("parties.no_name", gettext_noop("A person needs a name."))


KNOWN = Refusal(
    "parties.document_known",
    gettext_noop("A person with this identity document is already entered in this county."),
    advice=gettext_noop("Search by the document's number instead of entering the person again."),
)


def _from_card(documents: Sequence[DocumentValue], born: date | None, sex: str) -> tuple[date | None, str]:
    for document in documents:
        if document.kind in {"resident_id", "residence_permit"}:
            return born or born_of(document.compact), sex or sex_of(document.compact)
    return born, sex


def _attach(person: Person, document: DocumentValue, at: datetime) -> IdentityDocument:
    number = document.compact
    made = IdentityDocument(
        county=person.county,
        person=person,
        kind=document.kind,
        added_at=at,
        reason=document.reason,
        cipher=seal_text(number, ABOUT["document"]),
        index=blind_index(number, f"document:{document.kind}"),
    )
    # The constraint knows one index key; while the key changes, the former one has to be asked as well.
    if find_person_by_document(document.kind, number, county=person.county) is not None:
        raise Conflict(KNOWN)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(KNOWN) from error
    return made


def add_document(who: Who, person: Person, document: DocumentValue, *, at: datetime) -> IdentityDocument:
    """Add an identity document; Refused for an impossible number, Conflict when it is known in this county."""
    ensure(check_document(document, at.astimezone(BEIJING).date()))
    with transaction.atomic():
        made = _attach(person, document, at)
        record(who, "add_document", subject_of(person), at=at, county=person.county, detail={"kind": document.kind})
    return made


def correct_person(
    who: Who,
    person: Person,
    *,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    born: date | None = None,
    guardian: Person | None = None,
    at: datetime,
) -> Person:
    """Change what is known about a person; None leaves a field. The record keeps before and after, masked."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        changes: dict[str, tuple[object, object]] = {}
        if name is not None and fold(name) and fold(name) != person.name:
            changes["name"] = (mask_name(person.name), mask_name(fold(name)))
            person.name, person.name_index = fold(name), name_index(name)
        for field, value in (("phone", phone), ("address", address)):
            old = open_text(getattr(person, f"{field}_cipher"), ABOUT[field])
            if value is not None and fold(value) != old:
                changes[field] = (_MASKS[field](old), _MASKS[field](fold(value)))
                setattr(person, f"{field}_cipher", seal_text(fold(value), ABOUT[field]))
        if "phone" in changes:
            person.phone_index = phone_index(phone or "")
        if born is not None and born != person.born:
            changes["born"], person.born = (person.born, born), born
        if guardian is not None and guardian.pk != person.guardian_id:
            changes["guardian"], person.guardian = (person.guardian_id, guardian.pk), guardian
        if changes:
            person.save()
            record(who, "correct_person", subject_of(person), at=at, county=person.county, changes=changes)
    return person


def move_home(who: Who, person: Person, *, region: str, at: datetime) -> Person:
    """A person lives in ``region`` from now on; entry and documents move to its county. Conflict when known there."""
    home = get_region(region)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        old, person.region, person.county = person.region_id, home, home.county
        person.save(update_fields=["region", "county"])
        try:
            with transaction.atomic():
                person.documents.update(county=home.county)
                person.consents.update(county=home.county)
        except IntegrityError as error:
            raise Conflict(KNOWN) from error
        changes = {"region": (old, home.code)}
        record(who, "move_home", subject_of(person), at=at, county=home.county, changes=changes)
    return person


def reveal(who: Who, person: Person, field: str, *, reason: str, at: datetime) -> str:
    """The full ``phone`` or ``address`` of one person, for a reason (else Refused); the reading goes on the record."""
    ensure(check_reason(reason))
    if field not in {"phone", "address"}:
        raise ValueError(f"nothing sealed is called {field}")
    value = open_text(getattr(person, f"{field}_cipher"), ABOUT[field])
    _record_reading(who, person, field, reason, at)
    return value


def reveal_document(who: Who, document: IdentityDocument, *, reason: str, at: datetime) -> str:
    """The full number of one identity document, for a reason (else Refused); the reading goes on the record."""
    ensure(check_reason(reason))
    number = open_text(document.cipher, ABOUT["document"])
    _record_reading(who, document.person, f"document:{document.kind}", reason, at)
    return number


def _record_reading(who: Who, person: Person, field: str, reason: str, at: datetime) -> None:
    with transaction.atomic():
        detail = {"reason": fold(reason)}
        record(who, "reveal", subject_of(person), at=at, county=person.county, reads=[field], detail=detail)


def erase_person(who: Who, person: Person, *, reason: str, at: datetime) -> Person:
    """Erase what identifies a person when its purpose has ended (个人信息保护法 47); a keyed digest stays as the trace.

    The event ``person.erased`` tells other packages to do the same with what they keep.
    With the digest it can later be shown that certain data was erased, and nothing can be read back. Consents stay,
    closed, as evidence of lawfulness (个人信息保护法 14).
    """
    ensure(check_reason(reason))
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.erased_at is not None:
            raise Conflict(Refusal("parties.erased", gettext_noop("This person's data has already been erased.")))
        person.erased_digest = erasure_digest(person)
        person.documents.all().delete()
        person.consents.filter(withdrawn_at=None).update(withdrawn_at=at)
        on = at.astimezone(BEIJING).date()
        for times in (person.households, person.memberships):
            times.filter(Q(valid_to=None) | Q(valid_to__gt=on)).update(valid_to=Greatest("valid_from", Value(on)))
        person.name = person.name_index = person.phone_cipher = person.phone_index = person.address_cipher = (
            person.sex
        ) = ""
        person.born, person.guardian, person.erased_at = None, None, at
        person.save()
        emit("person.erased", str(person.pk), {"person": str(person.pk)}, county=person.county, at=at)
        detail = {"reason": fold(reason), "digest": person.erased_digest}
        record(who, "erase_person", subject_of(person), at=at, county=person.county, detail=detail)
    return person


def erasure_digest(person: Person) -> str:
    """The keyed digest that stands for everything identifying in an entry."""
    documents = sorted(f"{document.kind}:{document.index}" for document in person.documents.all())
    content: dict[str, Any] = {
        "person": str(person.pk),
        "name": person.name,
        "phone": person.phone_index,
        "documents": documents,
        "born": str(person.born or ""),
        "registered": stamp(person.registered_at),
    }
    return blind_index(canonical(content), "erasure")
