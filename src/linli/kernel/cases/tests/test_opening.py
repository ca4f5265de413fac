"""Opening cases: by hand and by the thousand; what is refused leaves nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Conflict, Invalid, Missing, Refused
from linli.kernel.access.rules import Actor
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.queries import verify
from linli.kernel.cases import actions
from linli.kernel.cases.actions import NewCase, opening
from linli.kernel.cases.casetypes.checks import check_versions
from linli.kernel.cases.models import Case, CaseEvent, CaseTypeUse, Clock, IdempotencyKey
from linli.kernel.cases.rules import get_type, new_number, tidy_number
from linli.kernel.cases.rules.reading import digest_of
from linli.kernel.cases.tests.factories import MONDAY, patrol, works

pytestmark = pytest.mark.django_db
DATA = {"place": "建设路", "defect": "loose", "danger": False}


def row(n: int, **more: object) -> NewCase:
    return NewCase(
        **{"type": "well_cover_patrol", "region": stage.COMMUNITY, "title": f"第{n}件", "data": DATA, "key": f"r{n}"}
        | more
    )  # type: ignore[arg-type]


def test_an_import_opens_what_fits_and_says_why_the_rest_does_not(at_the_desk):
    rows = [row(1), row(2, title=" "), row(3, data={"place": "x"}), row(4, region="999999999999"), row(5)]
    results = actions.open_cases(at_the_desk.wang, rows, MONDAY)
    assert [result.error is None for result in results] == [True, False, False, False, True]
    assert Case.objects.count() == CaseEvent.objects.count() == Entry.objects.count() == Event.objects.count() == 2
    assert Clock.objects.count() == 4
    assert verify() == []


def test_an_import_can_be_started_again(at_the_desk):
    rows = [row(n) for n in range(5)]
    first = actions.open_cases(at_the_desk.wang, rows[:3], MONDAY)
    second = actions.open_cases(at_the_desk.wang, rows, MONDAY)
    assert [result.repeated for result in second] == [True, True, True, False, False]
    assert [r.case.pk for r in first] == [r.case.pk for r in second[:3]]
    assert Case.objects.count() == 5
    changed = actions.open_cases(at_the_desk.wang, [row(1, title="换了内容")], MONDAY)
    assert changed[0].error.refusal.code == "case.key_reused"


def test_a_row_twice_in_one_file_is_opened_once(at_the_desk):
    results = actions.open_cases(at_the_desk.wang, [row(1), row(1)], MONDAY)
    assert [result.repeated for result in results] == [False, True]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "字" * 201}, "case.title"),
        ({"title": "\n \t"}, "case.title"),
        ({"data": {"defect": "loose" * 30000}}, "case.form_too_large"),
        ({"data": {"place": "\ud800"}}, ""),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(at_the_desk, more, code):
    if not code:
        assert patrol(at_the_desk.wang, data={"place": "建设\ud800路\x00"}).data["place"]
        return
    with pytest.raises((Invalid, Refused)) as refused:
        patrol(at_the_desk.wang, **more)
    assert refused.value.refusal.code == code
    assert not Case.objects.exists()
    assert not Entry.objects.exists()


def test_a_type_for_one_county_is_not_opened_in_the_next(at_the_desk):
    with pytest.raises(Refused) as refused:
        patrol(at_the_desk.stranger, region="410103001001")
    assert refused.value.refusal.code == "case.not_here"


def test_an_unknown_type_or_place_is_missing(at_the_desk):
    with pytest.raises(Missing):
        actions.open_case(at_the_desk.wang, "dragons", region=stage.COMMUNITY, title="龙", data={}, at=MONDAY)
    with pytest.raises(Missing):
        patrol(at_the_desk.wang, region="410102999")


def test_opening_costs_few_statements(at_the_desk):
    patrol(at_the_desk.wang)
    opening._noted.add(("well_cover_patrol", 1))
    wang = at_the_desk.wang
    with CaptureQueriesContext(connection) as seen:
        patrol(wang, key="k")
    opening._noted.clear()
    assert len(seen) <= 11, [query["sql"][:80] for query in seen]


def test_a_version_edited_in_place_is_noticed(at_the_desk):
    patrol(at_the_desk.wang)
    assert check_versions(None, databases=["default"]) == []
    assert CaseTypeUse.objects.get().digest == digest_of(get_type("well_cover_patrol"))
    CaseTypeUse.objects.update(digest="0" * 64)
    assert [found.id for found in check_versions(None, databases=["default"])] == ["cases.E002"]
    CaseTypeUse.objects.update(version=9)
    assert [found.id for found in check_versions(None, databases=["default"])] == ["cases.E003"]


def test_numbers_are_forgiving_to_people_and_not_to_slips():
    number = new_number(MONDAY)
    assert number.startswith("L261123-")
    assert tidy_number(number.lower().replace("-", " ")) == number
    assert tidy_number(number[1:]) == number
    for at in range(8, 17):
        if number[at] != "-":
            wrong = number[:at] + ("2" if number[at] != "2" else "3") + number[at + 1 :]
            assert tidy_number(wrong) == "", wrong
    assert len({new_number(MONDAY) for _ in range(2000)}) == 2000


def test_two_strangers_with_the_same_key_never_share_a_case(at_the_desk):
    one, other = Actor(address="10.0.0.1"), Actor(address="10.0.0.2")
    first, second, again = (works(actor, key="1") for actor in (one, other, one))
    assert first.pk == again.pk != second.pk
    assert not IdempotencyKey.objects.filter(scope__contains="10.0.0").exists()
    with pytest.raises(Conflict):
        works(one, key="1", content="what a domain keeps beside it")
