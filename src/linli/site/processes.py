"""The background processes of one installation, kept by pid files in ``LINLI_HOME/run``: start, watch, stop.

A pid file holds the process id and its start time, so that a number used again by another program is never mistaken.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PROC = Path("/proc")
ENDS_WITHIN = 25.0  # seconds a process gets to finish what it has in hand


def born(pid: int) -> str:
    """The start time of a living process as the kernel counts it; "" when there is none (or only its remains)."""
    if not PROC.exists():  # not Linux: only whether it lives can be known
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return ""
        return "unknown"
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def living(run: Path, name: str) -> int:
    """The pid of our process ``name`` if it lives, else 0."""
    try:
        pid, start = (run / f"{name}.pid").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(pid) if start == born(int(pid)) else 0


def note(run: Path, name: str, pid: int) -> None:
    """Write the pid file of a process that has just been started."""
    run.mkdir(parents=True, exist_ok=True)
    part = run / f"{name}.pid.part"
    part.write_text(f"{pid} {born(pid)}\n")
    part.replace(run / f"{name}.pid")


def start(run: Path, logs: Path, name: str, command: list[str], env: Mapping[str, str]) -> int:
    """Start ``linli …`` in a session of its own, its output in ``logs/name.log``; the pid."""
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "linli.site.cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **env},
        )
    note(run, name, process.pid)
    return process.pid


def end(run: Path, name: str, within: float = ENDS_WITHIN) -> bool:
    """Ask our process ``name`` to stop, wait, then insist; what it left in its session goes too. True if it ran."""
    pid = living(run, name)
    if pid:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + within
        while born(pid) and time.monotonic() < until:
            time.sleep(0.05)
        sweep(pid)
    (run / f"{name}.pid").unlink(missing_ok=True)
    return bool(pid)


def sweep(pid: int) -> None:
    """Kill whatever is left of the session that ``pid`` began (web processes whose master was killed)."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


@dataclass
class Keeper:
    """Keeps the web server and the worker alive: whoever dies is started again, later each time it dies young."""

    run: Path
    logs: Path
    commands: Mapping[str, list[str]]
    say: Callable[[str], None]
    env: Mapping[str, str] = field(default_factory=dict)
    stopping: bool = False

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True

    def keep(self) -> None:
        """Run until told to stop."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        for name in self.commands:
            end(self.run, name)  # left by a keeper that was killed
        pids = {name: self._start(name) for name in self.commands}
        since = dict.fromkeys(pids, time.monotonic())
        young = dict.fromkeys(pids, 0)
        while not self.stopping:
            time.sleep(0.2)
            _bury()
            for name, pid in pids.items():
                if born(pid) or time.monotonic() < since[name] + min(5.0, 0.1 * 2 ** young[name]):
                    continue
                sweep(pid)
                young[name] = young[name] + 1 if time.monotonic() - since[name] < 60 else 0
                self.say(f"{name} died; starting it again")
                pids[name], since[name] = self._start(name), time.monotonic()
        for name in reversed(list(self.commands)):
            end(self.run, name)

    def _start(self, name: str) -> int:
        return start(self.run, self.logs, name, self.commands[name], self.env)


def _bury() -> None:
    """Collect children that ended, so that they do not remain as zombies."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
