"""Opening a case through the API, beside the limit: a bare endpoint with three inserts, and a loop with no web server.

32 clients keep their connections open; Linli and the bare endpoint run on the same server, on the same database, in
turn. The goal: at least 0.35 of the bare endpoint's rate with rules, rights, history, audit and outbox in, and a p99 of
at most three times its p99.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.databases import both, fresh, linli, province
from benches.harness import Build, Load, median_load, post_json, press, server, table, tree_rss

CLIENTS, BURST, TURNS = 32, 1600, 3
COMMUNITIES = [f"4101020010{n:02d}" for n in (2, 3, 4, 5, 6, 8, 9, 11, 13, 14, 15)]
TITLE = "三号楼的路灯不亮了"


def bare_build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
    return post_json("/three", {"title": TITLE, "region": COMMUNITIES[(client + n) % len(COMMUNITIES)]}, {})


def case_build(token: str) -> Build:
    """A case of a type that lives in a file only: the engine alone."""

    def build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
        region = COMMUNITIES[(client + n) % len(COMMUNITIES)]
        body = {
            "type": "well_cover_patrol",
            "region": region,
            "title": TITLE,
            "data": {"place": "建设路", "defect": "loose", "danger": False},
        }
        return post_json("/api/v1/cases", body, headers(token))

    return build


def request_build(token: str) -> Build:
    """A resident's request: classification, sealing, duplicates and receipt besides the engine."""

    def build(client: int, n: int) -> tuple[str, str, bytes, dict[str, str]]:
        region = COMMUNITIES[(client + n) % len(COMMUNITIES)]
        body = {
            "region": region,
            "title": TITLE,
            "words": f"晚上看不清路，已经三天了（第 {client}-{n} 次反映）。",
            "kind": "complaint",
            "privacy": "anonymous",
        }
        return post_json("/api/v1/requests", body, headers(token))

    return build


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}


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
            connection.execute(statement.format(mark), (uuid.uuid4().hex, COMMUNITIES[0], TITLE))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return rows / seconds


def make_bare_tables(env: dict[str, str]) -> None:
    import subprocess
    import sys

    code = "from benches.bare_site import create_tables; create_tables()"
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


def measure(kind: str, address: str, folder: Path) -> list[list[object]]:
    """Bursts in turn — bare, case, request — and the median burst of each."""
    env = province(fresh(address, "linli"), folder / kind)
    token = linli(env, "token", "create", "wang", "--name", "bench").split()[-1]
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
            "open a case (engine)": (port, case_build(token)),
            "send a request (intake)": (port, request_build(token)),
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
