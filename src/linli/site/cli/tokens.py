"""``linli token``: keys for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from linli.site.cli.terminal import begin, say

app = typer.Typer(no_args_is_help=True, help="Tokens for programs.")


@app.callback()
def tokens() -> None:
    """Tokens for programs."""


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="The account the program acts for.")],
    name: Annotated[str, typer.Option(help="What the token is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do: *, package.*, or a permission. Repeatable.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 90,
) -> None:
    """Make a token and print it once; Linli keeps only its digest."""
    begin()
    from linli.base.clock import now
    from linli.kernel.access.actions import make_token
    from linli.site.cli.accounts import actor_named

    actor = actor_named(username)
    _token, secret = make_token(actor, name=name, scopes=scope or ["*"], days=days, at=now())
    say(secret)
