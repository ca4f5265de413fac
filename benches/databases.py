"""Databases for the benchmarks: a private PostgreSQL that really flushes to disk, or a SQLite file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from cluster import postgresql  # noqa: E402 - a neighbour, not a package


@contextmanager
def durable_postgresql() -> Iterator[str]:
    """A PostgreSQL that keeps its promises (fsync, synchronous commit); its address."""
    settings = {"shared_buffers": "1GB", "max_connections": "100", "max_wal_size": "4GB", "work_mem": "16MB"}
    with postgresql(settings) as address:
        if address is None:
            raise SystemExit("The benchmarks need PostgreSQL: apt-get install postgresql")
        yield address


@contextmanager
def both() -> Iterator[dict[str, str]]:
    """An address of each kind, ``{"PostgreSQL": …, "SQLite": …}``, gone afterwards."""
    with TemporaryDirectory(prefix="linli-bench-") as folder, durable_postgresql() as address:
        yield {"PostgreSQL": address, "SQLite": f"sqlite:///{folder}/bench.sqlite3"}


def fresh(address: str, name: str) -> str:
    """A new empty database beside ``address``; its own address."""
    if address.startswith("sqlite"):
        return address.replace("bench.sqlite3", f"{name}.sqlite3")
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.replace("/postgres?", f"/{name}?")


def environment(address: str, home: Path) -> dict[str, str]:
    """What Linli's processes need to run on ``address`` with their files in ``home``; rate limits out of the way."""
    return {
        **os.environ,
        "DATABASE_URL": address,
        "LINLI_HOME": str(home),
        "LINLI_DEMO": "1",
        "LINLI_RATE": "0",
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
    }


def linli(env: dict[str, str], *words: str) -> str:
    """Run the ``linli`` command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *words], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"linli {' '.join(words)} failed: {done.stderr[-2000:] or done.stdout[-2000:]}")
    return done.stdout


def province(address: str, home: Path) -> dict[str, str]:
    """A set-up Linli with the whole province and the demonstration's people; returns its environment."""
    home.mkdir(parents=True, exist_ok=True)
    env = environment(address, home)
    (home / "demo").touch()
    linli(env, "setup")
    linli(env, "regions", "load")
    subprocess.run([sys.executable, "-c", PEOPLE], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return env


PEOPLE = """
import django; django.setup()
from django.conf import settings
from linli.base.clock import now
from linli.kernel.access.actions import load_demo_accounts
from linli.kernel.calendar.actions import load_calendar
load_calendar(settings.INSTANCES / "calendar", at=now())
load_demo_accounts(settings.INSTANCES / "demo" / "accounts.yaml", at=now())
"""
