"""``linli status``: how the installation stands, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from linli.site.cli.terminal import begin, home, say, say_json


def status(as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False) -> None:
    """Cases by type and state, outbox backlog, clocks due, chain heads, and what runs."""
    begin()
    found = gather()
    if as_json:
        say_json(found)
        return
    running = ", ".join(f"{name} {pid}" for name, pid in found["running"].items() if pid) or "nothing"
    say(f"Running      {running}")
    waiting = found["outbox"]["unplanned"] + found["outbox"]["pending"]
    say(f"Outbox       {waiting:,} waiting, {found['outbox']['dead']} dead")
    say(f"Clocks       {found['clocks']['exceeded']:,} exceeded, {found['clocks']['due_today']:,} due within a day")
    say(f"Record       {len(found['chains'])} chains, {sum(chain['seq'] for chain in found['chains']):,} entries")
    for name, states in found["cases"].items():
        say(f"{name:12} {', '.join(f'{state} {number:,}' for state, number in states.items())}")


def gather() -> dict[str, Any]:
    """Everything ``linli status`` tells, as plain values; about the whole installation, so not scoped to an actor."""
    from linli.base.clock import now
    from linli.kernel.audit import queries as audit
    from linli.site.models import Lease
    from linli.site.processes import living

    at = now()
    return {
        "at": at,
        "running": {name: living(home() / "run", name) for name in ("keeper", "web", "worker")},
        "cases": _cases(),
        "clocks": _clocks(at),
        "outbox": asdict(audit.backlog()),
        "jobs": {lease.job: lease.ended_at for lease in Lease.objects.order_by("job")},
        "chains": [asdict(head) for head in audit.chain_heads()],
    }


def _cases() -> dict[str, dict[str, int]]:
    """{type: {state: how many}}"""
    from django.db.models import Count

    from linli.kernel.cases.models import Case

    found: dict[str, dict[str, int]] = {}
    rows = Case.objects.order_by("type", "state").values_list("type", "state").annotate(number=Count("id"))
    for type_, state, number in rows:
        found.setdefault(type_, {})[state] = number
    return found


def _clocks(at: datetime) -> dict[str, int]:
    from linli.kernel.cases.models import Case

    running = Case.objects.filter(closed_at=None, due_at__isnull=False)
    return {
        "exceeded": running.filter(due_at__lt=at).count(),
        "due_today": running.filter(due_at__gte=at, due_at__lt=at + timedelta(days=1)).count(),
        "running": running.count(),
    }
