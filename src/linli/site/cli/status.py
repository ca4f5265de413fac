"""``linli status``: how the installation stands, for people and for programs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linli.site.cli.terminal import begin, say, say_json


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
    """What the page of the system's state tells too."""
    from linli.base.clock import now
    from linli.site.oversight.queries.state import gather as gathered

    return gathered(now())
