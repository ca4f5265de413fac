"""``linli demo``: from a prepared folder to a running Linli with a demonstration township. Repeating loses nothing."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from linli.site.cli.regions import progress
from linli.site.cli.running import Host, Port
from linli.site.cli.setup import collect_static, make_tables, prepare_home, timed
from linli.site.cli.terminal import Sorry, begin, home, say

READY_WITHIN = 60.0  # seconds


def demo(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Set up, load the province and the demonstration township, start web and worker, wait until it answers."""
    _mark()
    from linli.site import processes, server

    run = home() / "run"
    alive = bool(processes.living(run, "keeper")) and _port_of(run) == port
    if not alive and not processes.living(run, "web") and server.port_taken(host, port):
        raise Sorry(f"Port {port} is in use by another program. Choose another one: LINLI_PORT={port + 1} make demo")
    prepare_home()
    begin()
    make_tables()
    collect_static()
    from linli.site import township

    township.load(timed, progress())
    mark = _code()
    if alive and (run / "code").exists() and (run / "code").read_text() == mark:
        say("  Already running.")
    else:
        processes.end(run, "keeper")
        (run / "port").write_text(str(port))
        (run / "code").write_text(mark)
        command = ["keep", "--port", str(port), "--host", host]
        processes.note(run, "keeper", processes.start(run, home() / "log", "keeper", command, {"LINLI_DEMO": "1"}))
    _wait(f"http://{host}:{port}", run)
    _table(township.accounts())
    say(f"Linli is ready at http://{host}:{port}")


def _mark() -> None:
    """A home of real records never becomes a demonstration."""
    os.environ["LINLI_DEMO"] = "1"
    folder = home()
    if (folder / "keys" / "secret").exists() and not (folder / "demo").exists():
        raise Sorry(
            f"{folder} holds a real installation. Choose another home for the demonstration: LINLI_HOME=demo make demo"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "demo").touch()


def _port_of(run: Path) -> int:
    try:
        return int((run / "port").read_text())
    except (OSError, ValueError):
        return 0


def _code() -> str:
    """Changes when the program does, so that a new version is started instead of the old one going on."""
    root = Path(__file__).resolve().parents[2]
    kinds = {".py", ".html", ".yaml", ".mo", ".json"}
    return str(
        max(path.stat().st_mtime_ns for path in root.rglob("*") if path.suffix in kinds and "tests" not in path.parts)
    )


def _wait(address: str, run: Path) -> None:
    from linli.site.processes import living

    begun, told = time.monotonic(), 0.0
    while time.monotonic() - begun < READY_WITHIN:
        if _answers(f"{address}/readyz") and living(run, "worker"):
            return
        if not living(run, "keeper") and time.monotonic() - begun > 2:
            break
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say("  Waiting until it answers …")
        time.sleep(0.1)
    raise Sorry(f"It does not answer. {run.parent / 'log'} says why: web.log, worker.log, keeper.log")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _table(people: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("account", "name", "who", title=f"Demonstration accounts (password for all: {people['password']})")
    for person in people["accounts"]:
        table.add_row(person["username"], person["name"], f"{person['note']['zh']} · {person['note']['en']}")
    Console(width=110).print(table)
