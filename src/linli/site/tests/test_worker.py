"""The worker: one of several does a job at a time, a dead one loses it, a failing job does not stop the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from linli.site.models import Lease
from linli.site.worker import BATCH, LEASE, Job, Worker, jobs

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)  # the worker closes and opens its connection


def test_one_holder_at_a_time_and_a_dead_one_loses_it():
    take = Lease.objects.take
    assert take("deliver", "a", at=AT, lasts=LEASE)
    assert not take("deliver", "b", at=AT, lasts=LEASE)
    assert take("deliver", "a", at=AT, lasts=LEASE), "a holder may go on"
    assert take("notices", "b", at=AT, lasts=LEASE), "another job is free"
    later = AT + LEASE + timedelta(seconds=1)
    assert take("deliver", "b", at=later, lasts=LEASE)
    assert not take("deliver", "a", at=later, lasts=LEASE)


def test_a_job_given_back_is_free_at_once():
    Lease.objects.take("deliver", "a", at=AT, lasts=LEASE)
    Lease.objects.done("deliver", "a", at=AT)
    assert Lease.objects.get(job="deliver").ended_at == AT
    assert Lease.objects.take("deliver", "b", at=AT, lasts=LEASE)


def test_a_job_held_elsewhere_is_left_alone():
    Lease.objects.create(job="deliver", holder="other:1", until=datetime.now(UTC) + timedelta(minutes=1))
    worker = Worker([Job("deliver", 1, lambda now: pytest.fail("done twice"))])
    assert worker.attempt(worker.todo[0]) > 0


def test_a_full_batch_is_followed_at_once_and_a_small_one_after_a_pause():
    worker = Worker([Job("much", 10, lambda now: BATCH), Job("little", 10, lambda now: 3)])
    assert worker.attempt(worker.todo[0]) == 0
    assert 8 <= worker.attempt(worker.todo[1]) <= 12


def test_a_failing_job_waits_longer_each_time_and_the_others_go_on():
    done = []

    def fail(now):
        raise OperationalError("database is locked")

    worker = Worker([Job("bad", 1, fail), Job("good", 1, lambda now: done.append(now) or 1)])
    pauses = [worker.attempt(worker.todo[0]) for _ in range(6)]
    assert pauses[0] < 3 and pauses[5] > 15 and max(pauses) <= 36
    worker.round(1000.0)
    assert len(done) == 1


def test_told_to_stop_it_ends_after_the_job_in_hand():
    done = []

    def first(now):
        done.append("first")
        worker.stop()
        return 1

    worker = Worker([Job("first", 1, first), Job("second", 1, lambda now: done.append("second") or 1)])
    worker.round(1.0)
    assert done == ["first"]


def test_every_chore_runs_on_an_empty_installation():
    for job in jobs():
        assert job.do(AT) in {0, 1}, job.name
