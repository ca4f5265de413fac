"""A desk's queue over a million cases spread over the province, at every level of the tree, on PostgreSQL.

For each level: the first page of 50 with the counts of its groups, as the desk shows it, one user at a time. The goal
is p95 < 50 ms; the number of queries must not grow with the rows. Beside it stands the least any program can do
here: one indexed SELECT of 50 rows with the same driver.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.databases import ROOT, durable_postgresql, fresh, province

CASES = 1_000_000
OPEN_SHARE = 0.25
FILL = """
INSERT INTO cases_case (id, county, prefecture, township, community, region_id, number, type, type_version, state,
  entered_at, counter, title, data, sealed, urgency, channel, handler, opened_at, changed_at, closed_at, outcome,
  due_at, escalate_at, returns)
SELECT gen_random_uuid(), left(r.code, 6), left(r.code, 4), left(r.code, 9), r.code, r.code,
  'B' || lpad(n::text, 12, '0'), 'request', 1, CASE WHEN n % 100 < {share} THEN 'handling' ELSE 'closed' END,
  t, 3, '第' || n || '件：路灯不亮', '{{}}', n % 997 = 0,
  0, 'web', r.code, t, t, CASE WHEN n % 100 < {share} THEN NULL ELSE t + interval '3 days' END, '',
  CASE WHEN n % 100 < {share} THEN t + interval '10 days' END, NULL, 0
FROM (SELECT n, timestamptz '2026-11-23 01:00:00+00' - (n % 31536) * interval '1000 seconds' AS t,
        (n::bigint * 7919) % {regions} AS place FROM generate_series(1, {cases}) AS n) AS s
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM regions_region WHERE level = 5) AS r
  USING (place)
"""


def measure() -> None:
    """Fill the table and time the queue; runs inside Linli's environment."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benches.harness import quantile, table
    from linli.base.clock import now
    from linli.kernel.access.models import Account
    from linli.kernel.access.queries import actor_of
    from linli.kernel.cases.queries import queue, queue_counts
    from linli.kernel.regions.models import Region

    with connection.cursor() as cursor:
        begun = time.perf_counter()
        share = int(OPEN_SHARE * 100)
        cursor.execute(FILL.format(cases=CASES, share=share, regions=Region.objects.filter(level=5).count()))
        cursor.execute("ANALYZE")
        print(f"\n{CASES:,} cases, {OPEN_SHARE:.0%} of them open, filled in {time.perf_counter() - begun:.0f} s")
    at = now()
    rows: list[list[object]] = []
    actor = actor_of(Account.objects.get(username="feng"), at)
    for level, region in {
        "province": "41",
        "prefecture": "4101",
        "county": "410102",
        "township": "410102001",
        "community": "410102001002",
    }.items():
        times, least = [], []
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page = queue(actor, region=region, at=at)
            queue_counts(actor, region=region, at=at)
        for _ in range(60):
            begun = time.perf_counter()
            queue(actor, region=region, at=at)
            queue_counts(actor, region=region, at=at)
            times.append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
            _least(connection, level, region)
            least.append((time.perf_counter() - begun) * 1000)
        times.sort(), least.sort()
        rows.append([
            level, len(page.rows), len(seen), f"{quantile(times, 0.5):.1f}", f"{quantile(times, 0.95):.1f}",
            f"{quantile(least, 0.95):.1f}", f"{quantile(times, 0.95) / quantile(least, 0.95):.1f}",
        ])  # fmt: skip
    table(
        "A desk's queue (goal: p95 < 50 ms)",
        ["level", "rows", "queries", "p50 ms", "p95 ms", "one SELECT p95 ms", "ratio"],
        rows,
    )


def _least(connection: object, level: str, region: str) -> None:
    where = "" if level == "province" else f"AND {level} = %s"
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            f"SELECT * FROM cases_case WHERE closed_at IS NULL {where} ORDER BY due_at, id LIMIT 50",  # noqa: S608 - our own words
            [] if level == "province" else [region],
        )
        cursor.fetchall()


# The demonstration has nobody who handles cases for the whole province, so the province's reader gets that role here.
PEOPLE = """
import django; django.setup()
from linli.base.clock import now
from linli.kernel.access.models import Account, Grant
feng = Account.objects.get(username="feng")
Grant.objects.create(account=feng, role="overseer", region_id="41", valid_from=now(), granted_at=now())
"""


def main() -> None:
    """Set up the province on a PostgreSQL of its own, then measure in a process of its own."""
    with TemporaryDirectory(prefix="linli-queue-") as name, durable_postgresql() as address:
        env = province(fresh(address, "linli"), Path(name))
        subprocess.run([sys.executable, "-c", PEOPLE], env=env, cwd=ROOT, check=True)
        subprocess.run(
            [sys.executable, "-c", "from benches.queue import measure; measure()"], env=env, cwd=ROOT, check=True
        )


if __name__ == "__main__":
    main()
