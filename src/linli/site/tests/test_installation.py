"""Where records live, keys that are made once, and logs that tell nothing about people."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from linli.site import keys, logs
from linli.site.database import database

HOME = Path("/home-of-linli")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", "/home-of-linli/linli.sqlite3"),
        ("sqlite:////data/a.sqlite3", "/data/a.sqlite3"),
        ("/data/b.sqlite3", "/data/b.sqlite3"),
    ],
)
def test_sqlite_addresses(url, name):
    made = database(url, HOME)
    assert (made["ENGINE"], made["NAME"]) == ("django.db.backends.sqlite3", name)
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in made["OPTIONS"]["init_command"]


def test_postgresql_addresses():
    made = database("postgresql://li:p%40ss@db.example:5433/linli?sslmode=require", HOME, threads=4)
    assert [made[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "linli",
        "li",
        "p@ss",
        "db.example",
        "5433",
    ]
    assert made["OPTIONS"]["sslmode"] == "require" and made["OPTIONS"]["pool"]["max_size"] == 5
    assert made["CONN_MAX_AGE"] == 0, "a pool keeps the connections"
    socket = database("postgresql:///linli?host=/run/postgresql", HOME)
    assert (socket["HOST"], socket["USER"], "pool" in socket["OPTIONS"]) == ("/run/postgresql", "", False)


def test_another_database_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="mysql://"):
        database("mysql://root@localhost/linli", HOME)


def test_a_key_is_made_once_for_the_owner_alone(tmp_path):
    path = keys.make_key(tmp_path / "keys", "secret")
    first = keys.read_key(tmp_path / "keys", "secret")
    assert len(first) >= 50 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    keys.make_key(tmp_path / "keys", "secret")
    assert keys.read_key(tmp_path / "keys", "secret") == first


def test_a_log_line_has_the_request_and_no_person(capsys):
    import structlog
    from django.conf import settings

    logs.configure(logs.logging_settings("json", "INFO"))
    try:
        with structlog.contextvars.bound_contextvars(request_id="r1"):
            structlog.get_logger("linli.test").info("happened", status=200, phone="13800000000", name="Wang")
        line = json.loads(capsys.readouterr().err.splitlines()[-1])
    finally:
        logs.configure(settings.LOGGING)
    assert (line["event"], line["status"], line["request_id"], line["level"]) == ("happened", 200, "r1", "info")
    assert "phone" not in line and "name" not in line
    assert logging.getLogger("django").level == logging.WARNING


def test_a_traceback_does_not_quote_the_row_that_the_database_refused(capsys):
    import structlog
    from django.conf import settings

    said = "duplicate key\nDETAIL:  Key (phone)=(13800010001\n\n13800010002) exists."
    logs.configure(logs.logging_settings("json", "INFO"))
    try:
        try:
            try:
                raise ValueError(said)
            except ValueError as error:
                raise RuntimeError("not saved") from error
        except RuntimeError as error:
            structlog.get_logger("linli.test").warning("failed", exc_info=error)
        line = json.loads(capsys.readouterr().err.splitlines()[-1])
    finally:
        logs.configure(settings.LOGGING)
    assert "duplicate key" in line["exception"] and "RuntimeError: not saved" in line["exception"]
    assert "1380001000" not in line["exception"]
