"""Pid files that cannot be mistaken, a keeper that starts the dead again, and stopping without leftovers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from linli.site import processes
from linli.site.server import port_taken


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_a_living_process_is_known_by_its_number_and_birth(tmp_path, sleeper):
    processes.note(tmp_path, "web", sleeper.pid)
    assert processes.living(tmp_path, "web") == sleeper.pid
    (tmp_path / "web.pid").write_text(f"{sleeper.pid} 1\n")
    assert processes.living(tmp_path, "web") == 0, "the number was used again by somebody else"
    (tmp_path / "web.pid").write_text("torn")
    assert processes.living(tmp_path, "web") == 0


def test_a_dead_one_does_not_live(tmp_path, sleeper):
    processes.note(tmp_path, "web", sleeper.pid)
    sleeper.kill()
    time.sleep(0.1)
    assert processes.living(tmp_path, "web") == 0, "a zombie is dead"


def test_ending_takes_what_was_started_in_the_same_session(tmp_path):
    script = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script], start_new_session=True, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    processes.note(tmp_path, "web", parent.pid)
    assert processes.end(tmp_path, "web", within=5)
    parent.wait(5)
    time.sleep(0.2)
    assert not processes.born(child)
    assert not (tmp_path / "web.pid").exists()


def test_the_keeper_starts_again_what_was_killed(tmp_path, monkeypatch):
    def start(run, logs, name, command, env):
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        processes.note(run, name, process.pid)
        return process.pid

    monkeypatch.setattr(processes, "start", start)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # only the main thread may
    said = []
    keeper = processes.Keeper(tmp_path, tmp_path, {"web": ["serve"]}, said.append)
    thread = threading.Thread(target=keeper.keep)
    thread.start()
    first = _until(lambda: processes.living(tmp_path, "web"))
    os.kill(first, signal.SIGKILL)
    second = _until(lambda: (pid := processes.living(tmp_path, "web")) != first and pid)
    keeper.stop()
    thread.join(10)
    assert second and said == ["web died; starting it again"]
    assert not processes.born(second)


def _until(found, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_a_port_in_use_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert port_taken("127.0.0.1", taken.getsockname()[1])
    assert not port_taken("127.0.0.1", taken.getsockname()[1] if taken.fileno() > 0 else 0)
