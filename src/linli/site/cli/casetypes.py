"""``linli casetypes``: the files that say how matters run, checked, and the diagrams and tables made from them."""

from __future__ import annotations

import typer

from linli.site.cli.terminal import begin, say

app = typer.Typer(no_args_is_help=True, help="Case types.")


@app.command()
def check() -> None:
    """Refuse a type with an unreachable state, a dead end, an unknown guard, and docs that differ from the files."""
    begin()
    from django.core.management import call_command

    call_command("check", tags=["casetypes"])
    call_command("casetypes", check=True)
    say("The case types hold.")


@app.command()
def write() -> None:
    """Write the diagrams and tables of every case type into docs/casetypes."""
    begin()
    from django.core.management import call_command

    call_command("casetypes", write=True)
