"""A private PostgreSQL for tests and benchmarks: on a Unix socket in a folder of its own, gone afterwards."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# For tests: nothing that is written needs to outlive the run.
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "256MB",
}


def binary(name: str) -> str | None:
    """Where a program of PostgreSQL (Debian keeps them apart) or of the machine is."""
    return next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None) or shutil.which(name)


@contextmanager
def postgresql(settings: Mapping[str, str] = QUICK) -> Iterator[str | None]:
    """A cluster with these settings; yields its address, or None where PostgreSQL is not installed."""
    initdb, server = binary("initdb"), binary("postgres")
    if not (initdb and server):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-", dir="/tmp"))
    person = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if person:
        shutil.chown(folder, person)
    data = folder / "data"
    subprocess.run(
        [initdb, "-D", data, "-U", "linli", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        user=person, check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    told = {"listen_addresses": "", "unix_socket_directories": str(folder), **settings}
    options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([server, "-D", data, *options], user=person, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(folder / ".s.PGSQL.5432", process)
        yield f"postgresql://linli@/postgres?host={folder}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if socket.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    if process.poll() is not None:
        raise RuntimeError(f"PostgreSQL did not start: {(socket.parent / 'log').read_text()[-500:]}")
    time.sleep(0.5)
