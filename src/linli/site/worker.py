"""The process that does what must happen without anyone asking: events, escalations, notices, anchors, cleaning up.

Any number of workers may run. A job is done by one of them at a time, under a lease in the database; a worker that is
killed loses its lease when the time is over, and what it was doing was one transaction, so nothing is half done.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from linli.base.clock import now
from linli.site.models import Lease

log = structlog.get_logger("linli.worker")

BATCH = 200
LEASE = timedelta(seconds=60)
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Job:
    """Something to do again and again. ``do`` returns how many things it did; a full batch is followed at once."""

    name: str
    every: float
    do: Callable[[datetime], int]


def jobs() -> list[Job]:
    """Everything the worker does, with the seconds between two tries."""
    from linli.site import chores  # loads every domain; a moment that only the worker spends

    return [
        Job("deliver", 1, chores.deliver_events),
        Job("escalate", 5, chores.fire_escalations),
        Job("notices", 2, chores.deliver_notices),
        Job("anchor", 600, chores.write_anchor),
        Job("clean", 3600, chores.clean_up),
        Job("keys", 60, chores.bring_over_keys),
    ]


class Worker:
    """Runs the jobs until told to stop; whatever fails is tried again, later each time."""

    def __init__(self, todo: list[Job]) -> None:
        self.todo = todo
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._due = dict.fromkeys((job.name for job in todo), 0.0)
        self._failures = dict.fromkeys((job.name for job in todo), 0)

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the batch in hand, then end."""
        self._stop.set()

    def run(self) -> None:
        """The loop of the process."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        log.info("worker started", holder=self.holder, jobs=[job.name for job in self.todo])
        while not self._stop.is_set():
            self._stop.wait(self.round(time.monotonic()))
        connection.close()
        log.info("worker stopped", holder=self.holder)

    def round(self, clock: float) -> float:
        """Try every job that is due at ``clock`` (monotonic seconds); the seconds until the next one is due."""
        for job in self.todo:
            if self._due[job.name] <= clock and not self._stop.is_set():
                self._due[job.name] = clock + self.attempt(job)
        return max(0.0, min(self._due.values()) - clock)

    def attempt(self, job: Job) -> float:
        """Do a job if no other worker has it; the seconds until it is due again (0 when there is more to do)."""
        try:
            close_old_connections()
            did = self._do(job)
        except Exception as error:
            return self._failed(job, error)
        self._failures[job.name] = 0
        if did:
            log.info("done", job=job.name, count=did)
        # Jitter, so that several workers do not ask at the same instant for ever.
        return 0.0 if did >= BATCH else job.every * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing

    def _do(self, job: Job) -> int:
        if not Lease.objects.take(job.name, self.holder, at=now(), lasts=LEASE):
            return 0
        did = job.do(now())
        Lease.objects.done(job.name, self.holder, at=now())
        return did

    def _failed(self, job: Job, error: Exception) -> float:
        """A locked or absent database is waited for; anything else is logged whole; both are tried again."""
        self._failures[job.name] += 1
        if isinstance(error, DatabaseError):
            log.warning("records not available", job=job.name, kind=error.__class__.__name__)
            connection.close()
        else:
            log.error("job failed", job=job.name, exc_info=error)
        return min(LONGEST_PAUSE, job.every * 2.0 ** self._failures[job.name]) * random.uniform(0.8, 1.2)  # noqa: S311
