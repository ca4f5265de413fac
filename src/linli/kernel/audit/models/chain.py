"""The chained record: entries that are only ever added, and the head of each chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id
from linli.kernel.audit.models.rows import insert_many
from linli.kernel.audit.rules import GENESIS


class Head(models.Model):
    """The end of one chain; its row is the lock that keeps two writers from continuing the same entry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "chain"], name="audit_head_one")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}"


class Kind(models.TextChoices):
    """Whether something was changed, or personal data was looked at."""

    CHANGE = "change", _("change")
    READ = "read", _("read")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Appending by hand-written statements: this is on the path of everything that is ever done in Linli."""

    def lock_head(self, county: str, chain: str) -> tuple[int, str]:
        """Lock a chain's head for this transaction and return its (seq, digest); a new chain is begun if need be."""
        found = _select_head(county, chain)
        if found is None:
            # Two writers may begin the same chain at once: one inserts, the other waits for it and then reads its row.
            Head.objects.bulk_create([Head(county=county, chain=chain)], ignore_conflicts=True)
            found = _select_head(county, chain)
        assert found is not None
        return found

    def append(self, entry: Entry) -> None:
        """Insert one entry and move its chain's head (locked before) in a single round trip where the database can."""
        values = _values(entry)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"WITH fresh AS ({_INSERT}) {_MOVE}", [*values, *_move(entry)])
            else:
                cursor.execute(_INSERT, values)
                cursor.execute(_MOVE, _move(entry))

    def append_many(self, entries: Sequence[Entry]) -> None:
        """Insert consecutive entries of one chain (head locked before) and move the head once."""
        insert_many([entries])
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, _move(entries[-1]))


class Entry(models.Model):
    """One thing that was done or seen. ``body`` is the chained text; the columns repeat it for finding."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    # Text, not a timestamp: databases and drivers round and re-zone instants, and a digest must see what was written.
    at = models.CharField(max_length=27)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    account = models.CharField(max_length=36, blank=True)
    role = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "chain", "seq"], name="audit_entry_one")]
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_entry_subject"),
            models.Index(fields=["account", "id"], name="audit_entry_account"),
            models.Index(fields=["county", "id"], name="audit_entry_county"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.subject}"

    @property
    def content(self) -> dict[str, Any]:
        """The text as a mapping: name, address, channel, changes, detail, reads beside what the columns repeat."""
        content: dict[str, Any] = orjson.loads(self.body)
        return content


_COLUMNS = [
    "id", "county", "chain", "seq", "at", "kind", "account", "role", "action", "subject", "body", "previous", "digest",
    "algorithm",
]  # fmt: skip
_INSERT = f"INSERT INTO audit_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608
_MOVE = "UPDATE audit_head SET seq = %s, digest = %s WHERE county = %s AND chain = %s"
_SELECT = "SELECT seq, digest FROM audit_head WHERE county = %s AND chain = %s"


def _select_head(county: str, chain: str) -> tuple[int, str] | None:
    # SQLite has no row locks; its transactions begin IMMEDIATE, so the writer is alone already.
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT + lock, [county, chain])
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else None


def _values(entry: Entry) -> list[Any]:
    values: list[Any] = [getattr(entry, column) for column in _COLUMNS]
    values[0] = Entry._meta.pk.get_db_prep_value(entry.id, connection)
    return values


def _move(entry: Entry) -> list[Any]:
    return [entry.seq, entry.digest, entry.county, entry.chain]
