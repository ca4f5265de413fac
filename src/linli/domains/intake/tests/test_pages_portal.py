"""The resident's pages: three steps without JavaScript, receipt, tracking, rating, opening again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from linli.base import clock
from linli.domains.intake.actions import handling as do
from linli.domains.intake.models import Request
from linli.domains.intake.rules.kinds import Privacy
from linli.domains.intake.rules.secrets import shown
from linli.domains.intake.tests.factories import COMMUNITY, Cast, cast, say
from linli.kernel.access.models import Account
from linli.kernel.cases.models import Case

pytestmark = pytest.mark.django_db
WORDS = "3号楼2单元的电梯一到四楼就停，老人不敢坐。"
ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def browser(people: Cast) -> Client:
    return Client()


@pytest.fixture
def resident(people: Cast) -> Iterator[Client]:
    client = Client()
    client.force_login(Account.objects.get(username="li"))
    yield client


def _text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def _hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def _ask(browser: Client, **who: str) -> str:
    """Walk the three steps as a browser without scripts does; the receipt's page."""
    where = _text(browser.get("/ask/", {"region": COMMUNITY}))
    what = _text(browser.post("/ask/", {**_hidden(where), "step": "what", "text": WORDS, "kind": "help"}))
    answer = browser.post(
        "/ask/", {**_hidden(what), "step": "who", "privacy": "named", "phone": "13800010001", **who}, follow=True
    )
    return _text(answer)


def test_home_has_one_field_three_starters_and_a_telephone(browser: Client) -> None:
    page = _text(browser.get("/"))
    assert 'name="words"' in page and page.count("<li><a href=") >= 3 and 'href="tel:' in page


def test_words_from_home_are_carried_to_the_second_step(browser: Client) -> None:
    page = _text(browser.get("/ask/", {"words": WORDS, "region": COMMUNITY}))
    assert WORDS in page and "房屋电梯" in page


def test_three_steps_without_scripts_end_in_a_receipt(browser: Client) -> None:
    page = _ask(browser)
    case = Case.objects.get()
    assert case.number in page and "<svg" in page
    number, code = re.findall(r'li-receipt-number">([^<]+)<', page)
    found = browser.post("/track/", {"number": number, "code": code}, follow=True)
    assert WORDS in _text(found)


def test_sending_twice_makes_one_request(browser: Client) -> None:
    what = _text(browser.get("/ask/", {"region": COMMUNITY, "words": WORDS}))
    form = {**_hidden(what), "step": "who", "privacy": "anonymous", "text": WORDS, "kind": "help"}
    browser.post("/ask/", form)
    browser.post("/ask/", form)
    assert Case.objects.count() == 1


def test_the_first_step_finds_communities_by_words_and_by_list(browser: Client) -> None:
    page = _text(browser.post("/ask/", {"step": "where", "place": "碧沙岗"}))
    assert f'value="{COMMUNITY}"' in page
    listed = _text(browser.get("/ask/", {"in": "410102001"}))
    assert f"region={COMMUNITY}" in listed and "<svg" in listed


def test_wrong_things_come_back_with_a_sentence_and_the_words_kept(browser: Client) -> None:
    page = _text(browser.post("/ask/", {"step": "what", "region": COMMUNITY, "text": "", "kind": "help"}))
    assert "请用自己的话" in page
    what = _text(browser.get("/ask/", {"region": COMMUNITY, "words": WORDS}))
    page = _text(
        browser.post("/ask/", {**_hidden(what), "step": "who", "text": WORDS, "privacy": "named", "phone": "abc"})
    )
    assert WORDS in page and Case.objects.count() == 0


def test_golden_15_the_banned_certificate_is_refused_with_article_and_way_and_can_be_sent_anyway(
    browser: Client,
) -> None:
    words = "请社区给我开具亲属关系证明"
    form = {
        "step": "who",
        "region": COMMUNITY,
        "text": words,
        "kind": "help",
        "privacy": "anonymous",
        "key": "k",
        "draft": "",
    }
    refused = browser.post("/ask/", form)
    assert refused.status_code == 422 and "民发〔2020〕20号" in _text(refused) and "公证处" in _text(refused)
    assert Case.objects.count() == 0
    browser.post("/ask/", {**form, "insist": "on"})
    assert Case.objects.count() == 1


def test_danger_says_call_first(browser: Client) -> None:
    page = _text(browser.post("/ask/guess/", {"region": COMMUNITY, "text": "三号楼着火了"}))
    assert "tel:119" in page


def test_wrong_code_tells_nothing_and_six_times_is_enough(browser: Client, people: Cast) -> None:
    receipt = say(people.nobody, at=clock.now())
    for _attempt in range(3):
        assert "不相符" in _text(browser.post("/track/", {"number": receipt.case.number, "code": "AAAA-AAAA"}))
    page = _text(browser.post("/track/", {"number": receipt.case.number, "code": shown(receipt.code)}))
    assert receipt.case.title not in page


def test_the_page_of_a_matter_shows_dates_answer_and_rating(resident: Client, people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    assert "1" in _text(resident.get("/mine/")) and case.title in _text(resident.get("/"))
    do.accept(people.wang, case.pk, at=clock.now())
    do.reply(people.wang, case.pk, text=ANSWER, at=clock.now())
    page = _text(resident.get(f"/mine/{case.pk}/"))
    assert ANSWER in page and "王建国" in page and 'name="grade"' in page
    resident.post(f"/mine/{case.pk}/step/", {"step": "rate", "grade": "5", "key": "a"})
    assert Request.objects.get().grade == 5
    resident.post(f"/mine/{case.pk}/step/", {"step": "reopen", "note": "又坏了", "key": "b"})
    assert Case.objects.get(type="request").state == "handling"


def test_internal_remarks_never_reach_the_resident(resident: Client, people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    do.comment(people.wang, case.pk, text="内部：此人多次来电", at=clock.now())
    do.comment(people.wang, case.pk, text="公开：今天下午上门", is_public=True, at=clock.now())
    page = _text(resident.get(f"/mine/{case.pk}/"))
    assert "此人多次来电" not in page and "今天下午上门" in page


def test_another_person_gets_404(resident: Client, people: Cast) -> None:
    theirs = say(people.nobody, at=clock.now(), privacy=Privacy.ANONYMOUS).case
    assert resident.get(f"/mine/{theirs.pk}/").status_code == 404
    assert resident.post(f"/mine/{theirs.pk}/step/", {"step": "withdraw"}).status_code == 404
    assert resident.get("/t/forged/").status_code == 404


def test_one_query_count_for_one_and_for_three(
    resident: Client, people: Cast, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    resident.get("/mine/")
    for _round in range(2):
        say(people.li, at=clock.now())
        if _round:
            say(people.li, at=clock.now())
        with CaptureQueriesContext(connection) as queries:
            resident.get("/mine/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_not_built_yet_leads_somewhere(browser: Client) -> None:
    for what in ("apply", "find"):
        page = _text(browser.get(f"/ways/{what}/"))
        assert "/ask/" in page and "tel:" in page


def test_the_front_page_answers_head_and_says_no_good_morning_at_three(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 19, tzinfo=UTC))
    assert client.head("/").status_code == 200
    page = client.get("/").content.decode()
    assert "您好" in page and "早上好" not in page
