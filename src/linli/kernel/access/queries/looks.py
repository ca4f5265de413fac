"""What the record says about one person, in words that person understands: who, as what, from where, did what, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.base.text import mask_name
from linli.kernel.access.queries.names import role_name
from linli.kernel.access.rules import Role
from linli.kernel.audit.queries import EntryValue, entries
from linli.kernel.parties.models import IdentityDocument, Person
from linli.kernel.regions.models import Region

DEEDS = {
    "register_person": gettext_lazy("entered your data"),
    "correct_person": gettext_lazy("corrected your data"),
    "add_document": gettext_lazy("added a document of yours"),
    "move_home": gettext_lazy("changed where you live"),
    "reveal": gettext_lazy("looked at your full number or address"),
    "give_consent": gettext_lazy("noted your consent"),
    "refuse_consent": gettext_lazy("noted that you said no"),
    "withdraw_consent": gettext_lazy("took a consent back"),
    "copy_own_data": gettext_lazy("took a copy of your data"),
    "open_person": gettext_lazy("opened your entry, numbers masked"),
    "erase_person": gettext_lazy("erased your data"),
}
FIELDS = {
    "phone": pgettext_lazy("seen", "mobile number"),
    "address": pgettext_lazy("seen", "address"),
    "card": pgettext_lazy("seen", "entry with masked numbers"),
    "copy": pgettext_lazy("seen", "everything"),
}


@dataclass(frozen=True)
class Look:
    """One entry of the record about a person."""

    at: datetime
    own: bool
    name: str
    role: str
    place: str
    deed: str
    seen: tuple[str, ...]
    reason: str
    is_reading: bool
    number: str


@dataclass(frozen=True)
class Looks:
    """A page of entries, newest first; ``after`` is the cursor of the next one."""

    lines: tuple[Look, ...]
    after: str | None


def looks_at(person: Person, *, account: str = "", after: str = "", limit: int = 20) -> Looks:
    """What was done with a person's data and who looked at it; staff by masked name, role and place."""
    page = entries(subject=f"parties.person:{person.pk}", after=after, limit=limit)
    codes = {entry.chain.partition("/")[0] for entry in page.entries}
    places = dict(Region.objects.filter(pk__in=codes).values_list("code", "full_name"))
    return Looks(tuple(_look(entry, account, places) for entry in page.entries), page.after)


def _look(entry: EntryValue, account: str, places: dict[str, str]) -> Look:
    own = bool(account) and entry.account == account
    known = entry.role in set(Role)
    return Look(
        entry.at,
        own,
        "" if own else mask_name(entry.name) if entry.account else "",
        role_name(entry.role) if known and not own else "",
        "" if own else places.get(entry.chain.partition("/")[0], ""),
        str(DEEDS.get(entry.action, _("did something with your data"))),
        tuple(_seen(field) for field in entry.reads),
        str(entry.detail.get("reason", "")),
        entry.kind == "read",
        f"{entry.chain}#{entry.seq}",
    )


def _seen(field: str) -> str:
    kind, _colon, document = field.partition(":")
    if kind == "document":
        return str(dict(IdentityDocument.Kind.choices).get(document, _("identity document")))
    return str(FIELDS.get(field, field))
