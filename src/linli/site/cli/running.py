"""Commands that run Linli: the web server, the worker, both under a keeper, and stopping them."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from linli.site.cli.terminal import Sorry, begin, home, say

Port = Annotated[int, typer.Option(envvar="LINLI_PORT", help="Port to answer on.")]
Host = Annotated[str, typer.Option(envvar="LINLI_HOST", help="Address to answer on.")]


def _set_up() -> None:
    from linli.site.keys import read_key

    if not (os.environ.get("LINLI_SECRET_KEY") or read_key(home() / "keys", "secret")):
        raise Sorry(f"Nothing is set up in {home()}. Run `linli setup` first (or `make demo`).")


def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Web processes; 0: one per core, at least 2.")] = 0,
    threads: Annotated[int, typer.Option(help="Threads of each process; 0: 4.")] = 0,
) -> None:
    """Answer requests, in the foreground."""
    from linli.site import server

    _set_up()
    if server.port_taken(host, port):
        raise Sorry(f"Port {port} is in use by another program. Choose another one: LINLI_PORT={port + 1}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    server.serve(host, port, workers=workers, threads=threads)


def worker() -> None:
    """Do the recurring work (events, escalations, notices, anchors), in the foreground. Several may run."""
    _set_up()
    os.environ.setdefault("LINLI_LOG", "json")
    os.environ.setdefault("LINLI_LOG_LEVEL", "INFO")
    begin()
    from linli.site.worker import Worker, jobs

    Worker(jobs()).run()


def keep(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Run the web server and the worker, and start again whichever dies; in the foreground."""
    from linli.site.processes import Keeper

    _set_up()
    commands = {"worker": ["worker"], "web": ["serve", "--port", str(port), "--host", host]}
    Keeper(home() / "run", home() / "log", commands, say).keep()


def stop() -> None:
    """Stop what `linli demo` started in this LINLI_HOME; records stay."""
    from linli.site import processes

    run = home() / "run"
    stopped = [name for name in ("keeper", "web", "worker") if processes.end(run, name)]
    say("Stopped." if stopped else "Nothing was running.")
