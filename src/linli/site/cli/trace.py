"""``linli trace``: from the door to the rule, with file and line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from linli.site.cli.terminal import Sorry, say, say_json


def trace(
    matter: Annotated[str, typer.Argument(metavar="PACKAGE.NOUN", help="For example intake.request.")],
    verb: Annotated[str, typer.Argument(help="For example close.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the hops a request takes: site/urls.py → page → action → engine → case type → rules."""
    from linli.site import tracing

    package, _, noun = matter.partition(".")
    if not noun:
        raise Sorry("Say what to trace as PACKAGE.NOUN VERB, for example: linli trace intake.request close")
    try:
        hops = tracing.trace(package, noun, verb)
    except tracing.NotThere as nothing:
        raise Sorry(str(nothing)) from None
    if as_json:
        say_json([asdict(hop) for hop in hops])
        return
    width = max(len(f"{hop.path}:{hop.line}") for hop in hops)
    for hop in hops:
        say(f"{hop.what:10} {hop.path + ':' + str(hop.line):{width}}  {hop.text}")
