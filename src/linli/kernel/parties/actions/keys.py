"""Making and changing the keys that seal personal data, and sealing again what older keys sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from linli.base import ciphers
from linli.base.clock import BEIJING
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.parties.models import Household, IdentityDocument, Person
from linli.kernel.parties.queries import key_ring, ring_path
from linli.kernel.parties.rules import ABOUT


@dataclass(frozen=True)
class SealedColumn:
    """A column of tokens somewhere in the house, and what its tokens are bound to."""

    model: type[Model]
    column: str
    about: str


_columns: list[SealedColumn] = []


def register_sealed(model: type[Model], column: str, about: str) -> None:
    """Name a column of tokens, so that a change of keys seals it again. Call from the package's ``AppConfig.ready``."""
    entry = SealedColumn(model, column, about)
    if entry not in _columns:
        _columns.append(entry)


register_sealed(Person, "phone_cipher", ABOUT["phone"])
register_sealed(Person, "address_cipher", ABOUT["address"])
register_sealed(IdentityDocument, "cipher", ABOUT["document"])
register_sealed(Household, "address_cipher", ABOUT["household"])


def make_keys(*, algorithm: str = ciphers.AES_GCM, digest: str = ciphers.SHA256) -> bool:
    """Make the key file (mode 0600) at set-up; False when there is one. Keep a copy where the database is not."""
    path = ring_path()
    if path.exists():
        return False
    ciphers.write_ring(path, ciphers.fresh_ring(algorithm=algorithm, digest=digest))
    return True


def rotate_keys(who: Who, *, algorithm: str = "", at: datetime) -> str:
    """Seal with a new key from now on and return its id; older tokens still open. ``reseal`` then brings them over.

    Works on the key file only: a ring given by ``LINLI_KEY_RING`` is changed where it is kept.
    """
    old = ciphers.ring_from_text(ring_path().read_text())
    key_id = ciphers.next_key_id(old, at.astimezone(BEIJING).date())
    with transaction.atomic():
        record(who, "rotate_keys", "parties.keys", at=at, changes={"current": (old.current, key_id)})
        new = old.rotated(key_id, ciphers.fresh_ring().keys["k1"], algorithm)
        ciphers.write_ring(ring_path(), new, replace_file=True)
    return key_id


def reseal(limit: int = 1000) -> int:
    """Seal again up to ``limit`` tokens of older keys, column by column; 0 when none is left. Repeat at will."""
    ring, done = key_ring(), 0
    mark = f"1.{ring.sealing}.{ring.current}."
    for column in _columns:
        rows = column.model._default_manager.exclude(**{column.column: ""}).exclude(
            **{f"{column.column}__startswith": mark}
        )
        for key, token in rows.values_list("pk", column.column)[: limit - done]:
            fresh = ring.seal(ring.open(token, column.about), column.about)
            # Compare and set: whoever changed the value meanwhile sealed it with the new key already.
            done += column.model._default_manager.filter(pk=key, **{column.column: token}).update(
                **{column.column: fresh}
            )
        if done >= limit:
            break
    return done
