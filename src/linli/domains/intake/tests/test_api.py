"""Requests through the API: without an account, with one, on the desk; keys, problems with articles, no leaks."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from linli.base import clock
from linli.domains.intake.tests.factories import COMMUNITY, HOUSING, Cast, cast, say
from linli.kernel.access.models import Account
from linli.kernel.cases.models import Case, Comment

pytestmark = pytest.mark.django_db
AT = "/api/v1/requests"
WORDS = "3号楼2单元的电梯一到四楼就停，老人不敢坐。"
ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"


@pytest.fixture
def people() -> Cast:
    return cast()


def _as(username: str) -> Client:
    Account.objects.filter(username=username).update(password_changed_at=clock.now())
    account = Account.objects.get(username=username)
    Authenticator.objects.get_or_create(user=account, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    client = Client(enforce_csrf_checks=False)
    client.force_login(account)
    return client


def _post(client: Client, address: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{AT}{address}", body, content_type="application/json", headers=headers)


def _say(client: Client, key: str = "", **changes: Any) -> Any:
    return _post(client, "", {"region": COMMUNITY, "text": WORDS, "kind": "help", **changes}, key)


@pytest.mark.parametrize("door", ["/api/v1/requests/{}/comment", "/api/v1/cases/{}/comments"])
def test_a_remark_sent_twice_with_one_key_is_said_once(people: Cast, door: str) -> None:
    case, client = say(people.li, at=clock.now()).case, _as("wang")
    for _twice in range(2):
        answer = client.post(
            door.format(case.pk), {"text": "已联系物业"}, content_type="application/json",
            headers={"Idempotency-Key": "remark-1"},
        )  # fmt: skip
        assert answer.status_code in (200, 201), answer.content
    assert Comment.objects.filter(case=case).count() == 1


def test_an_unknown_region_is_called_unknown(people: Cast) -> None:
    assert Client().get(f"{AT}/categories", {"region": "999999"}).status_code == 404
    assert _post(Client(), "/suggest", {"region": "999999999999", "text": WORDS}).status_code == 404


NIL = "0" * 32


@pytest.mark.parametrize(
    "after", ["9" * 60, "²", "~", "²~²", f"9999-12-31T23:59:59-10:00~{NIL}", f"0001-01-01T00:00:00+10:00~{NIL}"]
)
@pytest.mark.parametrize("more", [{}, {"group": "later"}, {"group": "closed"}, {"measure": "received"}])
def test_a_marker_that_is_none_is_told_so(after: str, more: dict[str, str]) -> None:
    cast()
    answer = _as("wang").get(AT, {"after": after, **more})
    assert answer.status_code in (400, 422), answer.content


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31"), ("", "9999-12-31")]
)
def test_days_out_of_all_reason_are_told_so(first: str, last: str) -> None:
    cast()
    answer = _as("wang").get(f"{AT}/numbers", {"first": first, "last": last})
    assert answer.status_code == 400, answer.content
    assert _as("wang").get("/desk/requests/numbers/", {"from": first, "to": last}).status_code in (200, 400)


def test_anybody_may_say_something_and_follow_it(people: Cast) -> None:
    answer = _say(Client())
    assert answer.status_code == 201, answer.content
    receipt = answer.json()
    assert receipt["category"] == "07" and len(receipt["code"]) == 9
    found = Client().get(f"{AT}/track", {"number": receipt["number"], "code": receipt["code"]})
    assert found.status_code == 200 and found.json()["text"] == WORDS and found.json()["timeline"]
    assert Client().get(f"{AT}/track", {"number": receipt["number"], "code": "AAAA-AAAA"}).status_code == 404


def test_a_key_makes_it_once_and_another_content_is_a_conflict(people: Cast) -> None:
    first, second = _say(Client(), "k1").json(), _say(Client(), "k1").json()
    assert first["number"] == second["number"] and first["code"] == second["code"] and Case.objects.count() == 1
    assert _say(Client(), "k1", text="另外一件完全不同的事").status_code == 409


def test_golden_15_the_problem_names_article_and_way(people: Cast) -> None:
    answer = _say(Client(), text="请社区给我开具亲属关系证明")
    problem = answer.json()
    assert answer.status_code == 422 and problem["code"] == "intake.banned_certificate"
    assert "民发〔2020〕20号" in problem["article"] and "公证处" in problem["advice"]
    assert _say(Client(), text="请社区给我开具亲属关系证明", insist=True).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "999999999999"},
        {"region": "x"},
        {"text": ""},
        {"kind": "nonsense"},
        {"longitude": 500},
        {"phone": "abc", "privacy": "named"},
    ],
)
def test_bad_input_is_four_hundred_something_with_a_sentence(people: Cast, changes: dict[str, Any]) -> None:
    answer = _say(Client(), **changes)
    assert answer.status_code in (400, 404) and answer.json()["detail"]


def test_the_desk_handles_one_to_the_end(people: Cast) -> None:
    number = _say(_as("li"), privacy="named", phone="13800010001").json()["id"]
    he, zheng, wang, li = _as("he"), _as("zheng"), _as("wang"), _as("li")
    assert _post(he, f"/{number}/dispatch", {"desk": HOUSING}).json()["state"] == "dispatched"
    assert _post(zheng, f"/{number}/accept", {}).json()["state"] == "handling"
    early = _post(wang, f"/{number}/close", {})
    assert early.status_code == 422
    assert _post(zheng, f"/{number}/reply", {"text": ANSWER}).json()["state"] == "replied"
    uncalled = _post(wang, f"/{number}/close", {})
    assert uncalled.status_code == 422 and "北京市接诉即办" in uncalled.json()["article"]
    calls = {"reached": True, "responded": True, "solved": True, "satisfied": True}
    assert _post(wang, f"/{number}/call_back", calls).status_code == 200
    assert _post(wang, f"/{number}/close", {}).json()["state"] == "closed"
    assert _post(li, f"/{number}/rate", {"grade": 5}).status_code == 200
    assert li.get(f"{AT}/{number}/mine").json()["grade"] == 5


def test_one_on_the_desk_is_masked_and_says_why_not(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    found = _as("wang").get(f"{AT}/{case.pk}").json()
    assert found["phone"] == "138****0001" and found["person"] == "李*" and found["steps"]
    assert "13800010001" not in str(found)


def test_lists_page_by_cursor_and_filter(people: Cast) -> None:
    for _number in range(5):
        say(people.li, at=clock.now())
    wang = _as("wang")
    seen: list[str] = []
    after = ""
    for _page in range(5):
        page = wang.get(AT, {"limit": 2, "after": after}).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 5
    assert wang.get(AT, {"kind": "praise"}).json()["items"] == []
    assert len(wang.get(AT, {"kind": "help", "limit": 3}).json()["items"]) == 3


def test_sealed_and_foreign_requests_do_not_exist_for_others(people: Cast) -> None:
    sealed = say(people.li, text="邻居家孩子天天被打，身上都是伤痕", at=clock.now()).case
    for name in ("wang", "he", "qian", "stranger", "auditor"):
        client = _as(name)
        assert client.get(f"{AT}/{sealed.pk}").status_code == 404
        assert _post(client, f"/{sealed.pk}/accept", {}).status_code == 404
        assert sealed.number not in client.get(AT).content.decode()
        alike = _post(client, "/suggest", {"region": COMMUNITY, "text": "邻居家孩子天天被打，身上都是伤痕"}).json()
        assert alike["similar"] == [] and alike["sealed"] is True
    assert _as("zhou").get(f"{AT}/{sealed.pk}").status_code == 200


def test_without_an_account_there_is_no_desk(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    for address in ("", f"/{case.pk}", "/mine", "/numbers", f"/{case.pk}/mine"):
        assert Client().get(f"{AT}{address}").status_code == 401
    assert _post(Client(), f"/{case.pk}/accept", {}).status_code == 401


def test_words_suggest_classes_and_numbers_are_apart(people: Cast) -> None:
    seen = _post(Client(), "/suggest", {"region": COMMUNITY, "text": "三号楼着火了，电梯里有人"}).json()
    assert seen["emergency"] == "119" and seen["classes"][0]["code"] == "07"
    assert len(Client().get(f"{AT}/categories").json()) == 22
    say(people.li, at=clock.now())
    figures = _as("chen").get(f"{AT}/numbers").json()
    assert figures["whole"]["received"] == 1 and set(figures["whole"]["response"]) == {
        "part",
        "whole",
        "percent",
        "excluded",
    }
    assert _as("stranger").get(f"{AT}/numbers", {"region": "410102"}).status_code == 403


def test_an_unknown_step_is_told(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    assert _post(_as("wang"), f"/{case.pk}/fly", {}).status_code == 400
    assert _post(_as("wang"), f"/{case.pk}/transfer", {"number": "999"}).status_code == 400
    assert _post(_as("li"), f"/{case.pk}/rate", {}).status_code == 400
