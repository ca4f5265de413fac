"""A province splits its tables by county, and nothing above the models notices."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction

from linli.base.errors import Refused
from linli.kernel.access.tests.cast import as_actor, cast
from linli.kernel.audit.actions import deliver
from linli.kernel.audit.models import Entry
from linli.kernel.audit.queries import verify
from linli.kernel.cases.actions import advance, comment
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import choices, queue
from linli.kernel.cases.tests.factories import MONDAY, later, patrol
from linli.site.growth import EVERYWHERE, growing_models, split_by_county

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has partitions")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="about databases that cannot split")
def test_a_database_that_cannot_split_says_so():
    with pytest.raises(Refused) as refused:
        split_by_county(connection)
    assert refused.value.refusal.code == "growth.database"


@pytest.mark.django_db
@on_postgresql
def test_tables_with_rows_are_left_alone():
    patrol(as_actor(cast().wang))
    with pytest.raises(Refused) as refused:
        split_by_county(connection, partitions=2)
    assert refused.value.refusal.code == "growth.not_empty"


@pytest.mark.django_db
@on_postgresql
def test_a_case_lives_its_whole_life_on_split_tables():
    tables = split_by_county(connection, partitions=4)
    assert {model._meta.db_table for model in growing_models() if model._meta.label not in EVERYWHERE} == set(tables)
    wang = as_actor(cast().wang)
    case = patrol(wang, key="once")
    assert patrol(wang, key="once").pk == case.pk
    step = next(choice for choice in choices(wang, case, later(hours=1)) if choice.refusal is None and choice.primary)
    case = advance(wang, case, step.action, note="已围挡", at=later(hours=1))
    comment(wang, case, "夜里再看一次", at=later(hours=2))
    assert [row.id for row in queue(wang, at=later(hours=2)).rows] == [case.pk]
    assert case.events.count() >= 2
    assert deliver(later(hours=2)) >= 0
    assert verify() == []
    assert Entry.objects.filter(county="410102").count() >= 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT tableoid) FROM cases_case")
        assert cursor.fetchone() == (1,), "rows of one county lie together"
        cursor.execute("EXPLAIN SELECT * FROM cases_case WHERE county = '410102'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert len(set(re.findall(r"cases_case_\d\d\b", plan))) == 1, f"a county's query reads one partition only: {plan}"


@pytest.mark.django_db
@on_postgresql
def test_the_record_stays_append_only_when_split():
    split_by_county(connection, partitions=2)
    patrol(as_actor(cast().wang), at=MONDAY)
    for change in (lambda: Entry.objects.update(role="nobody"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Entry.objects.exists() and Case.objects.exists()
