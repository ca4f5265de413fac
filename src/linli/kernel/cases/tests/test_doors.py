"""The generic doors: a type that is only a file is opened, worked on and closed by browser and by API."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from linli.base.clock import now
from linli.kernel.access.tests import cast as stage
from linli.kernel.cases.models import Case, CaseEvent
from linli.kernel.cases.tests.factories import patrol

pytestmark = pytest.mark.django_db
FORM = {"region": stage.COMMUNITY, "title": "井盖松动", "place": "建设路口", "defect": "loose"}


@pytest.fixture
def people() -> stage.Cast:
    return stage.cast()


def door(account, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    type(account).objects.filter(pk=account.pk).update(password_changed_at=now(), language=language)
    client.force_login(account)
    return client


def post(client: Client, address: str, body: dict, **headers: str):
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def test_a_case_is_opened_and_closed_in_the_browser(people):
    wang, zhao = door(people.wang), door(people.zhao)
    assert "下水井盖巡查" in wang.get("/cases/").content.decode()
    assert "具体位置" in wang.get("/cases/open/well_cover_patrol/").content.decode()
    opened = wang.post("/cases/open/well_cover_patrol/", FORM, follow=True)
    case = Case.objects.get()
    page = opened.content.decode()
    assert case.number in page
    assert "松动异响" in page
    address = f"/cases/{case.pk}/"
    assert wang.post(f"{address}steps/secure/", follow=True).status_code == 200
    assert wang.post(f"{address}steps/repair/", {"work": "fixed", "cost": "80"}).status_code == 302
    mine = wang.get(address).content.decode()
    assert "同时办理这一步" in mine or "修复完成" in mine
    assert zhao.post(f"{address}steps/confirm/").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.data["cost"]) == ("closed", 80)


def test_a_form_that_does_not_fit_says_where(people):
    answer = door(people.wang).post("/cases/open/well_cover_patrol/", {**FORM, "defect": "nonsense"})
    assert answer.status_code == 400
    assert "请选择所给的选项" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_second_click_does_nothing_twice(people):
    wang, case = door(people.wang), patrol(stage.as_actor(people.wang))
    for _ in range(2):
        assert wang.post(f"/cases/{case.pk}/steps/secure/", {"key": "one"}).status_code == 302
    assert CaseEvent.objects.filter(action="secure").count() == 1


def test_the_stranger_finds_nothing_here(people):
    case = patrol(stage.as_actor(people.wang))
    stranger = door(people.stranger)
    assert stranger.get(f"/cases/{case.pk}/").status_code == 404
    assert stranger.post(f"/cases/{case.pk}/steps/secure/").status_code == 404
    assert stranger.get(f"/api/v1/cases/{case.pk}").status_code == 404
    assert case.number not in stranger.get("/cases/").content.decode()


def test_the_same_through_the_api(people):
    wang, zhao = door(people.wang), door(people.zhao)
    body = {
        "type": "well_cover_patrol", "region": stage.COMMUNITY, "title": "井盖缺失",
        "data": {"place": "嵩山路", "defect": "missing", "danger": True},
    }  # fmt: skip
    first = post(wang, "/api/v1/cases", body, **{"idempotency-key": "a"})
    again = post(wang, "/api/v1/cases", body, **{"idempotency-key": "a"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    address = f"/api/v1/cases/{first.json()['id']}"
    choices = wang.get(f"{address}/choices").json()
    assert choices[0]["action"] == "secure"
    assert post(wang, f"{address}/actions/secure", {}).json()["state"] == "secured"
    wrong = post(wang, f"{address}/actions/repair", {"data": {"work": "painted"}})
    assert wrong.status_code == 400
    assert "work" in wrong.json()["fields"]
    assert post(wang, f"{address}/actions/repair", {"data": {"work": "replaced"}}).status_code == 200
    refused = post(wang, f"{address}/actions/confirm", {})
    assert refused.status_code == 422
    assert "修复完成" in refused.json()["detail"]
    assert post(zhao, f"{address}/actions/confirm", {}).json()["closed_at"]
    assert [line["action"] for line in wang.get(f"{address}/history").json()] == ["open", "secure", "repair", "confirm"]
    assert wang.get("/api/v1/cases?group=closed").json()["items"][0]["number"] == first.json()["number"]


def test_english_reads_english(people):
    wang = door(people.wang, "en")
    wang.cookies["linli_language"] = "en"
    page = wang.get("/cases/open/well_cover_patrol/").content.decode()
    assert "Well cover patrol" in page
    assert "Where exactly" in page
