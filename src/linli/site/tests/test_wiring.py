"""What one package does reaches the others through the outbox: the whole way, with the real subscribers."""

from __future__ import annotations

from uuid import uuid4

import pytest

from linli.base.errors import Missing
from linli.domains.intake.actions import find_again
from linli.domains.intake.models import Attempt
from linli.domains.intake.tests.factories import HOUR, MONDAY, cast, say
from linli.kernel.audit.actions import deliver
from linli.kernel.cases.queries import may_open_files
from linli.kernel.notices.queries import inbox
from linli.site import chores

pytestmark = pytest.mark.django_db


def test_who_says_something_and_the_desk_that_has_it_are_told_once() -> None:
    people = cast()
    receipt = say(people.li)
    assert deliver(MONDAY + HOUR) > 0
    chores.deliver_notices(MONDAY + HOUR)
    told = [message.template for message in inbox(people.li).items]
    assert told == ["request.received"]
    deliver(MONDAY + 2 * HOUR)
    assert len(inbox(people.li).items) == 1
    assert receipt.case.number


def test_files_of_a_case_open_for_its_desk_and_for_nobody_else() -> None:
    people = cast()
    subject = say(people.li).case.subject
    assert may_open_files(people.wang, subject) and may_open_files(people.li, subject)
    assert not may_open_files(people.stranger, subject)
    assert not may_open_files(people.wang, f"cases.case:{uuid4()}")


def test_the_jobs_of_the_night_run_on_an_installation_that_has_nothing_to_do() -> None:
    assert chores.clean_up(MONDAY) == 0
    assert chores.bring_over_keys(MONDAY) == 0


def test_wrong_codes_are_forgotten_at_night_and_until_then_belong_to_their_county() -> None:
    people = cast()
    case = say(people.li).case
    for number in (case.number, "L-nowhere"):
        with pytest.raises(Missing):
            find_again(people.nobody, number=number, code="AAAA-AAAA", at=MONDAY)
    assert sorted(Attempt.objects.values_list("county", flat=True)) == ["", "", case.county, case.county]
    with pytest.raises(Missing):
        find_again(people.nobody, number=case.number, code="AAAA-AAAA", at=MONDAY + HOUR)
    chores.clean_up(MONDAY + HOUR)
    assert set(Attempt.objects.values_list("at", flat=True)) == {MONDAY + HOUR}, "those that still count are kept"
