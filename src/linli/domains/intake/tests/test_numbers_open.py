"""Each number opens into its records: the list behind it holds exactly as many rows, down to the single request."""

from __future__ import annotations

import html
import re
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Invalid
from linli.domains.intake.models import Request
from linli.domains.intake.queries.desk import Filters, all_rows, count_rows, listed
from linli.domains.intake.queries.measured import MEASURES, Period, opens
from linli.domains.intake.queries.numbers import overview
from linli.domains.intake.rules.figures import Tally
from linli.domains.intake.rules.measuring import MEASURE_NAMES
from linli.domains.intake.tests import test_numbers
from linli.domains.intake.tests.factories import COMMUNITY, HOUR, MONDAY, Cast, say
from linli.domains.intake.tests.test_pages_desk import _as
from linli.kernel.access import permissions
from linli.kernel.access.rules import Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.cases.models import Case
from linli.kernel.cases.permissions import Permission as Engine

people = test_numbers.people
DAYS = Period(date(2026, 11, 1), date(2026, 12, 31))
PERIOD = "from=2026-11-01&to=2026-12-31"
AFTER = MONDAY + timedelta(days=40)
LINK = re.compile(r'<a href="(/desk/requests/\?[^"]*measure=[^"]*)"[^>]*>([\d,]+)</a>')


def _of(measure: str, region: str = "410102001") -> Filters:
    return Filters(region=region, measure=measure, first="2026-11-01", last="2026-12-31")


def test_every_count_is_the_length_of_its_list(people: Cast) -> None:
    tally = overview(people.chen, "410102001", DAYS, AFTER).whole.tally
    for part in fields(Tally):
        rows, after = listed(people.chen, _of(part.name), AFTER)
        assert (len(rows), after) == (getattr(tally, part.name), ""), part.name
        assert count_rows(people.chen, _of(part.name), AFTER) == len(all_rows(people.chen, _of(part.name), AFTER, 99))
    assert tally.received == 5 and tally.on_time == 2 and tally.satisfied == 1


def test_what_is_left_out_of_a_rate_opens_too(people: Cast) -> None:
    whole = overview(people.chen, "410102001", DAYS, AFTER).whole
    for rate in (whole.on_time, whole.response, whole.solution, whole.satisfaction, whole.reopening):
        for reason, number in rate.excluded:
            assert len(listed(people.chen, _of(reason), AFTER)[0]) == number, reason
    assert len(listed(people.chen, _of("late"), AFTER)[0]) == whole.on_time.whole - whole.on_time.part == 1


def test_every_measure_has_a_name_and_every_name_a_measure() -> None:
    assert set(MEASURES) == set(MEASURE_NAMES)


def test_every_number_on_the_page_leads_to_as_many_rows(people: Cast) -> None:
    client, seen = _as("qian"), 0
    for region in ("410102", "410102001", COMMUNITY):
        page = client.get(f"/desk/requests/numbers/?region={region}&{PERIOD}").content.decode()
        found = LINK.findall(page)
        assert len(found) >= 10
        for address, shown in set(found):
            rows = client.get(html.unescape(address)).content.decode().count("data-row ")
            assert rows == int(shown), address
            seen += 1
    assert seen >= 30


def test_kind_class_region_and_days_narrow_the_list(people: Cast) -> None:
    client = _as("chen")

    def rows(query: str) -> int:
        return (
            client.get(f"/desk/requests/?region=410102001&measure=received&{query}").content.decode().count("data-row ")
        )

    assert rows(PERIOD) == 5
    assert rows(f"{PERIOD}&kind=suggestion") == 1
    assert rows("from=2026-11-01&to=2026-11-22") == 0 and rows("from=2026-11-23&to=2026-11-23") == 5
    assert rows("from=yesterday&to=2026-11-22") == 4  # no days at all: what has to be done, as without them
    assert (
        client.get(f"/desk/requests/?region=410103&measure=received&{PERIOD}").content.decode().count("data-row ") == 0
    )


def test_closed_requests_are_in_the_list_and_sealed_ones_never(people: Cast) -> None:
    sealed = Case.objects.get(sealed=True)
    for actor in (people.chen, people.zhou, people.qian):
        for measure in MEASURES:
            assert sealed.pk not in [row.id for row in listed(actor, _of(measure), AFTER)[0]]
    refused = Case.objects.get(state="refused")
    assert [row.id for row in listed(people.chen, _of("refused"), AFTER)[0]] == [refused.pk]
    plain = Filters(region="410102001", state="refused")
    assert [row.id for row in listed(people.chen, plain, AFTER)[0]] == [refused.pk]


def test_an_unknown_number_and_a_false_marker_are_refused(people: Cast) -> None:
    for bad, after in ((_of("drop table"), ""), (_of("received"), "x~y"), (_of("received"), "2026-01-01~1")):
        with pytest.raises(Invalid):
            listed(people.chen, bad, AFTER, after=after)


def test_pages_of_a_list_follow_each_other_without_a_gap(people: Cast) -> None:
    found, after = [], ""
    while True:
        rows, after = listed(people.chen, _of("received"), AFTER, after=after, limit=2)
        found += [row.id for row in rows]
        if not after:
            break
    assert len(found) == len(set(found)) == 5


def test_from_the_province_down_to_one_request(people: Cast) -> None:
    stage.member("feng", "冯立新", Role.REVIEWER, "41")
    client, way = _as("feng"), ["41", "4101", "410102", "410102001", COMMUNITY]
    for above, below in pairwise(way):
        page = client.get(f"/desk/requests/numbers/?region={above}&{PERIOD}").content.decode()
        assert f"?region={below}&amp;" in page, above
    page = client.get(f"/desk/requests/numbers/?region={COMMUNITY}&{PERIOD}").content.decode()
    case = Case.objects.filter(sealed=False).first()
    assert case is not None and f"/desk/requests/{case.pk}/" in page
    assert client.get(f"/desk/requests/{case.pk}/").status_code == 200


def test_who_may_only_see_numbers_is_told_so(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.member("feng", "冯立新", Role.REVIEWER, "41")
    entry = permissions.entry_for(Engine.SEE)
    narrowed = type(entry)(**{**vars(entry), "roles": entry.roles - {Role.REVIEWER}})
    original = permissions.entry_for
    monkeypatch.setattr(permissions, "entry_for", lambda name: narrowed if name == Engine.SEE else original(name))
    page = _as("feng").get(f"/desk/requests/numbers/?region=410102001&{PERIOD}").content.decode()
    assert not LINK.findall(page) and "只能看" in page and ">5<" in re.sub(r"\s", "", page)


def test_a_unit_sees_its_own_numbers_where_it_works(people: Cast) -> None:
    assert opens(people.zheng, "410102") and not opens(people.stranger, "410102")
    assert overview(people.zheng, "410102", DAYS, AFTER).whole.tally.received == 0
    Case.objects.filter(state="refused").update(handler="410102/housing")
    assert overview(people.zheng, "410102", DAYS, AFTER).whole.tally.received == 1
    assert len(listed(people.zheng, _of("received", "410102"), AFTER)[0]) == 1


@pytest.mark.parametrize("query", ["kind=help", f"measure=received&{PERIOD}", f"measure=late&category=01&{PERIOD}"])
def test_the_number_of_queries_does_not_grow(people: Cast, query: str) -> None:
    client: Client = _as("chen")
    say(people.li, at=MONDAY + HOUR)  # one in the group that grows: an empty group is not asked for its rows
    client.get(f"/desk/requests/?{query}")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/desk/requests/?{query}")
        counts.append(len(queries))
        for _again in range(3):
            say(people.li, at=MONDAY + HOUR)
    assert counts[0] == counts[1]


def test_a_queue_narrowed_by_kind_is_still_read_along_its_index(people: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        rows, _after = listed(people.chen, Filters(region="410102001", group="later", kind="help"), MONDAY)
    read = [query["sql"] for query in queries if "ORDER BY" in query["sql"] and '"kind"' in query["sql"]]
    assert rows and all(Request.objects.get(case_id=row.id).kind == "help" for row in rows)
    assert read and all('"township" = ' in sql and '"closed_at" IS NULL' in sql for sql in read)
    assert '"due_at" ASC' in read[0].split("ORDER BY")[1]
    assert all("LIMIT" in sql and "OFFSET" not in sql and "IN (SELECT" not in sql for sql in read)
