"""People and organisations that act in the tests of the record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from linli.kernel.audit.actions import record
from linli.kernel.audit.migrations import _append_only
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import Who

AT = datetime(2026, 3, 2, 1, 30, 0, 120000, tzinfo=UTC)
WANG = Who("0195-wang", "王秀英", "community_worker", "410102001002", "410102", "10.1.2.3", "web")
CHEN = Who("0195-chen", "陈立", "township_acceptor", "410102001", "410102", "10.1.2.4", "web")
STRANGER = Who("0195-ma", "马强", "clerk", "410103001", "410103", "10.9.9.9", "web")


def write(who: Who = WANG, number: int = 1, **more: Any) -> list[Entry]:
    """Entries written one transaction each, as clerks do."""
    return [_write(who, count, **more) for count in range(1, number + 1)]


@transaction.atomic
def _write(who: Who, count: int, **more: Any) -> Entry:
    more.setdefault("changes", {"state": ("new", f"step {count}")})
    return record(who, "case.advance", f"case:{count}", at=AT, **more)


def tamper(sql: str, *values: object) -> None:
    """What somebody with the database's password can do: take the triggers away, change, put them back."""
    _append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, "nothing was tampered with"
    _append_only.guard(connection)
