"""``linli intake``: requests from files."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linli.site.cli.terminal import Sorry, begin, say, say_json

if TYPE_CHECKING:
    from linli.kernel.access.rules import Actor

app = typer.Typer(no_args_is_help=True, help="Requests.")


@app.callback()
def requests() -> None:
    """Requests."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030) or XLSX with a header row.", exists=True)],
    mapping: Annotated[
        Path, typer.Option("--map", help="What the columns mean; see instances/henan/intake.", exists=True)
    ],
    region: Annotated[str, typer.Option(help="Region of rows that name none.")] = "",
    account: Annotated[str, typer.Option("--as", help="User name of who answers for it; default: the operator.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")] = False,
    errors: Annotated[Path | None, typer.Option(help="Where refused rows go, with the reason.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Bring in requests from another system. Each row comes in once, however often the file is brought in."""
    begin()
    from linli.base.clock import now
    from linli.domains.intake.actions.imports import import_requests

    begun, last = time.monotonic(), [time.monotonic()]

    def tell(rows: int, _size: int) -> None:
        if not as_json and time.monotonic() - last[0] > 2:
            last[0] = time.monotonic()
            say(f"    … {rows:,} rows")

    rejects = errors or file.with_name(f"{file.stem}.rejected.csv")
    report = import_requests(
        file, mapping, actor=_who(account), region=region, dry_run=dry_run, progress=tell, errors_to=rejects, at=now()
    )
    if as_json:
        say_json(asdict(report))
    else:
        _tell(asdict(report), time.monotonic() - begun, rejects)
    if report.failed:
        sys.exit(1)


def _tell(report: dict[str, int | list[tuple[int, str, str]]], seconds: float, rejects: Path) -> None:
    verb = "would come in" if report["dry_run"] else "brought in"
    say(f"{report['seen']:,} rows: {report['created']:,} {verb}, {report['known']:,} known before,")
    say(f"{report['answered']:,} with an answer, {report['sealed']:,} sealed; {seconds:.1f} s.")
    if report["failed"]:
        say(f"Refused rows and their reasons are in {rejects}. The first:")
        problems = report["problems"]
        assert isinstance(problems, list)
        for line, _field, reason in problems[:5]:  # the reason names its field
            say(f"  row {line}: {reason}")


def _who(username: str) -> Actor:
    """The account named, or the operator in the capacity that may import."""
    from linli.domains.intake.permissions import Permission
    from linli.kernel.access.permissions import entry_for
    from linli.kernel.access.rules import Actor, GrantValue
    from linli.site.cli.accounts import actor_named, operator

    if username:
        return actor_named(username)
    roles = sorted(entry_for(Permission.IMPORT).roles)
    if not roles:
        raise Sorry("No role may import requests here.")
    return Actor(name=operator().name, grants=(GrantValue(roles[0], "41"),), channel="terminal")
