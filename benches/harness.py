"""Shared by the benchmarks: a keep-alive load of many clients, memory of a process tree, tables of figures."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Load:
    """What one burst of requests showed. Latencies in milliseconds."""

    requests: int
    errors: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


Build = Callable[[int, int], tuple[str, str, bytes, dict[str, str]]]


def _client(port: int, build: Build, worker: int, threads: int, each: int, out: Any) -> None:
    latencies: list[float] = []
    errors = 0
    lock = threading.Lock()

    def run(thread: int) -> None:
        nonlocal errors
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine: list[float] = []
        bad = 0
        for n in range(each):
            method, path, body, headers = build(worker * threads + thread, n)
            begun = time.perf_counter()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                bad += answer.status >= 400
            except (OSError, http.client.HTTPException):
                bad += 1
                connection.close()
            mine.append((time.perf_counter() - begun) * 1000)
        connection.close()
        with lock:
            latencies.extend(mine)
            errors += bad

    crowd = [threading.Thread(target=run, args=(t,)) for t in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    out.put((latencies, errors))


def press(port: int, build: Build, *, clients: int = 32, total: int = 3200, processes: int = 2) -> Load:
    """Send ``total`` requests from ``clients`` keep-alive connections spread over ``processes``."""
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    threads = clients // processes
    each = total // clients
    begun = time.perf_counter()
    crowd = [context.Process(target=_client, args=(port, build, w, threads, each, out)) for w in range(processes)]
    for one in crowd:
        one.start()
    parts = [out.get() for _ in crowd]
    for one in crowd:
        one.join()
    seconds = time.perf_counter() - begun
    latencies = sorted(x for part, _ in parts for x in part)
    return Load(
        requests=len(latencies),
        errors=sum(bad for _, bad in parts),
        seconds=seconds,
        p50=quantile(latencies, 0.50),
        p99=quantile(latencies, 0.99),
    )


def quantile(ordered: list[float], share: float) -> float:
    """The value at ``share`` of an ordered list (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_load(loads: list[Load]) -> Load:
    """The burst with the median rate."""
    return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree_rss(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    total, queue = 0, [pid]
    while queue:
        one = queue.pop()
        queue.extend(children.get(one, []))
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total / 1024


@contextmanager
def server(
    target: str, *, env: dict[str, str], log: Path, workers: int = 2, threads: int = 8
) -> Iterator[tuple[int, int]]:
    """Serve a WSGI ``target`` with the server Linli uses, until the block ends. Yields (port, pid)."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", str(threads), "--log-level", "warning", target]
    with log.open("ab") as sink:
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=sink, stderr=sink, start_new_session=True)
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return when the port answers; say so when the server died instead."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer in time")


def post_json(path: str, payload: dict[str, object], headers: dict[str, str]) -> tuple[str, str, bytes, dict[str, str]]:
    return "POST", path, json.dumps(payload).encode(), {"Content-Type": "application/json", **headers}


def table(title: str, head: list[str], rows: list[list[object]]) -> None:
    """Print figures as an aligned table."""
    text = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[n]) for row in text) for n in range(len(head))]
    print(f"\n{title}")
    for number, row in enumerate(text):
        print(
            "  "
            + "  ".join(
                cell.rjust(width) if n else cell.ljust(width)
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def summary(values: list[float]) -> tuple[float, float, float]:
    """Smallest, median and largest."""
    return min(values), statistics.median(values), max(values)
