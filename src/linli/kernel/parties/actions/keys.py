"""Making and changing the keys of personal data: seal anew what older keys sealed, retire a key, change the index key.

A change of the sealing key is three steps: ``rotate_keys`` (new data), ``reseal`` until it returns 0 (old data),
``retire_key`` (the old key leaves the ring). A change of the index key is two: ``rotate_index``, then ``reindex`` until
it returns 0, which drops the former key by itself. All may be broken off and repeated at any point.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model, Q

from linli.base import ciphers
from linli.base.ciphers import KeyRing
from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Missing, Refusal, Refused
from linli.base.text import fold, gettext_noop
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.parties.models import Household, IdentityDocument, Person
from linli.kernel.parties.queries import blind_index, key_ring, name_index, open_text, phone_index, ring_path
from linli.kernel.parties.rules import ABOUT

BATCH = 500


class SealedPlace(Protocol):
    """Somewhere tokens are kept: it counts those of given beginnings and seals anew those without the current one."""

    @property
    def name(self) -> str:
        """What the place is called in counts."""

    def count(self, starts: list[str]) -> int:
        """How many tokens begin with one of ``starts``."""

    def reseal(self, ring: KeyRing, limit: int) -> int:
        """Seal up to ``limit`` tokens of older keys with the current one; how many."""


@dataclass(frozen=True)
class SealedColumn:
    """A column of tokens somewhere in the house, and what its tokens are bound to."""

    model: type[Model]
    column: str
    about: str

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"

    def count(self, starts: list[str]) -> int:
        """How many tokens begin with one of ``starts``."""
        wanted = Q(pk__in=[])
        for start in starts:
            wanted |= Q(**{f"{self.column}__startswith": start})
        return self.model._default_manager.filter(wanted).count()

    def reseal(self, ring: KeyRing, limit: int) -> int:
        """Seal up to ``limit`` tokens of older keys with the current one; how many."""
        rows = self.model._default_manager.exclude(**{self.column: ""}).exclude(
            **{f"{self.column}__startswith": ring.mark}
        )
        done = 0
        for key, token in rows.values_list("pk", self.column)[:limit]:
            fresh = ring.seal(ring.open(token, self.about), self.about)
            # Compare and set: whoever changed the value meanwhile sealed it with the new key already.
            done += self.model._default_manager.filter(pk=key, **{self.column: token}).update(**{self.column: fresh})
        return done


@dataclass(frozen=True)
class IndexColumn:
    """A column of blind indexes, and how a row's index is worked out anew from what the row holds."""

    model: type[Model]
    column: str
    fresh: Callable[[Any], str]

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"


_places: list[SealedPlace] = []
_indexes: list[IndexColumn] = []


def register_sealed(model: type[Model], column: str, about: str) -> None:
    """Name a column of tokens, so that a change of keys seals it again. Call from the package's ``AppConfig.ready``."""
    register_place(SealedColumn(model, column, about))


def register_place(place: SealedPlace) -> None:
    """Name a place of tokens that is not simply a column."""
    if place not in _places:
        _places.append(place)


def register_index(model: type[Model], column: str, fresh: Callable[[Any], str]) -> None:
    """Name a column of blind indexes with the function that works a row's index out anew."""
    if not any((one.model, one.column) == (model, column) for one in _indexes):
        _indexes.append(IndexColumn(model, column, fresh))


def sealed_places() -> list[str]:
    """The names of all places of tokens, ``app.model.column``."""
    return [place.name for place in _places]


def indexed_columns() -> list[str]:
    """The names of all columns of blind indexes, ``app.model.column``."""
    return [column.name for column in _indexes]


register_sealed(Person, "phone_cipher", ABOUT["phone"])
register_sealed(Person, "address_cipher", ABOUT["address"])
register_sealed(IdentityDocument, "cipher", ABOUT["document"])
register_sealed(Household, "address_cipher", ABOUT["household"])
register_index(Person, "phone_index", lambda row: phone_index(open_text(row.phone_cipher, ABOUT["phone"])))
register_index(Person, "name_index", lambda row: name_index(row.name))
register_index(
    IdentityDocument,
    "index",
    lambda row: blind_index(open_text(row.cipher, ABOUT["document"]), f"document:{row.kind}"),
)
register_index(
    Household,
    "address_index",
    lambda row: blind_index(fold(open_text(row.address_cipher, ABOUT["household"])), "address"),
)


def make_keys(*, algorithm: str = ciphers.AES_GCM, digest: str = ciphers.SHA256) -> bool:
    """Make the key file (mode 0600) at set-up; False when there is one. Keep a copy where the database is not."""
    path = ring_path()
    if path.exists():
        return False
    ciphers.write_ring(path, ciphers.fresh_ring(algorithm=algorithm, digest=digest))
    return True


def _ring_on_file() -> KeyRing:
    return ciphers.ring_from_text(ring_path().read_text())


def rotate_keys(who: Who, *, algorithm: str = "", at: datetime) -> str:
    """Seal with a new key from now on and return its id; older tokens still open. ``reseal`` then brings them over.

    Works on the key file only: a ring given by ``LINLI_KEY_RING`` is changed where it is kept.
    """
    old = _ring_on_file()
    key_id = ciphers.next_key_id(old, at.astimezone(BEIJING).date())
    with transaction.atomic():
        record(who, "rotate_keys", "parties.keys", at=at, changes={"current": (old.current, key_id)})
        new = old.rotated(key_id, ciphers.fresh_ring().keys["k1"], algorithm)
        ciphers.write_ring(ring_path(), new, replace_file=True)
    return key_id


def reseal(limit: int = 1000) -> int:
    """Seal again up to ``limit`` tokens of older keys, place by place; 0 when none is left. Repeat at will."""
    ring, done = key_ring(), 0
    for place in _places:
        done += place.reseal(ring, limit - done)
        if done >= limit:
            break
    return done


def sealed_with(key_id: str) -> dict[str, int]:
    """How many tokens of a key are left in each place; places without any are left out."""
    starts = [f"1.{algorithm}.{key_id}." for algorithm in ciphers.ALGORITHMS]
    counts = {place.name: place.count(starts) for place in _places}
    return {name: many for name, many in counts.items() if many}


def retire_key(who: Who, key_id: str, *, at: datetime) -> None:
    """Take a key off the ring for good. Refused while it seals, or while anything sealed with it is left.

    Copies of the database older than the last ``reseal`` cannot be opened afterwards: keep the key with them.
    """
    ring = _ring_on_file()
    if key_id not in ring.keys:
        raise Missing(Refusal("parties.no_key", gettext_noop("There is no such key on the ring.")))
    if key_id == ring.current:
        message = gettext_noop("This key seals now. Make a new one first.")
        raise Refused(Refusal("parties.key_in_use", message))
    left = sealed_with(key_id)
    if left:
        message = gettext_noop("{count} values are still sealed with this key ({places}).")
        params = {"count": sum(left.values()), "places": ", ".join(sorted(left))}
        advice = gettext_noop("Have everything sealed anew first; the worker does it.")
        raise Refused(Refusal("parties.key_seals", message, params, "GB/T 22239-2019 8.1.4.8", advice))
    with transaction.atomic():
        record(who, "retire_key", "parties.keys", at=at, detail={"key": key_id})
        ciphers.write_ring(ring_path(), ring.without(key_id), replace_file=True)


def rotate_index(who: Who, *, at: datetime) -> None:
    """Index with a new key from now on; both keys find until ``reindex`` is through. Conflict while one is changing."""
    ring = _ring_on_file()
    if ring.former_index:
        message = gettext_noop("The index key is being changed already; let that come to its end first.")
        raise Conflict(Refusal("parties.index_changing", message))
    with transaction.atomic():
        record(who, "rotate_index", "parties.keys", at=at)
        ciphers.write_ring(ring_path(), ring.with_index(secrets.token_bytes(32)), replace_file=True)


def reindex(limit: int = 1000) -> int:
    """Index up to ``limit`` rows anew, column by column, going on where the last call stopped; 0 when through.

    Where it stopped is kept beside the key file. The former key is dropped after the last row, by a call of its own.
    """
    ring = _ring_on_file()
    if not ring.former_index:
        return 0
    done, seen = _progress(ring), 0
    for column in _indexes:
        while seen < limit:
            rows = _after(column, done.get(column.name, ""), min(BATCH, limit - seen))
            if not rows:
                break
            for row in rows:
                _index_anew(column, row)
            done[column.name] = str(rows[-1].pk)
            seen += len(rows)
            _note(ring, done)
    if not seen:
        ciphers.write_ring(ring_path(), ring.settled(), replace_file=True)
        _notes().unlink(missing_ok=True)
    return seen


def _after(column: IndexColumn, last: str, limit: int) -> list[Any]:
    rows = column.model._default_manager.exclude(**{column.column: ""}).exclude(**{column.column: None})
    return list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:limit])


def _index_anew(column: IndexColumn, row: Any) -> None:
    old, new = getattr(row, column.column), column.fresh(row)
    if new and new != old:
        column.model._default_manager.filter(pk=row.pk, **{column.column: old}).update(**{column.column: new})


def _notes() -> Path:
    return ring_path().with_name("reindex.json")


def _mark(ring: KeyRing) -> str:
    return sha256(b"linli reindex" + ring.index_key).hexdigest()[:16]


def _progress(ring: KeyRing) -> dict[str, str]:
    """The last row done of every column, if the notes are about this change of keys."""
    try:
        notes: dict[str, Any] = json.loads(_notes().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return dict(notes["done"]) if notes.get("key") == _mark(ring) else {}


def _note(ring: KeyRing, done: dict[str, str]) -> None:
    fresh = _notes().with_suffix(".new")
    fresh.write_text(json.dumps({"key": _mark(ring), "done": done}))
    fresh.replace(_notes())
