"""Finding entries: newest first, page by page, within one range of organisations, by who, what, subject and day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Missing
from linli.kernel.audit.actions import record
from linli.kernel.audit.queries import entries, entries_about, get_entry
from linli.kernel.audit.tests.factories import AT, CHEN, STRANGER, WANG, write

pytestmark = pytest.mark.django_db
TOWNSHIP = ("410102001", "410102002")


@pytest.fixture(autouse=True)
def _three_organisations() -> None:
    write(WANG, 3), write(CHEN, 2), write(STRANGER, 2)
    with transaction.atomic():
        record(CHEN, "parties.reveal", "person:9", at=AT + timedelta(days=1), reads=("phone",))


def subjects(**wanted: object) -> list[str]:
    return [f"{found.account[5:]} {found.subject}" for found in entries(**wanted).entries]  # type: ignore[arg-type]


def test_newest_first_and_only_the_range_that_is_asked_for() -> None:
    assert subjects(regions=TOWNSHIP) == [
        "chen person:9", "chen case:2", "chen case:1", "wang case:3", "wang case:2", "wang case:1",
    ]  # fmt: skip
    assert subjects(county="410103") == ["ma case:2", "ma case:1"]
    assert subjects(regions=TOWNSHIP, county="410103") == []


def test_by_who_what_subject_and_kind() -> None:
    assert subjects(account=WANG.account, subject="case:2") == ["wang case:2"]
    assert subjects(action="parties.*") == ["chen person:9"]
    assert subjects(action="parties") == []
    assert subjects(subject="person:*") == ["chen person:9"]
    assert subjects(kind="read") == ["chen person:9"]
    assert len(subjects(kind="change")) == 7


def test_by_day_the_end_excluded() -> None:
    assert subjects(since=AT + timedelta(days=1)) == ["chen person:9"]
    assert len(subjects(until=AT + timedelta(days=1))) == 7
    assert subjects(since=AT, until=AT) == []


def test_pages_meet_without_gap_or_overlap() -> None:
    found, after = [], ""
    while True:
        page = entries(limit=3, after=after)
        found += [entry.id for entry in page.entries]
        if page.after is None:
            break
        after = page.after
    assert found == [entry.id for entry in entries(limit=100).entries]
    assert len(set(found)) == 8


def test_a_cursor_from_nowhere_is_refused() -> None:
    with pytest.raises(Missing):
        entries(after="x")


def test_an_entry_outside_the_range_does_not_exist() -> None:
    theirs = entries(county="410103").entries[0]
    assert get_entry(theirs.id).subject == "case:2"
    with pytest.raises(Missing):
        get_entry(theirs.id, regions=TOWNSHIP)
    with pytest.raises(Missing):
        get_entry(uuid4())


def test_one_entry_with_everything_for_its_page() -> None:
    found = entries(account=WANG.account).entries[0]
    assert (found.name, found.role, found.address, found.channel) == ("王秀英", "community_worker", "10.1.2.3", "web")
    assert found.changes == [("state", "new", "step 3")]
    assert found.at == AT
    assert entries(kind="read").entries[0].reads == ["phone"]


def test_the_story_of_a_subject_is_told_from_the_beginning() -> None:
    assert [found.account for found in entries_about("case:2")] == [WANG.account, CHEN.account, STRANGER.account]


@pytest.mark.parametrize("limit", [1, 8])
def test_a_page_is_one_question_however_long(limit: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert len(entries(limit=limit).entries) == limit
    assert len(asked) == 1
