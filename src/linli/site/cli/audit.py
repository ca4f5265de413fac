"""``linli audit``: whether the record still is what was written."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from linli.site.cli.terminal import begin, say, say_json

app = typer.Typer(no_args_is_help=True, help="The record nobody can quietly edit.")


@app.command()
def verify(
    chain: Annotated[str, typer.Option(help="Only this organisation's chain.")] = "",
    county: Annotated[str, typer.Option(help="Only this county.")] = "",
    trust: Annotated[
        Path | None, typer.Option(help="Public key of the anchors; default: the one in LINLI_HOME/keys.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check every link and the anchors; say the first broken one of each chain. Exit code 1 when one is broken."""
    begin()
    from dataclasses import asdict

    from django.conf import settings

    from linli.kernel.audit.queries import chain_heads, public_key
    from linli.kernel.audit.queries import verify as broken_links

    folder, key = settings.HOME / "anchors", trust or settings.KEYS / "audit-anchor.pub"
    anchored = folder.exists() and key.exists()
    breaks = broken_links(
        chain or None,
        county or None,
        anchors=folder if anchored else None,
        trusted=[public_key(key)] if anchored else [],
    )
    heads = chain_heads(county=county or None)
    if as_json:
        say_json(
            {"chains": len(heads), "entries": sum(head.seq for head in heads), "breaks": [asdict(b) for b in breaks]}
        )
    else:
        for found in breaks:
            say(f"BROKEN: {found}")
        if not breaks:
            say(f"The record holds: {len(heads)} chains, {sum(head.seq for head in heads):,} entries.")
    if breaks:
        sys.exit(1)


@app.command()
def anchor(day: Annotated[str, typer.Option(help="YYYY-MM-DD; default yesterday (Beijing).")] = "") -> None:
    """Write the signed anchor of a day to LINLI_HOME/anchors, unless it is there. The worker does it daily."""
    begin()
    from django.conf import settings

    from linli.base.clock import BEIJING, now
    from linli.kernel.audit.actions import anchor as write_anchor
    from linli.kernel.audit.actions import anchor_key

    wanted = date.fromisoformat(day) if day else now().astimezone(BEIJING).date() - timedelta(days=1)
    made = write_anchor(wanted, settings.HOME / "anchors", anchor_key(settings.KEYS))
    say(f"Anchored {wanted}." if made else f"{wanted} is anchored already.")
