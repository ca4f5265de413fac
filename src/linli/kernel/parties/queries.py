"""Finding people and organisations, and the ring of keys that seals what is private about them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from linli.base.ciphers import KeyRing, ring_from_text
from linli.base.errors import Missing, Refusal
from linli.base.text import fold, gettext_noop
from linli.kernel.parties.models import Person


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


def seal_text(value: str, about: str) -> str:
    """``value`` sealed for the column ``about`` ("intake.request.contact_phone"); "" stays ""."""
    return key_ring().seal(value, about) if value else ""


def open_text(token: str, about: str) -> str:
    """The text sealed for the column ``about``; ``SealBroken`` when the token belongs elsewhere."""
    return key_ring().open(token, about) if token else ""


def blind_index(value: str, purpose: str) -> str:
    """What to search a sealed column by: equal for equal values of one purpose, tells nothing else; "" stays ""."""
    folded = fold(value)
    return key_ring().index(folded, purpose) if folded else ""


def phone_index(phone: str) -> str:
    """The blind index of a phone number, the same for every table, so that one number finds its person."""
    return blind_index(phone, "phone")


def get_person(person_id: object) -> Person:
    """A person by id; Missing if there is none or their data was erased."""
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Missing(Refusal("parties.no_person", gettext_noop("There is no such person.")))
    return person


def find_person_by_phone(phone: str, *, county: str) -> Person | None:
    """The person of a county who left this number; the longest known one if several share it."""
    index = phone_index(phone)
    return Person.objects.filter(county=county, phone_index=index, erased_at=None).order_by("id").first() if index else None
