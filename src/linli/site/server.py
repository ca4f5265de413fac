"""The web server: granian with as many processes as the machine has cores, a few threads each, dead ones replaced."""

from __future__ import annotations

import os
import socket
from pathlib import Path

THREADS = 4


def processes() -> int:
    """How many web processes fit this machine: one per usable core, at least 2 so that one may die."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return int(os.environ.get("LINLI_WORKERS", "0")) or max(2, cores)


def port_taken(host: str, port: int) -> bool:
    """Whether someone already listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def serve(host: str, port: int, *, workers: int = 0, threads: int = 0) -> None:
    """Answer on ``host:port`` until told to stop. The numbers reach every process's settings by the environment."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    workers, threads = workers or processes(), threads or int(os.environ.get("LINLI_THREADS", "0")) or THREADS
    os.environ["LINLI_WORKERS"], os.environ["LINLI_THREADS"] = str(workers), str(threads)
    Server(
        "linli.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, pipeline_flush=False),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=20,
        working_dir=Path.cwd(),
    ).serve()
