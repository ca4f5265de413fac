"""``linli split``: prepare a new PostgreSQL for a whole province."""

from __future__ import annotations

from typing import Annotated

import typer

from linli.site.cli.terminal import begin, say


def split(
    partitions: Annotated[int, typer.Option(min=2, max=512, help="How many partitions each table gets.")] = 32,
) -> None:
    """Split the tables that grow with residents by county. Once, after `linli setup`, before the first case."""
    begin()
    from django.db import connection

    from linli.site.growth import split_by_county

    tables = split_by_county(connection, partitions)
    say(f"{len(tables)} tables are split by county into {partitions} partitions each.")
