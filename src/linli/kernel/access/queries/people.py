"""People and organisations as a desk sees them: found by a whole number or by name in one's own area, masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from linli.base.clock import BEIJING
from linli.base.errors import Missing, Refusal
from linli.base.text import fold, gettext_noop, mask_mobile
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries.decide import may, require_somewhere, visible_to
from linli.kernel.access.queries.looks import Looks, looks_at
from linli.kernel.access.rules import Actor
from linli.kernel.parties.models import Consent, Organisation, Person
from linli.kernel.parties.queries import (
    HouseholdCard,
    PersonCard,
    by_numbers,
    household_card,
    name_indexes,
    open_text,
    person_card,
    posts_of,
)
from linli.kernel.parties.rules import ABOUT, compact, is_child

NO_PERSON = Refusal("parties.no_person", gettext_noop("There is no such person."))
MOST = 20


@dataclass(frozen=True)
class PersonLine:
    """A person as a line of a list."""

    id: str
    name: str
    phone: str
    born: date | None
    region_name: str


@dataclass(frozen=True)
class PersonPage:
    """One person on the desk, with what this actor may do about the entry."""

    card: PersonCard
    household: HouseholdCard | None
    posts: tuple[tuple[str, str], ...]
    wards: tuple[tuple[str, str], ...]
    consents: tuple[tuple[str, str, bool], ...]
    looks: Looks
    is_child: bool
    may_reveal: bool
    may_change: bool
    may_erase: bool


@dataclass(frozen=True)
class OrganisationLine:
    """An organisation as a line of a list; ``doubt`` when its code was kept against a doubt."""

    id: str
    name: str
    credit_code: str
    kind: str
    region_name: str
    doubt: bool


def search_people(actor: Actor, text: str, *, within: str = "") -> list[PersonLine]:
    """People of an actor's area by a whole phone or document number, or by their whole name or its beginning (two
    characters at least); at most 20, by name. Denied to those who may see nobody anywhere.
    """
    require_somewhere(actor, Permission.SEE_PEOPLE)
    words = "".join(fold(text).split())
    if len(words) < 2:
        return []
    near = visible_to(actor, Permission.SEE_PEOPLE, Person.objects.filter(erased_at=None), handler_field="")
    number = any(letter.isdigit() for letter in words)
    wanted = by_numbers(words) if number else Q(name_index__in=name_indexes(words)) | Q(name__startswith=words)
    found = near.filter(wanted).distinct().select_related("region").order_by("name", "pk")[:MOST]
    return [
        PersonLine(
            str(one.pk), one.name, mask_mobile(open_text(one.phone_cipher, ABOUT["phone"])), one.born,
            one.region.full_name if one.region else "",
        )
        for one in found
    ]  # fmt: skip


def visible_person(actor: Actor, person_id: str | UUID) -> Person:
    """A person whose entry an actor may see; Missing for everyone else."""
    people = visible_to(actor, Permission.SEE_PEOPLE, Person.objects.filter(erased_at=None), handler_field="")
    found = people.filter(pk=person_id).select_related("region", "guardian").first()
    if found is None:
        raise Missing(NO_PERSON)
    return found


def visible_by_number(actor: Actor, number: str) -> Person:
    """The one person in reach with this whole phone or document number; Missing when there is none or several."""
    people = visible_to(actor, Permission.SEE_PEOPLE, Person.objects.filter(erased_at=None), handler_field="")
    found = list(people.filter(by_numbers(compact(number))).distinct().order_by("pk")[:2])
    if len(found) != 1:
        message = gettext_noop("No one here, or more than one person, has this number. Enter the person first.")
        raise Missing(Refusal("parties.no_one_person", message))
    return found[0]


def person_page(actor: Actor, person_id: str | UUID, at: datetime) -> PersonPage:
    """One person's entry, masked, with household, posts, consents and the last looks at it; Missing for strangers."""
    person = visible_person(actor, person_id)
    region, today = person.region_id or "", at.astimezone(BEIJING).date()
    child = is_child(person.born, today)
    reveal = Permission.REVEAL_CHILD if child else Permission.REVEAL_IDENTITY
    standing = Consent.objects.filter(person=person, withdrawn_at=None, agreed=True).select_related("notice")
    return PersonPage(
        person_card(person),
        household_card(person),
        tuple((one.organisation.name, one.post.name if one.post else "") for one in posts_of(person, today)),
        tuple((str(one.pk), one.name) for one in person.wards.filter(erased_at=None).order_by("born", "pk")),
        tuple(
            (str(one.notice.title.get(actor.language) or one.notice.title.get("zh-hans", "")), one.notice.purpose,
             one.as_guardian)
            for one in standing
        ),
        looks_at(person, limit=10),
        child,
        may(actor, reveal, region),
        may(actor, Permission.REGISTER_PERSON, region),
        may(actor, Permission.ERASE_PERSON, region),
    )  # fmt: skip


def search_organisations(actor: Actor, text: str, *, limit: int = 50) -> list[OrganisationLine]:
    """Organisations of an actor's area by part of the name or by credit code; without words the newest."""
    require_somewhere(actor, Permission.KEEP_ORGANISATIONS)
    near = visible_to(actor, Permission.KEEP_ORGANISATIONS, Organisation.objects.all(), handler_field="")
    words = fold(text)
    if words:
        near = near.filter(Q(name__icontains=words) | Q(credit_code=compact(words)))
    found = near.select_related("region").order_by("-registered_at", "name")[:limit]
    return [
        OrganisationLine(
            str(one.pk), one.name, one.credit_code, one.get_kind_display(),
            one.region.full_name if one.region else "", bool(one.code_doubt),
        )
        for one in found
    ]  # fmt: skip
