"""What every test needs: a database that may be emptied between tests, and no calendar remembered from the last one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _record_can_be_emptied() -> Iterator[None]:
    """Entries of the record can not be deleted, not even by Django's flush after a test with real transactions."""
    from django.db import transaction
    from django.db.backends.base.operations import BaseDatabaseOperations

    append_only = import_module("linli.kernel.audit.migrations._append_only")
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        with transaction.atomic(using=self.connection.alias):
            append_only.unguard(self.connection)
            flush(self, sql_list)
            append_only.guard(self.connection)

    BaseDatabaseOperations.execute_sql_flush = unguarded
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def _no_calendar_from_before() -> None:
    """A calendar kept in the process may come from a test that was rolled back."""
    from linli.kernel.calendar.queries import forget

    forget()
