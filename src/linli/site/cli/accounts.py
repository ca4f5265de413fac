"""``linli account``: accounts and their grants, for the first administrators; afterwards people use the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linli.site.cli.terminal import Sorry, begin, say

if TYPE_CHECKING:
    from linli.kernel.access.rules import Actor

app = typer.Typer(no_args_is_help=True, help="Accounts.")


@app.callback()
def accounts() -> None:
    """Accounts."""


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    role: Annotated[str, typer.Option(help="A role to grant, for example system_admin.")] = "",
    region: Annotated[str, typer.Option(help="Code of the region the role is for.")] = "41",
    unit: Annotated[str, typer.Option(help="Unit of the region's desks, if the role is for one.")] = "",
) -> None:
    """Make an account. The password is asked for, never an argument; it must be changed at the first sign-in."""
    begin()
    from linli.base.clock import now
    from linli.kernel.access import actions
    from linli.kernel.access.rules import Role
    from linli.kernel.audit.rules import SYSTEM

    if role and role not in set(Role):
        raise Sorry(f"There is no role {role}. Roles: {', '.join(Role)}.")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    account = actions.create_account(SYSTEM, username=username, name=name or username, password=password, at=now())
    if role:
        actions.grant(
            SYSTEM, account, role=Role(role), region=region, unit=unit, reason="linli account create", at=now()
        )
    say(f"Account {username} is made{f', {role} for {region}' if role else ''}.")


def actor_named(username: str) -> Actor:
    """The actor behind a user name, for commands that somebody answers for."""
    from linli.base.clock import now
    from linli.kernel.access.queries import account_named, actor_of

    actor = actor_of(account_named(username), now(), channel="terminal")
    if actor.is_anonymous:
        raise Sorry(f"The account {username} is closed.")
    return actor
