"""How the installation stands: the one source of ``linli status`` and of the page for its operators."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from linli.base.clock import BEIJING
from linli.kernel.audit import queries as audit
from linli.kernel.audit.queries.anchors import ANCHORS, read_lines
from linli.kernel.calendar.queries import years
from linli.kernel.cases.models import Case
from linli.kernel.notices.queries.inbox import backlog as notices_backlog
from linli.kernel.notices.queries.undelivered import STUCK
from linli.kernel.parties.queries import key_ring, ring_path
from linli.site import processes
from linli.site.models import Lease
from linli.site.oversight import rules
from linli.site.oversight.rules import Light


def gather(at: datetime) -> dict[str, Any]:
    """Everything that is told, as plain values; about the whole installation, so not scoped to an actor."""
    home = Path(settings.HOME)
    return {
        "at": at,
        "running": {name: processes.living(home / "run", name) for name in ("keeper", "web", "worker")},
        "cases": _cases(),
        "clocks": _clocks(at),
        "outbox": asdict(audit.backlog()),
        "notices": dict(notices_backlog()),
        "jobs": {lease.job: lease.ended_at for lease in Lease.objects.order_by("job")},
        "chains": [asdict(head) for head in audit.chain_heads()],
        "anchor": _last_anchor(home / "anchors" / ANCHORS),
        "disk": _disk(home),
        "database": _database(),
        "keys": _keys(),
        "calendar": {table.year: table.confirmed_at for table in years()},
        "versions": {"linli": version("linli"), "django": version("django"), "python": python_version()},
    }


def lights(found: dict[str, Any]) -> list[Light]:
    """What was gathered, judged: what needs somebody comes first."""
    at: datetime = found["at"]
    waiting = found["outbox"]["unplanned"] + found["outbox"]["pending"]
    tables: dict[int, datetime | None] = found["calendar"]
    confirmed = frozenset(year for year, when in tables.items() if when is not None)
    runs = [when for job, when in found["jobs"].items() if job == "deliver" and when is not None]
    entries = sum(chain["seq"] for chain in found["chains"])
    every = [
        rules.worker_light(max(runs, default=None), at),
        rules.outbox_light(waiting, found["outbox"]["dead"], found["outbox"]["oldest"], at),
        rules.notices_light(sum(found["notices"].get(str(state), 0) for state in STUCK)),
        rules.clocks_light(found["clocks"]["exceeded"], found["clocks"]["due_today"]),
        rules.disk_light(found["disk"]["free"], found["disk"]["total"]),
        rules.keys_light(found["keys"]["changed"], found["keys"]["count"], at),
        rules.anchors_light(found["anchor"], entries, at),
        rules.calendar_light(at.astimezone(BEIJING).date(), confirmed, frozenset(tables)),
    ]
    return sorted(every, key=lambda light: ("bad", "warn", "info", "good").index(light.tone))


def _cases() -> dict[str, dict[str, int]]:
    """{type: {state: how many}}"""
    found: dict[str, dict[str, int]] = {}
    rows = Case.objects.order_by("type", "state").values_list("type", "state").annotate(number=Count("id"))
    for type_, state, number in rows:
        found.setdefault(type_, {})[state] = number
    return found


def _clocks(at: datetime) -> dict[str, int]:
    running = Case.objects.filter(closed_at=None, due_at__isnull=False)
    return running.aggregate(
        exceeded=Count("pk", filter=Q(due_at__lt=at)),
        due_today=Count("pk", filter=Q(due_at__gte=at, due_at__lt=at + timedelta(days=1))),
        running=Count("pk"),
    )


def _last_anchor(path: Path) -> Any:
    """The day of the last anchor that can be read; None without one."""
    last = None
    try:
        for _line, anchor in read_lines(path):
            last = anchor.day
    except (ValueError, OSError):
        pass  # no file, or a line that is no anchor: the check of the record says so
    return datetime.fromisoformat(last).date() if last else None


def _disk(home: Path) -> dict[str, int]:
    usage = shutil.disk_usage(home if home.exists() else home.parent)
    return {"free": usage.free, "total": usage.total}


def _database() -> dict[str, Any]:
    """Its kind, its version, its size in bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        else:
            cursor.execute(
                "SELECT sqlite_version(), page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            )
        row = cursor.fetchone()
    return {"kind": connection.display_name, "version": str(row[0]), "size": int(row[1])}


def _keys() -> dict[str, Any]:
    """How many keys are kept and when the ring last changed; None when it comes from the environment."""
    path = ring_path()
    from_file = not os.environ.get("LINLI_KEY_RING") and path.exists()
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC) if from_file else None
    count = len(key_ring().keys) if from_file or os.environ.get("LINLI_KEY_RING") else 0
    return {"changed": changed, "count": count}
