"""kill -9 of web and worker under load: what clients were told is what is stored, once, with its record whole.

Real processes, a real server, real clients. Every client says things with an idempotency key and repeats each until it
gets an answer, as a phone with a bad line does; now and then it sends what was already answered once more.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection

from linli.kernel.audit.rules import LEASE
from linli.site import processes

pytestmark = pytest.mark.slow

CLIENTS = 6
KILLS, REQUESTS = 12, 40
LONGEST = 45.0  # seconds of killing
PATIENCE = 60.0
REGION = "410102001002"


@dataclass
class Told:
    """What one client was told: the answer to every key, and how often it had to ask again."""

    receipts: dict[str, dict[str, str]] = field(default_factory=dict)
    repeats: int = 0
    wrong: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def linli(env, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *arguments], env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def database_url(tmp_path_factory, django_db_blocker):
    """A database of its own on whichever server the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('faults')}/linli.sqlite3"
        return
    import psycopg

    made = connection.settings_dict
    where = f"host={made['HOST']} user={made['USER']} dbname=postgres"
    with psycopg.connect(where, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS linli_faults WITH (FORCE)")
        admin.execute("CREATE DATABASE linli_faults")
    yield f"postgresql://{made['USER']}@/linli_faults?host={made['HOST']}"
    with psycopg.connect(where, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS linli_faults WITH (FORCE)")


@pytest.fixture(scope="module")
def installation(tmp_path_factory, database_url):
    """Linli set up and running under its keeper."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    ours = ("LINLI_", "DJANGO_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env = {**kept, "LINLI_HOME": str(home), "DATABASE_URL": database_url, "LINLI_DEMO": "1", "LINLI_RATE": "0",
           "LINLI_LOG_LEVEL": "ERROR", "LANG": "C.UTF-8"}  # fmt: skip
    (home / "demo").touch()
    for step in (("setup",), ("calendar", "load"), ("regions", "load", "--within", "410102001")):
        done = linli(env, *step)
        assert done.returncode == 0, done.stderr
    keeper = subprocess.Popen([sys.executable, "-m", "linli.site.cli", "keep", "--port", str(port)], env=env)
    try:
        assert wait(port), (home / "log" / "web.log").read_text()[-2000:]
        yield home, port, env
    finally:
        keeper.send_signal(signal.SIGTERM)
        keeper.wait(40)


def ask(port, method, path, body="", headers=None):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request(method, path, body.encode(), {"Content-Type": "application/json", **(headers or {})})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def wait(port, seconds=60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if ask(port, "GET", "/readyz")[0] == 200:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    return False


def client(port, number, told, stop):
    """Say things until told to stop; each until it is answered."""
    chance = random.Random(number)
    n = 0
    while not stop.is_set():
        key = f"client-{number}-{n}"
        say(port, key, told)
        if told.receipts and chance.random() < 0.2:
            old = chance.choice(list(told.receipts))
            before = told.receipts[old]["id"]
            say(port, old, told)
            if told.receipts[old]["id"] != before:
                told.wrong.append(f"{old} became another request")
        n += 1


def say(port, key, told):
    body = json.dumps({"region": REGION, "text": f"楼道灯坏了三天，请来看看。编号 {key}", "kind": "help", "title": key})
    until, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        try:
            status, answer = ask(port, "POST", "/api/v1/requests", body, {"Idempotency-Key": key})
        except (OSError, http.client.HTTPException) as error:
            told.repeats += 1
            last = repr(error)
            time.sleep(0.05)
            continue
        if status == 503:
            told.repeats += 1
            last = answer.decode(errors="replace")
            time.sleep(0.1)
            continue
        if status not in {200, 201}:
            told.wrong.append(f"{key}: {status} {answer[:200].decode(errors='replace')}")
            return
        told.receipts[key] = json.loads(answer)
        return
    told.wrong.append(f"{key}: never answered, lastly {last}")


def victims(run: Path):
    """Whom a kill may hit: mostly the processes that answer and the worker, now and then the web server's master."""
    web, worker = processes.living(run, "web"), processes.living(run, "worker")
    children = Path(f"/proc/{web}/task/{web}/children")
    pids = [int(pid) for pid in children.read_text().split()] if web and children.exists() else []
    return [pid for pid in (web, worker, worker, *pids, *pids) if pid]


def test_what_clients_were_told_is_what_is_stored(installation):
    home, port, env = installation
    stop, told = threading.Event(), [Told() for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client, args=(port, n, told[n], stop), daemon=True) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        kills = kill_at_random(home / "run", told)
        assert wait(port), (home / "log" / "web.log").read_text()[-2000:]
    finally:
        stop.set()
    for thread in threads:
        thread.join(PATIENCE + 10)
    receipts = {key: receipt for one in told for key, receipt in one.receipts.items()}
    assert not [line for one in told for line in one.wrong]
    assert kills >= 5 and len(receipts) >= 15, (
        f"{kills} kills, {len(receipts)} requests: too little happened"
    )
    assert sum(one.repeats for one in told) > 5, "no client noticed anything, so nothing was tested"

    stored = read(env, "SELECT c.title, c.id, c.number, c.state FROM cases_case c WHERE c.type = 'request'")
    titles = [title for title, *_ in stored]
    assert len(titles) == len(set(titles)), "doubled"
    by_title = {title: (str(id_).replace("-", ""), number) for title, id_, number, _state in stored}
    for key, receipt in receipts.items():
        assert by_title.get(key) == (receipt["id"].replace("-", ""), receipt["number"]), f"told but not stored: {key}"
    whole(env, len(titles))


def kill_at_random(run: Path, told: list[Told]) -> int:
    """Kill somebody whenever a few more requests were answered, so that kills fall into work, or after a while."""
    chance, kills, begun = random.Random(7), 0, time.monotonic()
    while time.monotonic() - begun < LONGEST:
        enough = answered(told) + chance.randint(1, 6)
        until = time.monotonic() + 6
        while answered(told) < enough and time.monotonic() < until:
            time.sleep(0.01)
        alive = victims(run)
        if alive:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(alive), signal.SIGKILL)
                kills += 1
        if kills >= KILLS and answered(told) >= REQUESTS:
            break
    return kills


def answered(told: list[Told]) -> int:
    return sum(len(one.receipts) for one in told)


def whole(env, requests):
    """Every case has its history, its half of the domain, its entry in an unbroken chain, its event delivered once."""
    counts = {
        name: read(env, f"SELECT COUNT(*) FROM {sql}")[0][0]
        for name, sql in {
            "halves": "intake_request",
            "first steps": "cases_caseevent WHERE seq = 1",
            "entries": "audit_entry WHERE action = 'open_case' OR action LIKE '%open%'",
            "events": "audit_event WHERE topic = 'case.opened'",
        }.items()
    }
    assert counts["halves"] == requests and counts["first steps"] == requests and counts["events"] == requests, counts
    assert counts["entries"] >= requests, counts
    record = json.loads(linli(env, "audit", "verify", "--json").stdout)
    assert record["breaks"] == []
    until = time.monotonic() + LEASE.total_seconds() + 60  # what a killed worker had claimed is free after its lease
    while (backlog := json.loads(linli(env, "status", "--json").stdout)["outbox"])["pending"] + backlog["unplanned"]:
        assert time.monotonic() < until, f"the worker came back but does not finish: {backlog}"
        time.sleep(0.5)
    assert backlog["dead"] == 0


def read(env, sql):
    """Rows straight from the database the processes used."""
    script = "import json,sys; from linli.site.cli.terminal import begin; begin(); from django.db import connection\n"
    script += "c = connection.cursor(); c.execute(sys.argv[1]); print(json.dumps(c.fetchall(), default=str))"
    done = subprocess.run([sys.executable, "-c", script, sql], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
