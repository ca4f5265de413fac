"""Writing the record: numbers, links, one chain per organisation and county, few statements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from linli.kernel.audit.actions import record, record_many
from linli.kernel.audit.apps import digest_is_known
from linli.kernel.audit.models import Entry, Head
from linli.kernel.audit.queries import chain_heads, verify
from linli.kernel.audit.rules import GENESIS, Record
from linli.kernel.audit.tests.factories import AT, CHEN, STRANGER, WANG, write

pytestmark = pytest.mark.django_db


def test_each_entry_names_the_one_before() -> None:
    first, second, third = write(number=3)
    assert (first.seq, second.seq, third.seq) == (1, 2, 3)
    assert first.previous == GENESIS
    assert second.previous == first.digest
    assert third.previous == second.digest
    head = Head.objects.get()
    assert (head.seq, head.digest) == (3, third.digest)


def test_organisations_and_counties_have_chains_of_their_own() -> None:
    write(WANG), write(CHEN), write(STRANGER), write(WANG, county="410103")
    assert [(head.county, head.chain, head.seq) for head in chain_heads()] == [
        ("410102", "410102001", 1),
        ("410102", "410102001002", 1),
        ("410103", "410102001002", 1),
        ("410103", "410103001", 1),
    ]
    assert [head.chain for head in chain_heads(regions=("410102", "410103"))].count("410103001") == 0
    assert len(chain_heads(county="410103")) == 2


def test_what_is_written_is_what_is_read_back() -> None:
    (entry,) = write(changes={"phone": (None, "138****5678"), "day": (None, AT.date())}, reads=("phone",))
    kept = Entry.objects.get()
    assert kept.at == "2026-03-02T01:30:00.120000Z"
    assert kept.content["changes"] == {"phone": [None, "138****5678"], "day": [None, "2026-03-02"]}
    assert kept.content["name"] == "王秀英"
    assert kept.content["address"] == "10.1.2.3"
    assert kept.body == entry.body


@pytest.mark.parametrize("microsecond", [0, 1, 100000, 120000, 999999])
def test_precision_of_an_instant_survives_the_database(microsecond: int) -> None:
    with transaction.atomic():
        record(WANG, "case.open", "case:1", at=datetime(2026, 3, 2, 1, 30, 0, microsecond, tzinfo=UTC))
    assert Entry.objects.get().at == f"2026-03-02T01:30:00.{microsecond:06d}Z"
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(TransactionManagementError):
        record(WANG, "case.open", "case:1", at=AT)
    assert not Entry.objects.exists()


def test_a_rolled_back_change_leaves_no_trace_and_no_gap() -> None:
    write()
    with pytest.raises(RuntimeError), transaction.atomic():
        record(WANG, "case.open", "case:2", at=AT)
        raise RuntimeError("the change failed")
    write()
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert verify() == []


def test_a_record_costs_two_round_trips() -> None:
    write()
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        record(WANG, "case.open", "case:2", at=AT)
    assert len(queries) == (2 if connection.vendor == "postgresql" else 3)


def test_many_entries_cost_one_move_of_the_head() -> None:
    write()
    rows = [Record("case.open", f"case:{n}", changes={"state": (None, "new")}) for n in range(300)]
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        record_many(WANG, rows, at=AT)
    assert sum("audit_head" in query["sql"] for query in queries) == 2
    assert Head.objects.get().seq == 301
    assert list(Entry.objects.order_by("seq").values_list("subject", flat=True))[1:] == [row.subject for row in rows]
    assert verify() == []


def test_many_entries_of_several_counties_stay_in_order() -> None:
    rows = [Record("case.open", f"case:{n}", county=f"41010{n % 3 + 1}") for n in range(30)]
    with transaction.atomic():
        record_many(WANG, rows, at=AT)
    assert [(head.county, head.seq) for head in chain_heads()] == [("410101", 10), ("410102", 10), ("410103", 10)]
    subjects = Entry.objects.filter(county="410102").order_by("seq").values_list("subject", flat=True)
    assert list(subjects) == [f"case:{n}" for n in range(30) if n % 3 == 1]
    assert verify() == []


def test_writing_nothing_is_nothing() -> None:
    with transaction.atomic():
        record_many(WANG, [], at=AT)
    assert not Head.objects.exists()


def test_sm3_by_setting_and_both_in_one_chain(settings: Any) -> None:
    write()
    settings.LINLI_DIGEST = "sm3"
    (entry,) = write()
    assert entry.algorithm == "sm3"
    assert verify() == []


@pytest.mark.parametrize(("wanted", "faults"), [("sha256", 0), ("sm3", 0), ("md5", 1), ("", 1)])
def test_an_unknown_digest_is_refused_before_anything_starts(settings: Any, wanted: str, faults: int) -> None:
    settings.LINLI_DIGEST = wanted
    assert len(digest_is_known()) == faults


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET subject = 'case:9'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_an_entry(sql: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entry.objects.get().subject == "case:1"


def test_the_database_refuses_a_second_continuation() -> None:
    (entry,) = write()
    twin = Entry(
        county=entry.county, chain=entry.chain, seq=1, at=entry.at, kind="change", action="x", subject="y",
        body="{}", previous=GENESIS, digest="0", algorithm="sha256",
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save(force_insert=True)
