"""Two at once, with real connections: no fork in the chain, no event passed over, nothing delivered twice."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from linli.kernel.audit.actions import deliver, emit, record, record_many, subscribe, unsubscribe
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.queries import chain_heads, verify
from linli.kernel.audit.rules import EventValue, Record
from linli.kernel.audit.tests.factories import AT, CHEN, WANG

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], None]) -> None:
    """Run each work in a thread with a connection of its own, all starting together; failures come out."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            gate.wait(10)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(60)


def test_writers_of_one_chain_do_not_fork_it() -> None:
    def clerk() -> None:
        for number in range(20):
            with transaction.atomic():
                record(WANG, "case.advance", f"case:{number}", at=AT)
                time.sleep(0.001)  # the head is held while others want it

    at_once(*[clerk] * 6)
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 121))
    assert len(set(Entry.objects.values_list("previous", flat=True))) == 120, "no entry is continued twice"
    assert verify() == []


def test_clerks_and_an_import_share_a_chain() -> None:
    def clerk() -> None:
        for number in range(15):
            with transaction.atomic():
                record(WANG, "case.advance", f"case:{number}", at=AT)

    def importer() -> None:
        for start in range(3):
            with transaction.atomic():
                rows = [Record("case.open", f"case:{start}-{n}", county=f"41010{n % 2 + 2}") for n in range(40)]
                record_many(WANG, rows, at=AT)

    at_once(clerk, clerk, importer, importer)
    assert {(head.county, head.seq) for head in chain_heads()} == {("410102", 150), ("410103", 120)}
    assert verify() == []


def test_verifying_while_others_write_is_no_false_alarm() -> None:
    done = threading.Event()
    alarms: list[object] = []

    def clerk() -> None:
        try:
            for number in range(60):
                with transaction.atomic():
                    record(WANG if number % 2 else CHEN, "case.advance", f"case:{number}", at=AT)
        finally:
            done.set()

    def auditor() -> None:
        while not done.is_set():
            alarms.extend(verify())

    at_once(clerk, auditor)
    assert alarms == []
    assert verify() == []


@pytest.fixture
def heard() -> Iterator[dict[str, list[int]]]:
    heard: dict[str, list[int]] = defaultdict(list)
    busy: Counter[str] = Counter()
    lock = threading.Lock()

    def listen(event: EventValue) -> None:
        with lock:
            busy[event.key] += 1
            assert busy[event.key] == 1, "two workers at the same key"
        time.sleep(0.002)
        with lock:
            heard[event.key].append(int(str(event.payload["n"])))
            busy[event.key] -= 1

    subscribe("race.*", "listener", listen)
    yield heard
    unsubscribe("race.*", "listener")


def test_workers_share_the_work_and_keep_the_order(heard: dict[str, list[int]]) -> None:
    def speak(key: str) -> Callable[[], None]:
        def work() -> None:
            for number in range(12):
                with transaction.atomic():
                    emit("race.step", key, {"n": number}, county="410102", at=AT)

        return work

    def worker() -> None:
        idle = 0
        while idle < 20:
            idle = 0 if deliver(AT, limit=7) else idle + 1
            time.sleep(0.002)

    at_once(speak("a"), speak("b"), speak("c"), worker, worker, worker)
    while deliver(AT):
        pass
    assert heard == {key: list(range(12)) for key in "abc"}


def test_a_transaction_that_commits_late_is_not_passed_over(heard: dict[str, list[int]]) -> None:
    # On SQLite the second writer waits for the first: there is no late commit, and both arrive all the same.
    overlap = connection.features.has_select_for_update
    written, delivered = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            emit("race.step", "late", {"n": 1}, county="410102", at=AT)
            written.set()
            assert delivered.wait(20 if overlap else 0.2) is overlap

    def quick() -> None:
        assert written.wait(20)
        emit("race.step", "early", {"n": 2}, county="410102", at=AT)
        assert deliver(AT) == (1 if overlap else 2)
        delivered.set()

    at_once(slow, quick)
    assert list(Event.objects.order_by("seq").values_list("key", flat=True)) == ["late", "early"]
    deliver(AT)
    assert heard == {"early": [2], "late": [1]}
