"""What operators and colleagues see: events that did not arrive, working days, the state, kinds of matters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.kernel.access.rules import Role
from linli.kernel.access.tests.cast import account, cast, granted
from linli.kernel.audit import actions as audit
from linli.kernel.audit.models import Delivery, Entry
from linli.kernel.audit.rules import MOST_ATTEMPTS
from linli.kernel.calendar.actions import load_calendar
from linli.kernel.calendar.models import Year
from linli.site.models import Lease
from linli.site.oversight import rules
from linli.site.tests.oversight import AT, browser

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=30)


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def calendar(db):
    load_calendar(Path(django_settings.INSTANCES) / "calendar", at=AT)


@pytest.fixture
def listener():
    """A subscriber that fails until it is told to work."""
    heard, broken = [], [True]

    def hear(event):
        if broken[0]:
            raise RuntimeError("gateway refused <b>")
        heard.append(event.key)

    audit.subscribe("test.happened", "test-listener", hear)
    yield heard, broken
    audit.unsubscribe("test.happened", "test-listener")


def dead_event(key="m1", county="410102"):
    with transaction.atomic():
        audit.emit("test.happened", key, {}, county=county, at=AT)
    at = AT
    for _attempt in range(MOST_ATTEMPTS):
        audit.deliver(at)
        at += timedelta(hours=7)
    return Delivery.objects.get(key=key, state="dead")


def test_only_system_administrators_see_undelivered_events(people):
    assert browser(people.sysadmin).get("/state/undelivered/").status_code == 200
    for name in ("wang", "qian", "auditor", "secadmin", "li", "stranger"):
        assert browser(getattr(people, name)).get("/state/undelivered/").status_code == 403, name
    assert browser(None).get("/state/undelivered/").status_code == 302


def test_a_dead_event_is_tried_again(people, listener):
    heard, broken = listener
    dead = dead_event()
    web = browser(people.sysadmin)
    text = web.get("/state/undelivered/").content.decode()
    assert "gateway refused" not in text and "RuntimeError" in text and "test-listener" in text and "中原区" in text
    broken[0] = False
    assert web.post(f"/state/undelivered/{dead.pk}/retry/").status_code == 302
    audit.deliver(datetime(2126, 1, 1, tzinfo=UTC))
    assert heard == ["m1"] and Delivery.objects.get(pk=dead.pk).state == "done"
    noted = Entry.objects.get(action="audit.retry_delivery")
    assert noted.role == "system_admin" and noted.account == str(people.sysadmin.pk)
    assert web.post(f"/state/undelivered/{dead.pk}/retry/").status_code == 404, "it is not dead any more"


def test_skipping_needs_a_reason_and_frees_what_waits(people, listener):
    heard, broken = listener
    dead = dead_event()
    with transaction.atomic():
        audit.emit("test.happened", "m1", {}, county="410102", at=AT)
    audit.deliver(LATER)
    web = browser(people.sysadmin)
    assert web.get("/state/undelivered/").context["rows"][0][0].held_back == 1
    web.post(f"/state/undelivered/{dead.pk}/skip/", {"reason": " "})
    assert Delivery.objects.get(pk=dead.pk).state == "dead"
    web.post(f"/state/undelivered/{dead.pk}/skip/", {"reason": "told by phone"})
    assert Delivery.objects.get(pk=dead.pk).state == "done"
    assert Entry.objects.get(action="audit.skip_delivery").content["detail"] == {"reason": "told by phone"}
    broken[0] = False
    audit.deliver(LATER)
    assert heard == ["m1"]


def test_another_countys_events_do_not_exist(people, listener):
    dead = dead_event(county="410103")
    local = account("local-admin", "范平")
    granted(local, Role.SYSTEM_ADMIN, "410102")
    web = browser(local)
    assert web.get("/state/undelivered/").context["rows"] == []
    for verb in ("retry", "skip"):
        assert web.post(f"/state/undelivered/{dead.pk}/{verb}/", {"reason": "mine now"}).status_code == 404
    assert Delivery.objects.get(pk=dead.pk).state == "dead"


def test_undelivered_events_cost_the_same_for_one_and_for_five(people, listener):
    dead_event()
    web = browser(people.sysadmin)
    web.get("/state/undelivered/")
    with CaptureQueriesContext(connection) as few:
        web.get("/state/undelivered/")
    for number in range(4):
        dead_event(f"n{number}")
    with CaptureQueriesContext(connection) as many:
        web.get("/state/undelivered/")
    assert len(few) == len(many)


@pytest.mark.parametrize("page", ["/working-days/", "/working-days/2026/", "/case-types/", "/case-types/request/"])
def test_colleagues_read_visitors_do_not(people, calendar, page):
    for name in ("wang", "stranger", "auditor", "sysadmin"):
        assert browser(getattr(people, name)).get(page).status_code == 200, name
    assert browser(people.li).get(page).status_code == 403
    assert browser(None).get(page).status_code == 302


def test_a_year_at_a_glance(people, calendar):
    answer = browser(people.wang).get("/working-days/2026/")
    page = answer.context["page"]
    text = answer.content.decode()
    october = page.months[9]
    assert {cell.day for cell in october.cells if cell.kind == "rest"} == set(range(1, 8))
    assert next(cell for cell in october.cells if cell.day == 10).kind == "makeup"
    assert october.cells[0].column == date(2026, 10, 1).weekday() and october.working == 18
    assert page.working == sum(month.working for month in page.months) == 248
    assert "Provisional" in text and "春节" in text and "I compared it" not in text
    assert browser(people.wang).get("/working-days/2019/").status_code == 404


def test_the_systems_administrator_vouches_for_a_year(people, calendar):
    web = browser(people.sysadmin)
    assert "I compared it" in web.get("/working-days/2026/").content.decode()
    text = web.post("/working-days/2026/confirm/", follow=True).content.decode()
    assert "no longer provisional" in text and "I compared it" not in text
    assert Year.objects.get(year=2026).confirmed_at is not None
    assert Entry.objects.get(action="calendar.confirm_year").account == str(people.sysadmin.pk)
    assert "was confirmed before" in web.post("/working-days/2026/confirm/", follow=True).content.decode()
    assert Entry.objects.filter(action="calendar.confirm_year").count() == 1
    assert web.post("/working-days/2019/confirm/").status_code == 404


def test_nobody_else_vouches_not_even_a_countys_administrator(people, calendar):
    local = account("local-admin", "范平")
    granted(local, Role.SYSTEM_ADMIN, "410102")
    for who in (people.wang, people.auditor, people.secadmin, people.li, local):
        assert browser(who).post("/working-days/2026/confirm/").status_code == 403
    assert Year.objects.get(year=2026).confirmed_at is None


def test_the_state_is_for_system_administrators(people):
    for name in ("wang", "auditor", "secadmin", "li", "stranger"):
        assert browser(getattr(people, name)).get("/state/").status_code == 403, name


def test_the_state_says_what_needs_somebody(people, calendar, listener):
    web = browser(people.sysadmin)
    tones = {row["title"]: row["tone"] for row in web.get("/state/").context["rows"]}
    assert tones["Worker"] == "bad" and tones["Events"] == "good" and tones["Working days"] == "warn"
    Lease.objects.create(job="deliver", holder="x", until=AT, ended_at=datetime.now(UTC))
    dead_event()
    answer = web.get("/state/")
    tones = {row["title"]: row["tone"] for row in answer.context["rows"]}
    assert tones["Worker"] == "good" and tones["Events"] == "bad"
    assert "waiting for a decision: 1" in answer.content.decode() and "/state/undelivered/" in answer.content.decode()


def test_the_command_tells_the_same(people):
    from linli.site.cli.status import gather

    said, shown = gather(), browser(people.sysadmin).get("/state/").context["found"]
    assert set(said) == set(shown)
    assert all(said[name] == shown[name] for name in ("cases", "clocks", "outbox", "calendar", "versions", "anchor"))


def test_when_a_light_turns():
    at = AT
    assert rules.worker_light(at - timedelta(minutes=1), at).tone == "good"
    assert rules.worker_light(at - timedelta(minutes=3), at).tone == "bad"
    assert rules.worker_light(None, at).tone == "bad"
    assert rules.outbox_light(5, 0, at - timedelta(minutes=14), at).tone == "good"
    assert rules.outbox_light(5, 0, at - timedelta(minutes=16), at).tone == "warn"
    assert rules.outbox_light(0, 1, None, at).tone == "bad"
    assert [rules.disk_light(free * 2**30, 100 * 2**30).tone for free in (50, 15, 14, 5, 4)] == [
        "good", "good", "warn", "warn", "bad",
    ]  # fmt: skip
    assert rules.disk_light(2**29, 2**30).tone == "bad", "half free, but less than a gigabyte"
    assert rules.anchors_light(date(2026, 11, 22), 9, at).tone == "good"
    assert rules.anchors_light(date(2026, 11, 21), 9, at).tone == "warn"
    assert rules.anchors_light(None, 0, at).tone == "info"
    assert rules.keys_light(at - timedelta(days=366), 2, at).tone == "warn"
    both, one = frozenset({2026, 2027}), frozenset({2026})
    assert rules.calendar_light(date(2026, 11, 30), one, one).tone == "good"
    assert rules.calendar_light(date(2026, 12, 1), one, one).tone == "warn", "the next year is not here"
    assert rules.calendar_light(date(2026, 12, 1), one, both).tone == "warn", "the next year is not confirmed"
    assert rules.calendar_light(date(2026, 12, 1), both, both).tone == "good"


def test_a_kind_of_matter_is_told_whole(people):
    from linli.kernel.cases.rules import get_type

    kind = get_type("request")
    answer = browser(people.wang).get("/case-types/request/")
    page, text = answer.context["page"], answer.content.decode()
    assert [state.key for state in page.states] == list(kind.states)
    assert {step.key for state in page.states for step in state.steps} == set(kind.actions)
    assert all(words.title.en in text for words in (*kind.states.values(), *kind.actions.values()))
    assert len(page.clocks) == len(kind.clocks) + sum(bool(state.limit) for state in kind.states.values())
    assert "Community worker" in text
    assert browser(people.wang).get("/case-types/no-such-type/").status_code == 404


def test_the_way_there_is_shown_to_those_who_may(people):
    def offered(who):
        text = browser(who).get("/working-days/").content.decode()
        wanted = ("/record/", "/state/", "/state/undelivered/", "/case-types/")
        return {path for path in wanted if f'href="{path}"' in text}

    assert offered(people.wang) == {"/case-types/"}
    assert offered(people.auditor) == {"/record/", "/case-types/"}
    assert offered(people.sysadmin) == {"/state/", "/state/undelivered/", "/case-types/"}
