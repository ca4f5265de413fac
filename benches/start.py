"""How long until Linli answers: the command, the web server, and `make demo` when everything is there already."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.databases import ROOT, linli, province
from benches.harness import free_port, server, summary, table, tree_rss

TURNS = 5


def _timed(command: list[str], env: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Print the seconds beside the least possible: an interpreter that imports Django and ends."""
    with TemporaryDirectory(prefix="linli-start-") as name:
        home = Path(name)
        env = province(f"sqlite:///{home}/linli.sqlite3", home)
        least = [_timed([sys.executable, "-c", "import django.core.wsgi, ninja"], env) for _ in range(TURNS)]
        status = [_timed([sys.executable, "-m", "linli.site.cli", "status", "--json"], env) for _ in range(TURNS)]
        web, memory = [], 0.0
        for _ in range(TURNS):
            begun = time.perf_counter()
            with server("linli.site.wsgi:application", env=env, log=home / "web.log") as (_, pid):
                web.append(time.perf_counter() - begun)
                memory = tree_rss(pid)
        demo_env = {**env, "LINLI_PORT": str(free_port())}
        linli(demo_env, "demo")
        again = [_timed([sys.executable, "-m", "linli.site.cli", "demo"], demo_env) for _ in range(3)]
        linli(demo_env, "stop")
        cold = []
        for _ in range(3):
            cold.append(_timed([sys.executable, "-m", "linli.site.cli", "demo"], demo_env))
            linli(demo_env, "stop")
    floor = summary(least)[1]
    rows: list[list[object]] = []
    for what, goal, values, size in [
        ("import Django and ninja, end (the least)", "", least, ""),
        ("linli status --json", "", status, ""),
        ("web server answers", "< 2", web, f"{memory:.0f}"),
        ("linli demo, all running", "< 10", again, ""),
        ("linli demo, all loaded but stopped", "< 10", cold, ""),
    ]:
        low, middle, high = summary(values)
        rows.append([what, f"{low:.2f}", f"{middle:.2f}", f"{high:.2f}", goal, f"{middle / floor:.1f}", size])
    table("Starting, seconds", ["", "min", "median", "max", "goal", "÷ least", "MiB"], rows)


if __name__ == "__main__":
    main()
