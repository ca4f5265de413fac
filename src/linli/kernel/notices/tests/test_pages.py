"""The inbox is mine alone; the list of stuck messages is for whoever looks after the place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from linli.base.clock import now
from linli.base.errors import Conflict, Invalid, Missing, Refused
from linli.kernel.access.models import Account
from linli.kernel.access.tests.cast import Cast, as_actor, cast
from linli.kernel.audit.models import Entry
from linli.kernel.notices import actions, queries
from linli.kernel.notices.actions import Recipient
from linli.kernel.notices.models import Message
from linli.kernel.notices.tests.factories import AT, PHONE, deliver, later, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def signed_in(account: Any) -> Client:
    Account.objects.filter(pk=account.pk).update(password_changed_at=now())
    client = Client()
    client.force_login(account)
    return client


def told(people: Cast, number: int = 1) -> None:
    for count in range(number):
        tell(Recipient(account=str(people.li.pk)), key=f"k{count}", channels=["inbox"], at=later(minutes=count))


def stuck(sms: Any, answer: int | str = 400, region: str = "410102001002") -> Message:
    sms(lambda number: answer)
    tell(region=region, key=f"stuck:{region}:{answer}")
    deliver()
    return Message.objects.get(key=f"stuck:{region}:{answer}")


def test_my_inbox_shows_mine_and_how_many_are_new(people: Cast) -> None:
    told(people, 2)
    page = signed_in(people.li).get(reverse("notices:inbox"))
    assert page.status_code == 200
    assert page.content.decode().count("您说的事已收到") == 2
    assert "电梯总在四楼" in page.content.decode()
    other = signed_in(people.wang).get(reverse("notices:inbox")).content.decode()
    assert "电梯总在四楼" not in other
    assert (queries.unread_count(as_actor(people.li)), queries.unread_count(as_actor(people.wang))) == (2, 0)


def test_a_visitor_without_an_account_has_no_inbox(people: Cast) -> None:
    assert Client().get(reverse("notices:inbox")).status_code in (302, 401, 403)


def test_opening_a_message_reads_it_and_leads_to_its_matter(people: Cast) -> None:
    told(people)
    message = Message.objects.get()
    client = signed_in(people.li)
    answer = client.post(reverse("notices:follow", args=[message.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/requests/QF20260302001/")
    message.refresh_from_db()
    first = message.read_at
    assert first is not None
    client.post(reverse("notices:follow", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at == first
    assert signed_in(people.wang).post(reverse("notices:follow", args=[message.pk])).status_code == 404
    assert client.get(reverse("notices:follow", args=[message.pk])).status_code == 405


def test_a_link_that_leads_elsewhere_is_not_followed(people: Cast) -> None:
    told(people)
    Message.objects.update(link="//evil.example/")
    answer = signed_in(people.li).post(reverse("notices:follow", args=[Message.objects.get().pk]))
    assert answer["Location"] == reverse("notices:inbox")


def test_everything_can_be_read_at_once_and_others_stay_new(people: Cast) -> None:
    told(people, 3)
    tell(Recipient(account=str(people.wang.pk)), key="w", channels=["inbox"])
    signed_in(people.li).post(reverse("notices:read_all"))
    assert queries.unread_count(as_actor(people.li)) == 0
    assert queries.unread_count(as_actor(people.wang)) == 1
    assert "li-empty" in signed_in(people.li).get(reverse("notices:inbox") + "?unread=1").content.decode()


def test_a_long_inbox_comes_in_pages_without_gaps_or_doubles(people: Cast) -> None:
    told(people, 7)
    actor, seen, after = as_actor(people.li), [], ""
    while True:
        page = queries.inbox(actor, after=after, limit=3)
        seen += [message.pk for message in page.items]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)
    with pytest.raises(Missing):
        queries.inbox(actor, after="no-id")


def test_html_in_a_message_stays_text(people: Cast) -> None:
    to = Recipient(account=str(people.li.pk))
    tell(to, channels=["inbox"], context={"title": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in signed_in(people.li).get(reverse("notices:inbox")).content.decode()


def test_the_page_takes_as_many_queries_for_three_messages_as_for_one(
    people: Cast, django_assert_num_queries: Any
) -> None:
    told(people, 1)
    actor = as_actor(people.li)
    with django_assert_num_queries(2):
        queries.inbox(actor)
        queries.unread_count(actor)
    told(people, 3)
    with django_assert_num_queries(2):
        queries.inbox(actor)
        queries.unread_count(actor)


def test_my_messages_come_through_the_api(people: Cast) -> None:
    told(people, 2)
    client = signed_in(people.li)
    body = client.get("/api/v1/notices?limit=1").json()
    assert (len(body["items"]), body["unread"]) == (1, 2)
    assert client.get(f"/api/v1/notices?limit=1&after={body['next']}").json()["next"] is None
    id = body["items"][0]["id"]
    assert client.get("/api/v1/notices?limit=500").status_code == 400
    token = Client(enforce_csrf_checks=False)
    token.force_login(people.li)
    answer = actions.mark_read(as_actor(people.li), id, at=AT)
    assert answer.read_at == AT
    assert client.get("/api/v1/notices?unread=true").json()["unread"] == 1
    assert Client().get("/api/v1/notices").status_code == 401
    assert signed_in(people.wang).get("/api/v1/notices").json()["items"] == []


def test_stuck_messages_are_seen_where_one_looks_after_them_with_addresses_masked(people: Cast, sms: Any) -> None:
    stuck(sms)
    page = signed_in(people.chen).get(reverse("notices:dead")).content.decode()
    assert "138****0001" in page
    assert PHONE not in page
    assert "HTTP 400" in page
    assert queries.stuck_counts(as_actor(people.chen)) == {"dead": 1, "uncertain": 0}
    for stranger in (people.wang, people.stranger, people.li):
        assert signed_in(stranger).get(reverse("notices:dead")).status_code == 403
        assert queries.undelivered(as_actor(stranger)) == []


def test_a_message_of_another_township_does_not_exist_for_me(people: Cast, sms: Any) -> None:
    message = stuck(sms, region="410103001001")
    assert queries.undelivered(as_actor(people.chen)) == []
    client = signed_in(people.chen)
    for verb in ("resend", "discard"):
        assert client.post(reverse(f"notices:{verb}", args=[message.pk]), {"reason": "x"}).status_code == 404
    message.refresh_from_db()
    assert message.state == "dead"


def test_sending_again_starts_over_and_is_on_the_record(people: Cast, sms: Any) -> None:
    message = stuck(sms)
    assert signed_in(people.chen).post(reverse("notices:resend", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)
    gateway = sms()
    message.__class__.objects.update(due_at=AT)
    assert deliver() == 1
    assert sum(gateway.accepted.values()) == 1
    entry = Entry.objects.get(action="notices.resend")
    assert entry.account == str(people.chen.pk)
    assert json.loads(entry.body)["changes"] == {"state": ["dead", "waiting"]}
    with pytest.raises(Missing):
        actions.resend(as_actor(people.chen), message.pk, at=AT)


def test_an_uncertain_one_is_sent_again_only_by_someone_who_asked(people: Cast, sms: Any) -> None:
    message = stuck(sms, "drop_after")
    chen = as_actor(people.chen)
    with pytest.raises(Refused):
        actions.resend(chen, message.pk, at=AT)
    assert signed_in(people.chen).post(reverse("notices:resend", args=[message.pk])).status_code == 422
    actions.resend(chen, message.pk, at=AT, sure=True)
    message.refresh_from_db()
    assert message.state == "waiting"


def test_discarding_needs_a_reason_and_two_at_once_decide_once(people: Cast, sms: Any, monkeypatch: Any) -> None:
    message = stuck(sms)
    chen = as_actor(people.chen)
    with pytest.raises(Invalid):
        actions.discard(chen, message.pk, reason=" ", at=AT)
    from linli.kernel.notices.actions import decide

    seen = queries.undelivered(chen)
    assert len(seen) == 1
    actions.discard(chen, message.pk, reason="号码已停用", at=AT)
    stale = Message.objects.get(pk=message.pk)
    assert (stale.state, stale.detail) == ("discarded", "号码已停用")
    stale.state = "dead"
    monkeypatch.setattr(decide, "stuck_message", lambda actor, id: stale)  # as read a moment before the other decided
    with pytest.raises(Conflict):
        actions.resend(chen, message.pk, at=AT)


def test_the_system_checks_pass_and_find_a_wrong_channel(settings: Any) -> None:
    ours = [found for found in run_checks() if str(found.id).startswith(("notices.", "files."))]
    assert ours == []
    settings.LINLI_NOTICE_URLS = ["fax=json://127.0.0.1/"]
    assert [found.id for found in run_checks() if str(found.id).startswith("notices.")] == ["notices.E003"]


def test_an_instance_changes_one_sentence_and_a_mistake_in_it_is_found(settings: Any, tmp_path: Any) -> None:
    folder = tmp_path / "instances" / "zhongyuan" / "notices"
    folder.mkdir(parents=True)
    settings.INSTANCES = tmp_path / "instances"
    own = "templates: {request.closed: {texts: {zh-hans: {title: '办好了（{number}）'}}}}"
    (folder / "own.yaml").write_text(own, "utf-8")
    changed = queries.templates()["request.closed"].texts
    assert changed["zh-hans"].title == "办好了（{number}）"
    assert "已办结" in changed["zh-hans"].body
    assert changed["en"].title == "Closed ({number})"
    settings.INSTANCES = tmp_path / "others"
    (settings.INSTANCES / "notices").mkdir(parents=True)
    (settings.INSTANCES / "notices" / "bad.yaml").write_text(own.replace("{number}", "{nummer}"), "utf-8")
    assert "notices.E002" in {found.id for found in run_checks()}
