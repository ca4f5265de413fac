"""``linli status``: how the installation stands, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
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
    """Everything ``linli status`` tells, as plain values."""
    from linli.base.clock import now
    from linli.kernel.audit import queries as audit
    from linli.kernel.cases import queries as cases
    from linli.site.processes import living

    return {
        "at": now(),
        "running": {name: living(home() / "run", name) for name in ("keeper", "web", "worker")},
        "cases": cases.counts_by_state(),
        "outbox": asdict(audit.backlog()),
        "clocks": cases.clocks_due(now()),
        "chains": [asdict(head) for head in audit.chain_heads()],
    }
