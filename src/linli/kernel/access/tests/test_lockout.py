"""Five failures close the door for half an hour, for every process and every way of naming the account."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import actions
from linli.kernel.access.models import Lockout
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry

AT = stage.LONG_AGO + timedelta(days=10)
HALF_HOUR = timedelta(minutes=30)


def fail(name: str, at=AT):
    until = actions.begin_attempt(name, at=at)
    if until is None:
        actions.end_attempt(name, succeeded=False, at=at)
    return until


def test_the_sixth_attempt_is_turned_away(people):
    assert [fail("wang", AT + timedelta(seconds=n)) for n in range(5)] == [None] * 5
    assert fail("wang", AT + timedelta(seconds=5)) == AT + timedelta(seconds=4) + HALF_HOUR
    assert actions.begin_attempt("chen", at=AT) is None


def test_the_door_opens_again_and_counts_from_one(people):
    for _ in range(5):
        fail("wang")
    assert fail("wang", AT + HALF_HOUR - timedelta(seconds=1))
    for n in range(4):
        assert fail("wang", AT + HALF_HOUR + timedelta(seconds=n)) is None
    actions.end_attempt("wang", succeeded=True, at=AT + HALF_HOUR)
    assert not Lockout.objects.exists()


def test_a_success_forgets_the_failures_before_it(people):
    for _ in range(4):
        fail("wang")
    assert actions.begin_attempt("wang", at=AT) is None
    actions.end_attempt("wang", succeeded=True, at=AT)
    assert [fail("wang") for _ in range(5)] == [None] * 5


def test_old_failures_do_not_add_up(people):
    for n in range(9):
        assert fail("wang", AT + n * timedelta(minutes=31)) is None


def test_name_and_number_are_one_door(people):
    actions.sign_up(name="韩梅", username="hanmei", phone="13800010001", password="Yi-Xin-2026", at=AT)
    for name in ("hanmei", "13800010001", "HanMei", " hanmei ", "１３８０００１０００１"):
        assert fail(name) is None
    assert fail("hanmei")
    assert fail("13800010001")


def test_an_unknown_name_is_treated_the_same(people):
    assert [fail("nobody") for _ in range(5)] == [None] * 5
    assert fail("nobody")
    assert not Entry.objects.filter(action="fail_sign_in").exists()


def test_failures_and_the_closing_are_on_the_record(people):
    for _ in range(5):
        fail("wang")
    actions_written = list(Entry.objects.filter(subject__endswith=str(people.wang.pk)).values_list("action", flat=True))
    assert sorted(actions_written) == ["fail_sign_in"] * 4 + ["lock_account"]


def test_a_system_administrator_opens_the_door_earlier(people):
    for _ in range(5):
        fail("wang")
    actions.unlock_account(stage.as_actor(people.sysadmin, AT), people.wang, at=AT)
    assert fail("wang") is None


def test_forgotten_after_a_day(people):
    fail("wang")
    assert actions.prune_lockouts(AT + timedelta(hours=23)) == 0
    assert actions.prune_lockouts(AT + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_attempts_at_once_are_not_more_than_five():
    stage.cast()
    start, through = threading.Barrier(20), []

    def work() -> None:
        start.wait()
        try:
            through.append(actions.begin_attempt("wang", at=AT) is None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 20
    assert sum(through) == 5
