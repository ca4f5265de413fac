"""Checking the record from its page: whole or one chain, in steps, with the first break in words."""

from __future__ import annotations

from datetime import date

import pytest

from linli.kernel.access.tests.cast import cast
from linli.kernel.audit.actions import anchor, anchor_key
from linli.kernel.audit.models import Entry
from linli.kernel.audit.tests.factories import tamper
from linli.site.oversight import actions
from linli.site.oversight.queries.chains import Check
from linli.site.tests.oversight import AT, actor, browser, by, county_auditor, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db, settings, tmp_path):
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    made = cast()
    for _number in range(3):
        write(by(made.wang, "410102001002"))
        write(by(made.stranger, "410103001"))
    return made


def anchored(settings, day=date(2026, 11, 22)):
    anchor(day, settings.HOME / "anchors", anchor_key(settings.KEYS))


def checked(web, **what):
    answer = web.post("/record/chains/check/", what, follow=True)
    assert answer.status_code == 200
    return answer


def test_an_unbroken_record_holds_and_the_check_is_recorded(people):
    answer = checked(browser(people.auditor))
    assert "chains 2, entries 6" in answer.content.decode()
    noted = Entry.objects.get(action="audit.verify")
    assert noted.content["detail"] == {"chains": 2, "entries": 6, "broken": 0, "what": "all"}
    assert "none yet" not in browser(people.auditor).get("/record/chains/").content.decode()


def test_a_planted_break_is_found_and_said(people):
    tamper(
        "UPDATE audit_entry SET body = replace(body, '王建国', '别的人') WHERE chain = %s AND seq = 2", "410102001002"
    )
    wrong = Entry.objects.get(chain="410102001002", seq=2)
    text = checked(browser(people.auditor)).content.decode()
    assert "1 chain does not hold" in text and "Entry 2 was altered: its digest does not fit its text." in text
    assert f'href="/record/{wrong.pk}/"' in text and "The record holds" not in text
    assert Entry.objects.get(action="audit.verify").content["detail"]["broken"] == 1


def test_one_chain_alone(people):
    tamper("UPDATE audit_entry SET role = 'nobody' WHERE chain = %s AND seq = 3", "410103001")
    web = browser(people.auditor)
    assert "This chain holds" in checked(web, county="410102", chain="410102001002").content.decode()
    text = checked(web, county="410103", chain="410103001").content.decode()
    assert "the column role differs from its text" in text


def test_a_countys_auditor_checks_the_county_only(people):
    tamper("UPDATE audit_entry SET role = 'nobody' WHERE chain = %s AND seq = 3", "410103001")
    web = browser(county_auditor())
    text = checked(web).content.decode()
    assert "chains 1, entries 3" in text and "410103" not in text
    text = checked(web, county="410103", chain="410103001").content.decode()
    assert "nobody" not in text and "differs" not in text


def test_a_large_record_is_read_in_steps(people):
    auditor = actor(people.auditor)
    tamper("UPDATE audit_entry SET role = 'nobody' WHERE chain = %s AND seq = 1", "410102001002")
    one = actions.check_on(auditor, Check(started=""), at=AT, seconds=0)
    assert (one.done, one.chains, one.of_chains, one.entries, one.of_entries, one.percent) == (False, 1, 2, 3, 6, 50)
    assert one.broken == 1 and not Entry.objects.filter(action="audit.verify").exists()
    two = actions.check_on(auditor, one, at=AT, seconds=0)
    assert two.done and (two.chains, two.entries, two.broken, two.percent) == (2, 6, 1, 100)
    assert Entry.objects.filter(action="audit.verify").count() == 1


def test_a_step_shows_how_far_it_is_and_goes_on(people, monkeypatch):
    web = browser(people.auditor)
    real = actions.check_on
    monkeypatch.setattr(actions, "check_on", lambda who, check, *, at: real(who, check, at=at, seconds=0))
    text = checked(web).content.decode()
    assert "1 of 2 chains, 3 of 6 entries (50%)" in text and 'hx-trigger="load' in text
    assert "The record holds" not in text
    assert "chains 2, entries 6" in checked(web, go_on="1").content.decode()


def test_a_chain_that_was_deleted_whole_is_missed_by_its_anchor(people, settings):
    anchored(settings)
    for table in ("audit_entry", "audit_head"):
        tamper(f"DELETE FROM {table} WHERE county = %s", "410103")
    text = checked(browser(people.auditor)).content.decode()
    assert "Entries are missing at the end: the anchor of 2026-11-22 saw entry 3." in text


def test_anchors_are_listed_with_whether_they_match(people, settings):
    anchored(settings)
    text = browser(people.auditor).get("/record/chains/").content.decode()
    assert "2026-11-22" in text and ">matches<" in text
    tamper("UPDATE audit_entry SET digest = %s WHERE chain = '410103001' AND seq = 3", "0" * 64)
    text = browser(people.auditor).get("/record/chains/").content.decode()
    assert "Entry 3 of 410103001 is not what this anchor saw." in text
    assert ">matches<" in browser(county_auditor()).get("/record/chains/").content.decode(), "their own part matches"


def test_a_forged_anchor_is_named(people, settings):
    anchored(settings)
    write(by(people.wang, "410102001002"))
    anchored(settings, date(2026, 11, 23))
    path = settings.HOME / "anchors" / "anchors.jsonl"
    path.write_text(path.read_text().replace("2026-11-22", "2026-11-21"))
    text = browser(people.auditor).get("/record/chains/").content.decode()
    assert "is not signed with the known key" in text and "An anchor before this one is broken." in text
    assert "does not hold" in checked(browser(people.auditor)).content.decode()


def test_only_those_who_may_check_can(people):
    for name in ("wang", "sysadmin", "secadmin", "stranger", "li"):
        assert browser(getattr(people, name)).post("/record/chains/check/").status_code == 403, name
    assert not Entry.objects.filter(action="audit.verify").exists()


def test_nonsense_is_turned_away(people):
    assert browser(people.auditor).post("/record/chains/check/", {"chain": "x" * 99}).status_code == 400
