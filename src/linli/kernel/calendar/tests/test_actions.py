"""Loading tables and vouching for them."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Invalid, Missing
from linli.kernel.audit.queries import entries_about, verify
from linli.kernel.calendar import queries
from linli.kernel.calendar.actions import confirm_year, load_calendar, load_year
from linli.kernel.calendar.models import Day, Year
from linli.kernel.calendar.queries import forget, work_calendar, years
from linli.kernel.calendar.tests.factories import ADMIN, AT, FOLDER, shipped

pytestmark = pytest.mark.django_db

TABLE = """
jurisdiction: CN
year: 2030
source: 通知
mark: unconfirmed
confirmed: false
opens: "09:00"
closes: "17:30"
days:
  - {date: 2030-01-01, kind: rest, name: 元旦}
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "2030.yaml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_the_shipped_tables_arrive_in_the_calendar() -> None:
    loaded = load_calendar(FOLDER, at=AT)
    assert [(item.year, item.changed, item.confirmed) for item in loaded] == [
        (2024, True, True), (2025, True, True), (2026, True, False),
    ]  # fmt: skip
    assert work_calendar("41") == shipped()


def test_loading_again_changes_nothing_and_writes_nothing() -> None:
    load_calendar(FOLDER, at=AT)
    days, revisions = Day.objects.count(), set(Year.objects.values_list("revision", flat=True))
    assert not any(item.changed for item in load_calendar(FOLDER, at=AT))
    assert Day.objects.count() == days
    assert set(Year.objects.values_list("revision", flat=True)) == revisions
    assert len(entries_about("calendar:CN/2026")) == 1


def test_an_administrator_confirms_once_and_it_is_on_the_record() -> None:
    load_calendar(FOLDER, at=AT)
    assert work_calendar().is_provisional(date(2026, 2, 25))
    assert confirm_year(ADMIN, 2026, AT)
    assert not work_calendar().is_provisional(date(2026, 2, 25))
    assert not confirm_year(ADMIN, 2026, AT), "a second click changes nothing"
    loaded, confirmed = entries_about("calendar:CN/2026")
    assert loaded.action == "calendar.load_year"
    assert (confirmed.action, confirmed.account) == ("calendar.confirm_year", ADMIN.account)
    assert confirmed.changes == [("confirmed", False, True)]
    assert verify() == []


def test_a_confirmation_stays_when_the_same_facts_are_loaded_again(table: Path) -> None:
    load_year(table, at=AT)
    confirm_year(ADMIN, 2030, AT)
    assert load_year(table, at=AT).confirmed
    assert work_calendar().confirmed_years == {2030}


def test_a_confirmation_goes_with_the_facts_it_was_for(table: Path) -> None:
    load_year(table, at=AT)
    confirm_year(ADMIN, 2030, AT)
    table.write_text(TABLE + "  - {date: 2030-01-02, kind: rest, name: 元旦}\n", encoding="utf-8")
    loaded = load_year(table, at=AT, who=ADMIN)
    assert (loaded.changed, loaded.confirmed, loaded.unconfirmed) == (True, False, True)
    assert work_calendar().confirmed_years == frozenset()
    changes = {field: (old, new) for field, old, new in entries_about("calendar:CN/2030")[-1].changes}
    assert changes["confirmed"] == [True, False] or changes["confirmed"] == (True, False)
    assert "2030-01-02 rest 元旦" in changes["days"][1]


def test_confirming_a_year_without_a_table_is_refused() -> None:
    with pytest.raises(Missing):
        confirm_year(ADMIN, 2031, AT)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2030-01-01, kind", "2031-01-01, kind", "not a day of 2030"),
        ("kind: rest", "kind: holiday", "holiday"),
        ("2030-01-01, kind: rest", "2030-01-01, kind: makeup", "working day by itself"),
        ("days:\n", "days:\n  - {date: 2030-01-01, kind: rest, name: 元旦}\n", "twice"),
        ("source: 通知\n", "", "source"),
        ('"17:30"', '"25:30"', "hour"),
        ('"17:30"', '"08:30"', "opens"),
        ("year: 2030", "year: [", "flow"),
        ("jurisdiction: CN", "jurisdiction: 河南", "jurisdiction"),
        (TABLE, "- 1", ""),
        (TABLE, "", ""),
    ],
)
def test_a_file_that_lies_is_refused_with_its_name_and_nothing_is_kept(
    table: Path, old: str, new: str, reason: str
) -> None:
    assert old in TABLE
    table.write_text(TABLE.replace(old, new), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_calendar(table.parent, at=AT)
    assert refused.value.refusal.params["file"] == "2030.yaml"
    assert reason in str(refused.value.refusal.params["reason"])
    assert not Year.objects.exists()


def test_an_empty_database_has_plain_weekends_and_promises_nothing() -> None:
    calendar = work_calendar()
    assert calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_provisional(date(2026, 10, 1))


def test_a_city_may_keep_a_table_of_its_own(table: Path) -> None:
    load_year(table, at=AT)
    own = TABLE.replace("CN", '"4101"').replace('"09:00"', '"08:30"').replace("2030-01-01", "2030-01-03")
    table.write_text(own, encoding="utf-8")
    load_year(table, at=AT)
    assert work_calendar("410102001").opens == time(8, 30)
    assert work_calendar("410102001").off == {date(2030, 1, 3)}
    assert work_calendar("4102").opens == time(9)
    assert [state.jurisdiction for state in years("4101")] == ["4101"]


def test_the_calendar_is_kept_and_costs_nothing_to_ask_again() -> None:
    load_calendar(FOLDER, at=AT)
    first = work_calendar()
    with CaptureQueriesContext(connection) as asked:
        assert all(work_calendar() is first for _ in range(100))
    assert len(asked) == 0


def test_a_change_by_another_process_is_seen_after_a_moment(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    load_year(table, at=AT)
    before = work_calendar()
    kept = dict(queries._kept)
    confirm_year(ADMIN, 2030, AT)
    queries._kept.update(kept)  # as in a process that has not heard of it
    assert work_calendar() is before
    monkeypatch.setattr(queries, "RECHECK_SECONDS", 0)
    with CaptureQueriesContext(connection) as asked:
        assert work_calendar().confirmed_years == {2030}
    assert len(asked) > 1
    with CaptureQueriesContext(connection) as asked:
        work_calendar()
    assert len(asked) == 1, "one small question tells that nothing has changed"


def test_years_for_the_administrators_page() -> None:
    load_calendar(FOLDER, at=AT)
    with CaptureQueriesContext(connection) as asked:
        newest = years()[0]
    assert (newest.year, newest.mark, newest.confirmed_at) == (2026, "unconfirmed", None)
    assert ("2026-02-14", "makeup", "春节") in newest.days
    assert len(asked) == 2
    forget()
