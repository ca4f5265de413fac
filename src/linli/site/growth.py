"""Splitting a fresh PostgreSQL by county: every table that grows with residents becomes hash partitions of ``county``.

Nothing above the models knows. An operator of a whole province runs it once, on empty tables, before the first case
(docs/operating.md); the tests run a case's whole life on tables split like that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from linli.base.errors import Refusal, Refused
from linli.base.text import gettext_noop

PARTITIONS = 32
NOT_POSTGRESQL = Refusal("growth.database", gettext_noop("Only PostgreSQL can split its tables by county."))
NOT_EMPTY = Refusal(
    "growth.not_empty",
    gettext_noop("{table} already holds rows."),
    advice=gettext_noop("Split a new database, then import into it."),
)


def growing_models() -> list[type[Model]]:
    """Linli's tables that carry a county code, in the order in which the program declares them."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("linli.") and any(field.name == "county" for field in model._meta.local_fields)
    ]


def split_by_county(connection: Any, partitions: int = PARTITIONS) -> list[str]:
    """Split every growing table; returns their names. One transaction: all of them or none."""
    if connection.vendor != "postgresql":
        raise Refused(NOT_POSTGRESQL)
    tables = [model._meta.db_table for model in growing_models() if model._meta.label not in EVERYWHERE]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 - our own table's name
            if cursor.fetchone()[0]:
                raise Refused(Refusal(NOT_EMPTY.code, NOT_EMPTY.message, {"table": table}, advice=NOT_EMPTY.advice))
        for table in tables:
            for statement in list(_statements(cursor, table, partitions)):
                cursor.execute(statement)
    return tables


# A person signs in before anybody knows the county, so accounts stay whole: names are unique in the whole system.
EVERYWHERE = {"access.Account"}


def _statements(cursor: Any, table: str, partitions: int) -> Iterator[str]:
    """The words that turn one empty table into partitions: same columns, checks, indexes and triggers; every unique
    index also holds the county; foreign keys that would need a unique index without it are left to the program."""
    indexes, triggers, serials = _indexes(cursor, table), _triggers(cursor, table), _serials(cursor, table)
    old = f"{table}_whole"
    yield f'ALTER TABLE "{table}" RENAME TO "{old}"'
    yield (
        f'CREATE TABLE "{table}" (LIKE "{old}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)'
        " PARTITION BY HASH (county)"
    )
    yield f'DROP TABLE "{old}" CASCADE'
    for column in serials:
        sequence = f"{table}_{column}_split_seq"
        yield f'CREATE SEQUENCE "{sequence}" OWNED BY "{table}"."{column}"'
        yield f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT nextval(\'"{sequence}"\')'
    for number in range(partitions):
        yield (
            f'CREATE TABLE "{table}_{number:02d}" PARTITION OF "{table}"'
            f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number})"
        )
    yield from indexes
    yield from triggers


def _indexes(cursor: Any, table: str) -> list[str]:
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s", [table])
    made = []
    for (definition,) in cursor.fetchall():
        unique, columns = re.match(r"CREATE (UNIQUE )?INDEX .*? USING \w+ \((.*?)\)", definition).groups()  # type: ignore[union-attr]
        if unique and "county" not in re.split(r",\s*", columns):
            made.append(definition.replace(f"({columns})", f"(county, {columns})", 1))
        else:
            made.append(definition)
    return made


def _triggers(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    )
    return [definition for (definition,) in cursor.fetchall()]


def _serials(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attidentity <> '' AND NOT attisdropped",
        [table],
    )
    return [column for (column,) in cursor.fetchall()]
