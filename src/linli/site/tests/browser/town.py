"""The demonstration township as a running Linli: web server and worker in a home of its own, stopped by process id."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from linli.site import processes
from linli.site.tests.house import ROOT

LOAD_WITHIN = 180.0  # seconds
READY_WITHIN = 60.0  # seconds
DEMO = yaml.safe_load((ROOT / "instances" / "demo" / "accounts.yaml").read_text(encoding="utf-8"))
PASSWORD = DEMO["password"]


@dataclass(frozen=True)
class Town:
    """Where it answers and where its records lie."""

    url: str
    home: Path

    def one(self, question: str, *values: object) -> str:
        """The first value of the first row of a question to the records, as text."""
        with sqlite3.connect(f"file:{self.home / 'linli.sqlite3'}?mode=ro", uri=True, timeout=20) as records:
            row = records.execute(question, values).fetchone()
        assert row is not None, f"the demonstration has nothing for: {question} {values}"
        return str(row[0])


def surroundings(home: Path, port: int) -> dict[str, str]:
    """The environment of an operator who knows nothing of tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LINLI_", "DJANGO_")) and name != "DATABASE_URL"
    }
    own = {
        "LINLI_HOME": home, "LINLI_PORT": port, "LINLI_DEMO": 1, "LINLI_RATE": 0, "LINLI_WORKERS": 1,
        "LINLI_PUBLIC_URL": f"http://localhost:{port}",
    }  # fmt: skip
    return {**kept, **{name: str(value) for name, value in own.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def linli(home: Path, port: int, *words: str) -> None:
    """Run a ``linli`` command to its end; its output when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *words],
        cwd=ROOT, env=surroundings(home, port), timeout=LOAD_WITHIN, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"linli {' '.join(words)}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def loaded(folder: Path) -> Path:
    """The home of a loaded demonstration; made by the first of several test processes, while the others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            port = free_port()
            try:
                linli(folder / "home", port, "demo")
            finally:
                linli(folder / "home", port, "stop")
            made.touch()
    return folder / "home"


@contextmanager
def running(home: Path) -> Iterator[Town]:
    """Web and worker of a loaded home, as ``linli demo`` runs them."""
    port, run = free_port(), home / "run"
    logs = home / "log"
    process = subprocess.Popen(
        [sys.executable, "-m", "linli.site.cli", "keep", "--port", str(port)],
        cwd=ROOT, env=surroundings(home, port), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    processes.note(run, "keeper", process.pid)
    try:
        _wait(f"http://localhost:{port}/readyz", process, logs)
        yield Town(f"http://localhost:{port}", home)
    finally:
        for name in ("keeper", "web", "worker"):
            processes.end(run, name)
        process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes], logs: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    said = "\n".join(path.read_text()[-1000:] for path in sorted(logs.glob("*.log")))
    raise AssertionError(f"Linli does not answer at {address}:\n{said}")


@contextmanager
def demonstration(folder: Path, own: Path) -> Iterator[Town]:
    """A running copy, in ``own``, of the demonstration that is loaded once in ``folder``."""
    shutil.copytree(loaded(folder), own)
    with running(own) as town:
        yield town
