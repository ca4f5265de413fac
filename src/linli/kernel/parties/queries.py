"""Finding people and organisations, and the ring of keys that seals what is private about them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base.ciphers import KeyRing, ring_from_text
from linli.base.errors import Missing, Refusal
from linli.base.text import fold, gettext_noop, mask_address, mask_mobile, mask_name
from linli.kernel.parties.models import (
    Consent,
    HouseholdMember,
    IdentityDocument,
    Membership,
    Notice,
    Organisation,
    Person,
)
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


def blind_indexes(value: str, purpose: str) -> list[str]:
    """What to look a value up by (``…__in``): two while the index key changes, none for ""."""
    folded = fold(value)
    return list(key_ring().indexes(folded, purpose)) if folded else []


def phone_indexes(phone: str) -> list[str]:
    """What to look a phone number up by, in every table."""
    return blind_indexes(phone, "phone")


def phone_index(phone: str) -> str:
    """The blind index of a phone number, the same for every table, so that one number finds its person."""
    return blind_index(phone, "phone")


def name_index(name: str) -> str:
    """The blind index of a person's name, blanks and width aside."""
    return blind_index("".join(fold(name).split()), "name")


def name_indexes(name: str) -> list[str]:
    """What to look a name up by."""
    return blind_indexes("".join(fold(name).split()), "name")


def get_person(person_id: str | UUID) -> Person:
    """A person by id; Missing if there is none or their data was erased."""
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Missing(Refusal("parties.no_person", gettext_noop("There is no such person.")))
    return person


def find_person_by_phone(phone: str, *, county: str) -> Person | None:
    """The person of a county who left this number; the longest known one if several share it."""
    return (
        Person.objects.filter(county=county, phone_index__in=phone_indexes(phone), erased_at=None)
        .order_by("id")
        .first()
    )


def find_person_by_document(kind: str, number: str, *, county: str) -> Person | None:
    """The person of a county who has this identity document."""
    indexes = blind_indexes(compact(number), f"document:{kind}")
    found = IdentityDocument.objects.select_related("person").filter(county=county, kind=kind, index__in=indexes)
    document = found.first()
    return document.person if document else None


def same_human(person: Person) -> list[Person]:
    """All entries of one human being in any county: this one, and those with the same identity document; by id."""
    numbers = IdentityDocument.objects.filter(person=person).exclude(index="").values_list("index", flat=True)
    return list(
        Person.objects.filter(Q(pk=person.pk) | Q(documents__index__in=list(numbers))).distinct().order_by("pk")
    )


@dataclass(frozen=True)
class DocumentCard:
    """An identity document as staff see it: its number masked, or why there is none."""

    id: str
    kind: str
    label: str
    number: str
    reason: str


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
    papers: tuple[DocumentCard, ...] = ()
    region_name: str = ""
    sex: str = ""
    guardian: str = ""
    guardian_name: str = ""
    registered_at: datetime | None = None


def person_card(person: Person) -> PersonCard:
    """A person's entry with every number masked."""
    papers = tuple(
        DocumentCard(
            str(document.pk),
            document.kind,
            document.get_kind_display(),
            show_document(document.kind, open_text(document.cipher, ABOUT["document"])),
            document.reason,
        )
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
        tuple((paper.kind, paper.number) for paper in papers),
        papers,
        person.region.full_name if person.region else "",
        person.get_sex_display() if person.sex else "",
        str(person.guardian_id or ""),
        person.guardian.name if person.guardian else "",
        person.registered_at,
    )


def document_kinds() -> list[tuple[str, str]]:
    """Kinds of identity documents, as choices."""
    return [(str(value), str(label)) for value, label in IdentityDocument.Kind.choices]


def relations() -> list[tuple[str, str]]:
    """Relations to the head of a household, as choices; the head is named otherwise."""
    return [(str(value), str(label)) for value, label in HouseholdMember.Relation.choices if value != "head"]


def organisation_kinds() -> list[tuple[str, str]]:
    """Kinds of organisations, as choices."""
    return [(str(value), str(label)) for value, label in Organisation.Kind.choices]


def by_numbers(text: str) -> Q:
    """Who is meant by a whole phone number or document number of any kind; a condition on people."""
    whole = compact(text)
    kinds = [f"document:{kind}" for kind in IdentityDocument.Kind.values]
    documents = [index for kind in kinds for index in blind_indexes(whole, kind)]
    return Q(documents__index__in=documents) | Q(phone_index__in=phone_indexes(whole))


@dataclass(frozen=True)
class MemberCard:
    """Someone in a household, as a line of a list."""

    id: str
    person: str
    name: str
    relation: str
    label: str
    since: date

    @property
    def masked(self) -> str:
        """The name as others outside the desk see it."""
        return mask_name(self.name)


@dataclass(frozen=True)
class HouseholdCard:
    """A household: where, and who lives in it now."""

    id: str
    region_name: str
    address: str
    members: tuple[MemberCard, ...]

    @property
    def has_head(self) -> bool:
        return any(member.relation == "head" for member in self.members)


def household_card(person: Person) -> HouseholdCard | None:
    """The household a person lives in now, head first, its address masked; None when none is known."""
    own = household_of(person)
    if own is None:
        return None
    home = own.household
    rows = home.members.filter(valid_to=None).select_related("person").order_by("valid_from", "pk")
    members = sorted(rows, key=lambda row: row.relation != "head")
    return HouseholdCard(
        str(home.pk),
        home.region.full_name,
        mask_address(open_text(home.address_cipher, ABOUT["household"])),
        tuple(
            MemberCard(
                str(row.pk), str(row.person_id), row.person.name, row.relation, row.get_relation_display(),
                row.valid_from,
            )
            for row in members
        ),
    )  # fmt: skip


def own_copy(person: Person) -> dict[str, Any]:
    """Everything kept about a person, numbers in full, as plain values for their own file (个人信息保护法 45)."""
    return {
        "id": str(person.pk),
        "name": person.name,
        "born": person.born,
        "sex": person.get_sex_display() if person.sex else "",
        "phone": open_text(person.phone_cipher, ABOUT["phone"]),
        "address": open_text(person.address_cipher, ABOUT["address"]),
        "region": {"code": person.region_id, "name": person.region.full_name} if person.region else None,
        "entered_at": person.registered_at,
        "documents": [
            {"kind": one.get_kind_display(), "number": open_text(one.cipher, ABOUT["document"]), "reason": one.reason}
            for one in person.documents.all()
        ],
        "households": [
            {"relation": one.get_relation_display(), "from": one.valid_from, "to": one.valid_to}
            for one in person.households.order_by("valid_from")
        ],
        "memberships": [
            {
                "organisation": one.organisation.name, "post": one.post.name if one.post else "",
                "from": one.valid_from, "to": one.valid_to,
            }
            for one in person.memberships.select_related("organisation", "post").order_by("valid_from")
        ],
        "consents": [
            {
                "notice": one.notice.purpose, "version": one.notice.version, "kind": one.kind, "agreed": one.agreed,
                "given_at": one.given_at, "withdrawn_at": one.withdrawn_at,
            }
            for one in consents_of(person)
        ],
    }  # fmt: skip


@dataclass(frozen=True)
class NoticeCard:
    """One version of a privacy notice in the reader's language."""

    purpose: str
    version: int
    title: str
    text: str
    basis: str
    sensitive: bool
    for_minors: bool
    retention_days: int | None
    valid_from: datetime
    newest: bool


BASES = {
    "consent": _("your consent"),
    "contract": _("a contract with you"),
    "duty": _("a duty laid down by law"),
    "emergency": _("an emergency"),
}


def notice_card(notice: Notice, language: str, *, newest: bool = True) -> NoticeCard:
    """A notice in a language, in Chinese where it was not written in that one."""

    def words(texts: dict[str, str]) -> str:
        return str(texts.get(language) or texts.get("zh-hans") or next(iter(texts.values()), ""))

    return NoticeCard(
        notice.purpose, notice.version, words(notice.title), words(notice.text),
        str(BASES.get(notice.basis, notice.basis)), notice.sensitive, notice.for_minors, notice.retention_days,
        notice.valid_from, newest,
    )  # fmt: skip


def notices(at: datetime, language: str) -> list[NoticeCard]:
    """Every privacy notice in force, one version of each purpose."""
    rows = Notice.objects.filter(valid_from__lte=at).order_by("purpose", "version")
    newest = {notice.purpose: notice for notice in rows}
    return [notice_card(notice, language) for notice in newest.values()]


NO_NOTICE = Refusal("parties.no_notice", gettext_noop("There is no such privacy notice."))


def get_notice(purpose: str, version: int | None, at: datetime, language: str) -> tuple[NoticeCard, list[int]]:
    """One notice, the version in force unless another is asked for, and the versions there are; Missing if none."""
    rows = list(Notice.objects.filter(purpose=purpose, valid_from__lte=at).order_by("-version"))
    found = next((notice for notice in rows if version in (None, notice.version)), None)
    if found is None:
        raise Missing(NO_NOTICE)
    return notice_card(found, language, newest=found == rows[0]), [notice.version for notice in rows]


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
    return person.households.filter(valid_to=None).select_related("household__region").first()


def posts_of(person: Person, on: date) -> list[Membership]:
    """What a person is a member of, and as what, on a day."""
    return list(
        person.memberships.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on).select_related(
            "organisation", "post"
        )
    )
