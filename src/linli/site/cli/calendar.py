"""``linli calendar``: the yearly table of working days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.site.cli.terminal import Sorry, begin, say

app = typer.Typer(no_args_is_help=True, help="Working days of a year.")


@app.command()
def load(folder: Annotated[Path | None, typer.Argument(help="Folder of YEAR.yaml files.")] = None) -> None:
    """Load every year's table; loading again changes nothing."""
    begin()
    from django.conf import settings

    from linli.base.clock import now
    from linli.kernel.calendar.actions import load_calendar

    for year in load_calendar(folder or settings.INSTANCES / "calendar", at=now()):
        state = ("confirmed" if year.confirmed else "not confirmed yet") + ("" if year.changed else ", unchanged")
        say(f"{year.year} ({year.jurisdiction}): {year.days} special days, {state}")


@app.command()
def confirm(
    year: Annotated[int, typer.Argument(help="The year.")],
    account: Annotated[str, typer.Option(help="User name of the system administrator who vouches for it.")],
) -> None:
    """Vouch that a year's table is that of the published notice. Until then due dates in it are marked provisional."""
    begin()
    from linli.base.clock import now
    from linli.kernel.access.rules import Role
    from linli.kernel.calendar.actions import confirm_year
    from linli.site.cli.accounts import actor_named

    actor = actor_named(account)
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise Sorry(f"{account} is not a system administrator.")
    done = confirm_year(actor.who(actor.grants[0].region), year, now())
    say(f"{year} is confirmed." if done else f"{year} was confirmed before.")
