"""The record as its auditors read it: who may, how far they see, what a filter finds, what looking leaves behind."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access.tests.cast import cast
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM, Who
from linli.kernel.audit.tests.factories import tamper
from linli.site.oversight.queries.reach import record_within
from linli.site.oversight.queries.record import SEE
from linli.site.oversight.rules import Reach
from linli.site.tests.oversight import AT, actor, browser, by, county_auditor, write

pytestmark = pytest.mark.django_db
PAGES = ("/record/", "/record/file/", "/record/chains/")


@pytest.fixture
def people(db):
    return cast()


@pytest.mark.parametrize("page", PAGES)
def test_only_auditors_read_the_record(people, page):
    assert browser(people.auditor).get(page).status_code == 200
    for name in ("wang", "chen", "qian", "zhou", "stranger", "sysadmin", "secadmin", "li"):
        assert browser(getattr(people, name)).get(page).status_code == 403, name
    answer = browser(None).get(page)
    assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_a_countys_auditor_sees_the_county_and_nothing_else(people):
    own = write(by(people.wang, "410102001002"), subject="region:410102001002")
    by_the_city = write(by(people.he, "410102001"), subject="region:410102001")
    other = write(by(people.stranger, "410103001"), subject="region:410103001")
    system = write(SYSTEM, "regions.load", "edition:1")
    web = browser(county_auditor())
    text = web.get("/record/").content.decode()
    assert str(own.pk) in text and str(by_the_city.pk) in text
    assert str(other.pk) not in text and str(system.pk) not in text
    assert web.get(f"/record/{own.pk}/").status_code == 200
    assert web.get(f"/record/{other.pk}/").status_code == 404
    assert web.get(f"/record/{system.pk}/").status_code == 404
    whole = browser(people.auditor).get("/record/").content.decode()
    assert all(str(entry.pk) in whole for entry in (own, by_the_city, other, system))


def test_the_query_and_the_rule_reach_equally_far(people):
    counties = ("", "410102", "410103")
    chains = ("system", "41", "4101", "410102", "410102/lawful", "410102001", "410102001002", "410103", "410103001")
    lines = list(product(counties, chains))
    for county, chain in lines:
        write(Who("", "x", "clerk", chain, county))
    for number, region in enumerate(("41", "4101", "410102", "410102001", "410103")):
        auditor = county_auditor(region, f"auditor-{number}")
        held = set(Entry.objects.filter(record_within(actor(auditor), SEE)).values_list("county", "chain"))
        expected = {line for line in lines if Reach(region).holds(*line)}
        assert held == expected and held, region
    assert Reach("410102", "lawful").holds("410102", "410102/lawful")
    assert not Reach("410102", "lawful").holds("410102", "410102")


def test_filters_narrow(people):
    wang, chen = by(people.wang, "410102001002"), by(people.chen, "410102001")
    first = write(wang, "cases.accept", "cases.case:1", changes={"state": ("new", "accepted")})
    second = write(chen, "reveal", "parties.person:2", reads=["phone"], at=AT + timedelta(days=1))
    third = write(by(people.stranger, "410103001"), "cases.accept", "cases.case:3", at=AT + timedelta(days=2))
    web = browser(people.auditor)

    def found(query):
        text = web.get(f"/record/?{query}").content.decode()
        return {name for name, entry in (("1", first), ("2", second), ("3", third)) if f"/record/{entry.pk}/" in text}

    assert found("") == {"1", "2", "3"}
    assert found("who=wang") == {"1"} and found("who=陈晓东") == {"2"}
    assert found("role=township_acceptor") == {"2"}
    assert found("action=cases.accept") == {"1", "3"}
    assert found("subject=cases.case:3") == {"3"} and found("subject=cases.case:*") == {"1", "3"}
    assert found("kind=read") == {"2"} and found("kind=change") == {"1", "3"}
    assert found("county=410103") == {"3"}
    assert found("since=2026-11-24") == {"2", "3"} and found("until=2026-11-24") == {"1", "2"}
    assert found("since=2026-11-24&until=2026-11-24") == {"2"}
    assert web.get("/record/?who=nobody-at-all").status_code == 422
    assert web.get("/record/?since=2026-11-24&until=2026-11-01").status_code == 422
    assert web.get("/record/?county=999999").status_code == 422


def test_namesakes_are_asked_about(people):
    county_auditor("410103", "second-wang")
    type(people.wang).objects.filter(username="second-wang").update(name="王建国")
    write(by(people.wang, "410102001002"))
    text = browser(people.auditor).get("/record/?who=王建国").content.decode()
    assert f"?who={people.wang.pk}" in text and "second-wang" in text


def test_pages_follow_each_other_without_a_gap(people):
    wang = by(people.wang, "410102001002")
    written = [str(write(wang, subject=f"region:{number}").pk) for number in range(120)]
    web, address, seen = browser(people.auditor), "/record/?action=cases.accept", []
    for _page in range(3):
        answer = web.get(address)
        seen += [line.id for line in answer.context["lines"]]
        address = "/record/" + answer.context["after"]
    assert [str(one) for one in seen] == written[::-1]
    assert answer.context["after"] == ""
    assert web.get("/record/?after=nonsense").status_code == 404


def test_the_number_of_queries_does_not_grow(people):
    wang = by(people.wang, "410102001002")
    write(wang, subject=f"access.account:{people.wang.pk}")
    web = browser(people.auditor)
    web.get("/record/")
    with CaptureQueriesContext(connection) as few:
        web.get("/record/")
    for _number in range(20):
        write(wang, subject=f"access.account:{people.chen.pk}")
    with CaptureQueriesContext(connection) as many:
        web.get("/record/")
    assert len(many) == len(few) < 20


def test_an_entry_shows_before_and_after_and_its_neighbours(people):
    wang = by(people.wang, "410102001002")
    before = write(wang)
    entry = write(wang, changes={"state": ("new", "accepted")}, detail={"note": "<b>三天内</b>"})
    after = write(wang)
    text = browser(people.auditor).get(f"/record/{entry.pk}/").content.decode()
    assert "accepted" in text and "&lt;b&gt;三天内" in text and entry.digest in text and entry.previous in text
    assert f"/record/{before.pk}/" in text and f"/record/{after.pk}/" in text
    assert "does not hold" not in text and "/regions/410102" in text


def test_looking_at_values_is_recorded(people):
    wang = by(people.wang, "410102001002")
    plain, full = write(wang), write(wang, changes={"phone": ("1", "2")})
    web = browser(county_auditor())
    web.get(f"/record/{plain.pk}/")
    assert not Entry.objects.filter(action="audit.read_entry").exists()
    web.get(f"/record/{full.pk}/")
    seen = Entry.objects.get(action="audit.read_entry")
    assert seen.kind == "read" and seen.subject == f"audit.entry:{full.pk}" and seen.content["reads"] == ["phone"]
    assert seen.county == "410102" and seen.chain == "410102"


def test_an_altered_entry_says_so_on_its_page(people):
    wang = by(people.wang, "410102001002")
    entry = write(wang, changes={"state": ("new", "accepted")})
    tamper("UPDATE audit_entry SET body = replace(body, 'accepted', 'refused1') WHERE action = %s", "cases.accept")
    text = browser(people.auditor).get(f"/record/{entry.pk}/").content.decode()
    assert "does not hold" in text and "its digest does not fit its text" in text


def test_a_file_leaves_with_its_reason_on_the_record_and_without_values(people):
    wang = by(people.wang, "410102001002")
    write(wang, changes={"phone": ("13800010001", "13900010001")})
    write(by(people.stranger, "410103001"), "sign_in")
    web = browser(people.auditor)
    assert web.post("/record/file/", {"reason": ""}).status_code == 422
    assert not Entry.objects.filter(action="audit.export").exists()
    answer = web.post("/record/file/?action=cases.accept", {"reason": "yearly check"})
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment") and "yearly check" in text.splitlines()[0]
    assert len(text.splitlines()) == 3 and "phone" in text and "13800010001" not in text
    noted = Entry.objects.get(action="audit.export")
    assert noted.content["detail"] == {"reason": "yearly check", "rows": 1, "filter": {"action": "cases.accept"}}
