"""New rows in as few words as the database understands: what belongs together in one statement, imports by COPY.
Everything that is done writes rows here, and round trips are most of what they cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import orjson
from django.db import connection
from django.db.models import AutoField, JSONField, Model

_Column = tuple[str, str, bool]


@cache
def _columns(model: type[Model]) -> tuple[_Column, ...]:
    """Attribute, column and whether it holds JSON, of every field that the database does not number itself."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return tuple((field.attname, str(field.column), isinstance(field, JSONField)) for field in fields)


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of several tables, referenced ones first: one round trip on PostgreSQL, whose foreign keys wait for
    the commit; one statement for each table elsewhere."""
    groups: list[tuple[type[Model], list[Model]]] = [(model, list(same)) for model, same in groupby(rows, key=type)]
    if connection.vendor != "postgresql":
        for model, same in groups:
            model._default_manager.bulk_create(same)
        return
    *before, last = [_insert_into(model) for model, _ in groups]
    named = ", ".join(f"part{n} AS ({statement})" for n, statement in enumerate(before))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if before else last, [_document(same) for _, same in groups])
    for row in rows:
        row._state.adding = False


@cache
def _insert_into(model: type[Model]) -> str:
    """One parameter for any number of rows; a statement with a hundred costs its driver more than its database."""
    names = ", ".join(f'"{column}"' for _, column, _ in _columns(model))
    table = f'"{model._meta.db_table}"'
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - our own tables
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    )


def _document(rows: Sequence[Model]) -> str:
    document = [{column: getattr(row, name) for name, column, _ in _columns(type(row))} for row in rows]
    try:
        return orjson.dumps(document).decode()
    except TypeError:  # integers over 64 bit
        return json.dumps(document, ensure_ascii=False, default=str)


def _values(row: Model) -> list[Any]:
    return [_json(getattr(row, name)) if is_json else getattr(row, name) for name, _, is_json in _columns(type(row))]


def _json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # integers over 64 bit
        return json.dumps(value, ensure_ascii=False)


def insert_many(tables: Iterable[Sequence[Model]]) -> None:
    """Insert thousands of rows, table by table in the given order: COPY on PostgreSQL, batches elsewhere."""
    for rows in tables:
        if not rows:
            continue
        model = type(rows[0])
        if connection.vendor != "postgresql":
            model._default_manager.bulk_create(rows, batch_size=1000)
            continue
        names = ", ".join(f'"{column}"' for _, column, _ in _columns(model))
        statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(_values(row))
                row._state.adding = False
