"""``linli``: what an operator does at a terminal. One file per noun; a command is a thin door over an action or query.

The modules below import Django only inside their commands, so that ``linli --help`` is there at once.
"""

from __future__ import annotations

import typer

from linli.site.cli import (
    accounts,
    audit,
    calendar,
    casetypes,
    demo,
    growth,
    intake,
    new_domain,
    regions,
    running,
    setup,
    status,
    tokens,
    trace,
)
from linli.site.cli.terminal import guarded

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Linli: community services of a province.")
for name, noun in (
    ("account", accounts.app),
    ("audit", audit.app),
    ("calendar", calendar.app),
    ("casetypes", casetypes.app),
    ("intake", intake.app),
    ("regions", regions.app),
    ("token", tokens.app),
):
    app.add_typer(noun, name=name)
app.command("setup")(setup.setup)
app.command("split")(growth.split)
app.command("serve")(running.serve)
app.command("worker")(running.worker)
app.command("keep")(running.keep)
app.command("stop")(running.stop)
app.command("demo")(demo.demo)
app.command("status")(status.status)
app.command("trace")(trace.trace)
app.command("new-domain")(new_domain.new_domain)


def main() -> None:
    guarded(app)
