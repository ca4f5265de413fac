"""Writing the record: inside the caller's transaction, as its last write, so that a head is locked only briefly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError

from linli.base.clock import stamp
from linli.base.ids import new_id
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import Record, Who, body_of, digest

_NOTHING: Mapping[str, tuple[object, object]] = {}


def record(
    who: Who,
    action: str,
    subject: str,
    *,
    at: datetime,
    county: str | None = None,
    changes: Mapping[str, tuple[object, object]] = _NOTHING,
    detail: Mapping[str, object] = _NOTHING,
    reads: Sequence[str] = (),
) -> Entry:
    """Add one entry to the actor's chain in the caller's transaction. Call it last: the chain is locked until commit.

    ``county`` is the record's county where it differs from the actor's; ``changes`` maps a field to (before, after).
    """
    _need_transaction()
    line = Record(action, subject, county, changes, detail, reads)
    home = who.county if county is None else county
    seq, previous = Entry.objects.lock_head(home, who.chain)
    entry = _entry(who, line, county=home, seq=seq + 1, previous=previous, at=stamp(at), algorithm=_algorithm())
    Entry.objects.append(entry)
    return entry


def record_many(who: Who, rows: Sequence[Record], *, at: datetime) -> None:
    """Add many entries at once, in the given order within each county: one lock and one move of the head per chain."""
    _need_transaction()
    instant, algorithm = stamp(at), _algorithm()

    def home(row: Record) -> str:
        return who.county if row.county is None else row.county

    # Always in the order of counties, so that two imports can not wait for each other.
    for county, group in groupby(sorted(rows, key=home), key=home):
        seq, previous = Entry.objects.lock_head(county, who.chain)
        entries = []
        for row in group:
            seq += 1
            entry = _entry(who, row, county=county, seq=seq, previous=previous, at=instant, algorithm=algorithm)
            previous = entry.digest
            entries.append(entry)
        Entry.objects.append_many(entries)


def _entry(who: Who, row: Record, *, county: str, seq: int, previous: str, at: str, algorithm: str) -> Entry:
    body = body_of(who, row, county=county, seq=seq, at=at, algorithm=algorithm)
    return Entry(
        id=new_id(), county=county, chain=who.chain, seq=seq, at=at, kind=row.kind, account=who.account, role=who.role,
        action=row.action, subject=row.subject, body=body, previous=previous,
        digest=digest(previous, body, algorithm), algorithm=algorithm,
    )  # fmt: skip


def _algorithm() -> str:
    return str(getattr(settings, "LINLI_DIGEST", "sha256"))


def _need_transaction() -> None:
    # Outside a transaction the head's lock would be gone before the entry is written.
    if not connection.in_atomic_block:
        raise TransactionManagementError("the record is written inside the transaction of what it records")
