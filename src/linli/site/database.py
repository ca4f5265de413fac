"""Where Linli's records live, read from one address: a file for a laptop, a PostgreSQL server for a province."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BUSY_SECONDS = 20


def database(url: str, home: Path, *, threads: int = 0) -> dict[str, Any]:
    """Django's description of the database at ``url``.

    ``sqlite:///path``, a bare path, or nothing (``home/linli.sqlite3``) is SQLite;
    ``postgresql://user:password@host:port/name`` (also ``postgresql:///name?host=/socket/folder``) is PostgreSQL.
    ``threads`` > 0 keeps a pool of that many connections.
    """
    scheme, _, rest = url.partition("://")
    if not url or not rest or scheme == "sqlite":
        return _sqlite(rest.removeprefix("/") if scheme == "sqlite" else url, home)
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"DATABASE_URL begins with {scheme}://; Linli keeps its records in sqlite:// or postgresql://")
    return _postgresql(url, threads)


def _sqlite(path: str, home: Path) -> dict[str, Any]:
    """WAL lets readers go on while one writes; IMMEDIATE takes the write lock first, so nobody deadlocks half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(path).resolve() if path else home / "linli.sqlite3"),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY",
        },
    }


def _postgresql(url: str, threads: int) -> dict[str, Any]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {
        "application_name": "linli",
        **{key: value for key, value in asked.items() if key != "host"},
    }
    if threads:
        options["pool"] = {"min_size": 1, "max_size": threads + 1, "timeout": BUSY_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.get("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if threads else 600,
        "CONN_HEALTH_CHECKS": not threads,
        "OPTIONS": options,
    }
