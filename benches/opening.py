"""Opening a case through the API, beside the limit: a bare endpoint with three inserts, and a loop with no web server.

32 clients keep their connections open; Linli and the bare endpoint run on the same server, on the same database, in
turn. The goal: at least 0.35 of the bare endpoint's rate with rules, rights, history, audit and outbox in, and a p99 of
at most three times its p99.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.databases import both, fresh, province
from benches.harness import Build, Load, median_load, post_json, press, server, table, tree_rss

CLIENTS, BURST, TURNS = 32, 1600, 3
TITLE = "三号楼的路灯不亮了"
Desk = tuple[str, str]  # a community's code, and the token of its worker


def bare_build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
    return post_json("/three", {"title": TITLE, "region": "410102001002"}, {})


def case_build(desks: list[Desk]) -> Build:
    """A case of a type that lives in a file only: the engine alone. Each client is the worker of another community."""

    def build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
        region, token = desks[client]
        data = {"place": "建设路口", "defect": "loose", "danger": False}
        body = {"type": "well_cover_patrol", "region": region, "title": TITLE, "data": data}
        return post_json("/api/v1/cases", body, headers(token))

    return build


def request_build(desks: list[Desk]) -> Build:
    """A resident's request: class from its words, sealing, receipt with its code, sealed contact besides the engine."""

    def build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
        region, token = desks[client]
        text = f"晚上看不清路，已经三天了（第 {client}-{n} 次反映）。"
        return post_json("/api/v1/requests", {"region": region, "text": text, "kind": "complaint"}, headers(token))

    return build


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}


DESKS = """
import json, sys
import django; django.setup()
from linli.base.clock import now
from linli.kernel.access.actions import make_token
from linli.kernel.access.models import Account, Grant
from linli.kernel.access.queries import actor_of
from linli.kernel.regions.models import Region
at, desks = now(), []
communities = Region.objects.filter(code__startswith="410102", level=5).order_by("code")
for n, region in enumerate(communities[: int(sys.argv[1])]):
    account = Account.objects.create(username=f"bench{n}", name=f"Bench {n}", created_at=at)
    Grant.objects.create(account=account, role="community_worker", region=region, valid_from=at, granted_at=at)
    desks.append((region.code, make_token(actor_of(account, now()), name="bench", scopes=["*"], days=5, at=now())[1]))
print(json.dumps(desks))
"""


def make_desks(env: dict[str, str]) -> list[Desk]:
    """One community with its worker for each client, as in life: 32 people at 32 desks."""
    command = [sys.executable, "-c", DESKS, str(CLIENTS)]
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return [(region, token) for region, token in json.loads(done.stdout)]


def bare_loop(address: str, rows: int = 1000) -> float:
    """Three inserts and a commit, over and over on one connection; transactions per second."""
    statement = "INSERT INTO loop (id, region, title) VALUES ({0}, {0}, {0})"
    if address.startswith("sqlite"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        mark = "?"
    else:
        import psycopg

        connection = psycopg.connect(address, autocommit=True)  # type: ignore[assignment]
        mark = "%s"
    connection.execute("CREATE TABLE loop (id text PRIMARY KEY, region text, title text)")
    begun = time.perf_counter()
    for _ in range(rows):
        connection.execute("BEGIN")
        for _ in range(3):
            connection.execute(statement.format(mark), (uuid.uuid4().hex, "410102001002", TITLE))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return rows / seconds


def make_bare_tables(env: dict[str, str]) -> None:
    code = "from benches.bare_site import create_tables; create_tables()"
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


def measure(kind: str, address: str, folder: Path) -> list[list[object]]:
    """Bursts in turn — bare, case, request — and the median burst of each."""
    env = province(fresh(address, "linli"), folder / kind)
    desks = make_desks(env)
    bare_env = {**env, "DATABASE_URL": fresh(address, "bare"), "LINLI_THREADS": "8"}
    make_bare_tables(bare_env)
    loop = bare_loop(fresh(address, "loop"))
    env["LINLI_THREADS"] = "8"
    with (
        server("benches.bare_site:application", env=bare_env, log=folder / "bare.log") as (bare_port, bare_pid),
        server("linli.site.wsgi:application", env=env, log=folder / "linli.log") as (port, pid),
    ):
        plan = {
            "bare endpoint, 3 inserts": (bare_port, bare_build),
            "open a case (engine)": (port, case_build(desks)),
            "send a request (intake)": (port, request_build(desks)),
        }
        for target, build in plan.values():
            press(target, build, clients=CLIENTS, total=320)
        loads: dict[str, list[Load]] = {name: [] for name in plan}
        for _ in range(TURNS):
            for name, (target, build) in plan.items():
                loads[name].append(press(target, build, clients=CLIENTS, total=BURST))
        memory = {"bare endpoint, 3 inserts": tree_rss(bare_pid)}
        linli_rss = tree_rss(pid)
    limit = median_load(loads["bare endpoint, 3 inserts"])
    rows: list[list[object]] = [
        [f"{kind}: one connection, no web server", f"{loop:.0f}", "", "", f"{loop / limit.rate:.2f}", "", "", ""]
    ]
    for name, bursts in loads.items():
        load = median_load(bursts)
        rows.append([
            f"{kind}: {name}", f"{load.rate:.0f}", f"{load.p50:.0f}", f"{load.p99:.0f}",
            f"{load.rate / limit.rate:.2f}", f"{load.p99 / limit.p99:.2f}", sum(burst.errors for burst in bursts),
            f"{memory.get(name, linli_rss):.0f}",
        ])  # fmt: skip
    return rows


def main() -> None:
    """Print the figures for both databases."""
    rows: list[list[object]] = []
    with TemporaryDirectory(prefix="linli-opening-") as name, both() as addresses:
        for kind, address in addresses.items():
            rows += measure(kind, address, Path(name))
    table(
        f"Opening a case, {CLIENTS} clients, {TURNS}×{BURST} each (goal: ≥ 0.35 of the bare rate, p99 ≤ 3 × its p99)",
        ["", "per s", "p50 ms", "p99 ms", "rate ÷ bare", "p99 ÷ bare", "errors", "MiB"],
        rows,
    )


if __name__ == "__main__":
    main()
