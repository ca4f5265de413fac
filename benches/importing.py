"""Bringing in messages: Linli's import, with classification, history, record and outbox, into PostgreSQL.

Beside it the limit: the same file read by the same csv module and written as plain rows by psycopg's executemany, three
per message, a thousand messages a transaction. The goal is 2,000 messages a second.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.databases import ROOT, durable_postgresql, fresh, province
from benches.harness import table
from linli.base.clock import BEIJING

MESSAGES, REGION = 20_000, "410102001002"
MAP = """
source: bench
columns: {key: id, title: subject, text: words, opened_at: at, person: who, support: votes}
"""
PLACES = ["桐柏路", "百花路", "伊河路", "棉纺路", "互助路", "嵩山路"]
MATTERS = [
    "路灯不亮，晚上看不清路", "垃圾三天没有清运，味道很大", "电梯停在四楼不动", "楼下烧烤油烟往屋里灌", "暖气一直不热",
    "电动车堵住单元门", "物业收费没有公示", "想问医保年审怎么办", "广场舞音响太大", "下水道堵了往外冒水",
]  # fmt: skip


def write_messages(path: Path, count: int, seed: int = 7) -> None:
    """Invented messages of a realistic length (about 120 characters), the same ones every time."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    with path.open("w", newline="", encoding="utf-8") as sink:
        rows = csv.writer(sink)
        rows.writerow(["id", "subject", "words", "at", "who", "votes"])
        for number in range(count):
            matter, place = chance.choice(MATTERS), f"{chance.choice(PLACES)}{chance.randint(1, 200)}号院"
            at = datetime(2025, 1, 1, 8, tzinfo=BEIJING) + timedelta(minutes=number * 20)
            words = (
                f"{place}{chance.randint(1, 30)}号楼，{matter}。"
                + "已经反映过，请尽快安排人来看看，并告诉我们什么时候能好。" * 3
            )
            rows.writerow(
                [number, f"{place}{matter[:8]}", words, f"{at:%Y-%m-%d %H:%M:%S}", f"P{number % 9000}", number % 40]
            )


def plain(address: str, path: Path) -> float:
    """Three plain rows per message; messages per second."""
    import psycopg

    with psycopg.connect(address) as connection:
        for name in ("one", "two", "three"):
            connection.execute(f"CREATE TABLE {name} (id uuid PRIMARY KEY, title text, words text)")
        connection.commit()
        begun = time.perf_counter()
        with path.open(encoding="utf-8") as source, connection.cursor() as cursor:
            reader = csv.DictReader(source)
            while chunk := list(islice(reader, 1000)):
                for name in ("one", "two", "three"):
                    values = [(uuid.uuid4(), row["subject"], row["words"]) for row in chunk]
                    cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s, %s)", values)  # noqa: S608 - our own words
                connection.commit()
        return MESSAGES / (time.perf_counter() - begun)


RUN = """
import json, resource, sys, time
import django; django.setup()
from pathlib import Path
from linli.base.clock import now
from linli.domains.intake.actions.imports import import_requests
from linli.kernel.cases.models import Case
from linli.site.cli.intake import _who
path, shape, region = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
begun = time.perf_counter()
report = import_requests(path, shape, actor=_who(""), region=region, errors_to=path.with_suffix(".rejected"), at=now())
seconds = time.perf_counter() - begun
print(json.dumps({"rows": report.seen, "created": report.created, "known": report.known, "failed": report.failed,
  "seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def linli_import(env: dict[str, str], path: Path, shape: Path) -> dict[str, float]:
    """One import in a process of its own; what it reported."""
    command = [sys.executable, "-c", RUN, str(path), str(shape), REGION]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def real_files() -> list[tuple[str, Path, Path]]:
    """The real messages, where they lie beside the project."""
    folder = ROOT.parent / "shared" / "data" / "complaints"
    maps = ROOT / "src" / "linli" / "domains" / "intake" / "tests" / "maps"
    found = [
        (folder / "messages_2019_votes.csv", maps / "messages.yaml"),
        (folder / "replies_dev.csv", maps / "replies.yaml"),
    ]
    return [(f"real: {data.stem}", data, shape) for data, shape in found if data.exists() and shape.exists()]


def main() -> None:
    """Print messages per second, the ratio to the plain loop, and memory."""
    rows: list[list[object]] = []
    with TemporaryDirectory(prefix="linli-import-") as name, durable_postgresql() as address:
        folder = Path(name)
        messages, shape = folder / "messages.csv", folder / "map.yaml"
        write_messages(messages, MESSAGES)
        shape.write_text(MAP, encoding="utf-8")
        limit = plain(fresh(address, "plain"), messages)
        env = province(fresh(address, "linli"), folder / "home")
        rows.append(["plain executemany, 3 rows a message", MESSAGES, f"{limit:.0f}", "1.00", "", ""])
        runs: list[tuple[str, Callable[[], dict[str, float]]]] = [
            ("Linli, invented messages", lambda: linli_import(env, messages, shape)),
            ("the same file again", lambda: linli_import(env, messages, shape)),
            *((title, lambda d=data, s=form: linli_import(env, d, s)) for title, data, form in real_files()),
        ]
        for title, run in runs:
            told = run()
            rate = told["rows"] / told["seconds"]
            written = f"{told['created']:.0f} new, {told['known']:.0f} known, {told['failed']:.0f} refused"
            rows.append(
                [title, f"{told['rows']:.0f}", f"{rate:.0f}", f"{rate / limit:.2f}", f"{told['mib']:.0f}", written]
            )
        if not real_files():
            print("The real messages are not beside the project: only invented ones are measured.")
    table("Import into PostgreSQL (goal: ≥ 2,000/s)", ["", "messages", "per s", "÷ plain", "MiB", "written"], rows)


if __name__ == "__main__":
    main()
