"""``linli account``: the first accounts of an installation; afterwards people make and grant them in the pages."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from linli.site.cli.terminal import Sorry, begin, say

if TYPE_CHECKING:
    from linli.kernel.access.models import Account
    from linli.kernel.access.rules import Actor
    from linli.kernel.parties.models import Person

app = typer.Typer(no_args_is_help=True, help="Accounts.")


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
) -> None:
    """Make an account without any role and print its first password, which has to be changed at the first sign-in."""
    begin()
    _open(username, name or username)


@app.command()
def found(
    system: Annotated[str, typer.Option(help="The system administrator, as USERNAME=NAME.")],
    security: Annotated[str, typer.Option(help="The security administrator, as USERNAME=NAME.")],
    audit: Annotated[str, typer.Option(help="The audit administrator, as USERNAME=NAME.")],
    region: Annotated[str, typer.Option(help="The region they administer.")] = "41",
) -> None:
    """Name the first three administrators, three different people; then the security administrator gives roles."""
    begin()
    from linli.base.clock import now
    from linli.kernel.access.actions import found_administrators
    from linli.kernel.access.rules import Role

    given = {Role.SYSTEM_ADMIN: system, Role.SECURITY_ADMIN: security, Role.AUDIT_ADMIN: audit}
    people = {role: tuple(part.strip() for part in text.partition("=")[::2]) for role, text in given.items()}
    if not all(username and name for username, name in people.values()):
        raise Sorry("Write each administrator as USERNAME=NAME: behind an account stands a person.")
    if len(set(people.values())) < len(people):
        raise Sorry("The three administrators are three different people.")
    seats = {role: _seated(username, name, region) for role, (username, name) in people.items()}
    found_administrators(seats, region=region, at=now())
    say(f"Named for {region}: " + ", ".join(f"{username} ({role})" for role, (username, _name) in people.items()))


def _seated(username: str, name: str, region: str) -> Account:
    """The account of that name, made with its person where there is none."""
    from linli.base.clock import now
    from linli.kernel.access.models import Account
    from linli.kernel.parties.actions import register_person

    known = Account.objects.filter(username=username).first()
    if known is not None:
        return known
    return _open(username, name, register_person(operator().who(region), region=region, name=name, at=now()))


def _open(username: str, name: str, person: Person | None = None) -> Account:
    from linli.base.clock import now
    from linli.kernel.access.actions import create_account

    account, password = create_account(operator(), username=username, name=name, person=person, at=now())
    say(f"Account {account.username}; first password, shown this once: {password}")
    return account


def operator() -> Actor:
    """Whoever sits at the terminal and can read the keys; the record names them by their login on the machine."""
    from linli.kernel.access.rules import Actor, GrantValue, Role

    return Actor(
        name=f"operator {getpass.getuser()}", grants=(GrantValue(Role.SYSTEM_ADMIN, "41"),), channel="terminal"
    )


def actor_named(username: str) -> Actor:
    """The actor behind a user name, for commands that somebody answers for."""
    from linli.base.clock import now
    from linli.kernel.access.models import Account
    from linli.kernel.access.queries import actor_of

    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Sorry(f"There is no account {username}.")
    actor = actor_of(account, now(), channel="terminal")
    if actor.is_anonymous:
        raise Sorry(f"The account {username} is closed.")
    return actor
