"""``linli regions``: making the province's table from published lists, loading it, counting it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from linli.site.cli.terminal import begin, say, say_json

app = typer.Typer(no_args_is_help=True, help="Regions: province to grid.")


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Folder of the published code and census tables.")],
    target: Annotated[Path, typer.Argument(help="Folder of the instance's regions.")] = Path("instances/henan/regions"),
    made_on: Annotated[str, typer.Option(help="Date written into the edition, YYYY-MM-DD; default today.")] = "",
) -> None:
    """Make the instance data from published tables and reconcile them; what does not agree is reported, not hidden."""
    begin()
    from linli.base.clock import BEIJING, now
    from linli.kernel.regions.actions import import_regions

    day = date.fromisoformat(made_on) if made_on else now().astimezone(BEIJING).date()
    made = import_regions(source, target, made_on=day, progress=progress())
    say(f"{made.rows} regions and {made.census} census rows in {target}.")
    say(f"{len(made.findings)} findings in reconciliation.json.")


@app.command()
def load(
    folder: Annotated[Path | None, typer.Argument(help="Folder of the instance's regions.")] = None,
    within: Annotated[str, typer.Option(help="Load only this region and what is inside it.")] = "",
    allow_mass_retirement: Annotated[
        bool, typer.Option(help="Go on though more than 5 % of the units would end.")
    ] = False,
) -> None:
    """Bring the database in line with the instance data. Safe to repeat."""
    begin()
    from django.conf import settings

    from linli.base.clock import now
    from linli.kernel.regions.actions import load_regions

    loaded = load_regions(
        folder or settings.INSTANCES / "henan" / "regions",
        at=now(),
        within=within,
        progress=progress(),
        allow_mass_retirement=allow_mass_retirement,
    )
    say(
        f"{loaded.added} added, {loaded.renamed} renamed, {loaded.changed} changed, {loaded.retired} retired, "
        f"{loaded.unchanged} unchanged, {len(loaded.refused)} refused."
    )


@app.command()
def count(
    within: Annotated[str, typer.Option(help="Only inside this region.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """How many units of each level there are today."""
    begin()
    from linli.kernel.regions.queries import count_by_level

    found = count_by_level(within)
    if as_json:
        say_json(found)
    else:
        for level, number in found.items():
            say(f"{level:12} {number:>9,}")


def progress() -> Callable[[str, int, int], None]:
    """Tell every few seconds how far a long load has come."""
    last = [time.monotonic()]

    def tell(what: str, done: int, total: int) -> None:
        if time.monotonic() - last[0] > 2 or done == total > 1:
            last[0] = time.monotonic()
            say(f"    … {what} {done:,}" + (f" of {total:,}" if total > 1 else ""))

    return tell
