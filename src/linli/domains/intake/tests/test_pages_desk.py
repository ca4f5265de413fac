"""The desk's pages: queue, case, steps, many at once, writing down, contacts, files, numbers; and who sees none."""

from __future__ import annotations

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.base import clock
from linli.base.errors import Denied
from linli.domains.intake.actions import handling as do
from linli.domains.intake.actions import speaking
from linli.domains.intake.models import Export, Request
from linli.domains.intake.queries.requests import own_request
from linli.domains.intake.rules.kinds import Kind
from linli.domains.intake.tests.factories import COMMUNITY, Cast, cast, say
from linli.kernel.access.models import Account
from linli.kernel.audit.models import Entry
from linli.kernel.cases.actions import set_sealed
from linli.kernel.cases.models import Case

pytestmark = pytest.mark.django_db
SECRET = "邻居家孩子天天被打，身上都是伤痕"
ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"


@pytest.fixture
def people() -> Cast:
    return cast()


def _as(username: str) -> Client:
    Account.objects.filter(username=username).update(password_changed_at=clock.now())
    account = Account.objects.get(username=username)
    Authenticator.objects.get_or_create(user=account, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    client = Client()
    client.force_login(account)
    return client


def _text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_queue_shows_what_is_mine_and_nothing_sealed(people: Cast) -> None:
    mine, sealed = say(people.li, at=clock.now()).case, say(people.li, text=SECRET, at=clock.now()).case
    page = _text(_as("wang").get("/desk/requests/"))
    assert mine.number in page and sealed.number not in page and "被打" not in page
    assert sealed.number in _text(_as("zhou").get("/desk/requests/"))


@pytest.mark.parametrize(
    "query", ["", "?text=伤痕", "?category=21", "?kind=help", "?group=later", "?text=孩子&kind=help"]
)
def test_a_sealed_request_leaks_through_no_filter(people: Cast, query: str) -> None:
    case = say(people.li, text=SECRET, at=clock.now()).case
    for name in ("wang", "chen", "qian", "he", "sun"):
        assert case.number not in _text(_as(name).get(f"/desk/requests/{query}"))


@pytest.mark.parametrize("name", ["stranger", "auditor", "li"])
def test_the_stranger_sees_nothing(people: Cast, name: str) -> None:
    case = say(people.nobody, at=clock.now()).case
    client = _as(name)
    assert client.get(f"/desk/requests/{case.pk}/").status_code == 404
    for step in ("accept", "close", "reply", "dispatch", "contact", "duplicate"):
        assert client.post(f"/desk/requests/{case.pk}/{step}/", {"note": "x"}).status_code in (403, 404)
    page = client.get("/desk/requests/")
    assert case.number not in _text(page)
    case.refresh_from_db()
    assert case.state == "received"


def test_a_visitor_is_sent_to_the_door(people: Cast) -> None:
    case = say(people.nobody, at=clock.now()).case
    answer = Client().get(f"/desk/requests/{case.pk}/")
    assert answer.status_code in (302, 404) and case.title not in _text(answer)


def test_the_case_page_says_what_can_be_done_and_why_not(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    client = _as("wang")
    do.accept(people.wang, case.pk, at=clock.now())
    do.reply(people.wang, case.pk, text=ANSWER, at=clock.now())
    page = _text(client.get(f"/desk/requests/{case.pk}/"))
    assert "138****0001" in page and "13800010001" not in page and "李芳" not in page
    assert "还没有回访到当事人" in page and "北京市接诉即办工作条例" in page
    assert f"/desk/requests/{case.pk}/call_back/" in page


def test_a_whole_life_by_pages(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    client, at = _as("wang"), f"/desk/requests/{case.pk}"
    for step, form in (
        ("accept", {}),
        ("correct_category", {"category": "08", "kind": "complaint"}),
        ("comment", {"note": "已电话联系物业"}),
        ("reply", {"text": ANSWER}),
        ("call_back", {"reached": "yes", "responded": "yes", "solved": "yes", "satisfied": "yes"}),
        ("close", {}),
    ):
        assert client.get(f"{at}/{step}/").status_code == 200
        answer = client.post(f"{at}/{step}/", form)
        assert answer.status_code == 302, (step, _text(answer)[-3000:])
    case.refresh_from_db()
    assert case.state == "closed" and Request.objects.get().category == "08"


def test_whoever_handles_a_matter_can_seal_it_and_is_led_back_to_the_queue(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    client = _as("wang")
    chosen = {"category": "21", "kind": "report"}
    answer = client.post(f"/desk/requests/{case.pk}/correct_category/", chosen, follow=True)
    case.refresh_from_db()
    assert case.sealed and answer.status_code == 200 and answer.redirect_chain[-1][0] == "/desk/requests/"
    assert "密" in _text(answer) and case.number in _text(answer)
    assert client.get(f"/desk/requests/{case.pk}/").status_code == 404
    with pytest.raises(Denied):
        set_sealed(people.wang, case, False, reason="看看", at=clock.now())


def test_a_draft_is_said_to_be_saved_and_not_sent_and_more_time_to_wait_for_a_yes(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    client, at = _as("wang"), f"/desk/requests/{case.pk}"
    do.accept(people.wang, case.pk, at=clock.now())
    page = _text(client.post(f"{at}/reply/", {"text": ANSWER, "go": "draft"}, follow=True))
    assert "草稿已保存" in page and "已完成：" not in page
    page = _text(client.post(f"{at}/extend/", {"note": "配件需从外地调货"}, follow=True))
    assert "批准" in page and "已完成：" not in page


def test_a_refused_step_comes_back_with_its_reason(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    answer = _as("wang").post(f"/desk/requests/{case.pk}/close/", {"note": ""})
    assert answer.status_code == 422 and "办结" in _text(answer)


def test_the_accused_desk_sees_no_complainant(people: Cast) -> None:
    case = say(people.li, kind=Kind.COMPLAINT, accused_desk=COMMUNITY, at=clock.now()).case
    page = _text(_as("wang").get(f"/desk/requests/{case.pk}/"))
    assert "138****" not in page and "李*" not in page and f"{case.pk}/contact/" not in page
    answer = _text(_as("wang").post(f"/desk/requests/{case.pk}/contact/", {"reason": "想联系"}))
    assert "13800010001" not in answer
    assert "138****0001" in _text(_as("chen").get(f"/desk/requests/{case.pk}/"))


def test_no_history_names_the_person_who_asked_or_added_or_opened_again(people: Cast) -> None:
    case = say(people.li, kind=Kind.COMPLAINT, accused_desk=COMMUNITY, at=clock.now()).case
    do.dispatch(people.chen, case.pk, desk="410102001", at=clock.now())
    do.accept(people.chen, case.pk, at=clock.now())
    do.ask_more(people.chen, case.pk, note="请补充时间", at=clock.now())
    speaking.supply(people.li, own_request(people.li, case.pk), note="上周五下午", at=clock.now())
    do.reply(people.chen, case.pk, text=ANSWER, at=clock.now())
    speaking.rate(people.li, own_request(people.li, case.pk), grade=1, at=clock.now())
    speaking.reopen_own(people.li, own_request(people.li, case.pk), note="没有解决", at=clock.now())
    for address in (
        f"/desk/requests/{case.pk}/",
        f"/api/v1/cases/{case.pk}/history",
        f"/cases/{case.pk}/",
        f"/api/v1/requests/{case.pk}",
    ):
        for name in ("wang", "chen", "qian"):
            page = _text(_as(name).get(address))
            assert "李芳" not in page and "13800010001" not in page, (address, name)


def test_a_contact_is_shown_for_a_reason_and_on_the_record(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    client = _as("wang")
    assert "13800010001" not in _text(client.post(f"/desk/requests/{case.pk}/contact/", {"reason": ""}))
    assert "13800010001" in _text(client.post(f"/desk/requests/{case.pk}/contact/", {"reason": "约上门时间"}))
    entry = Entry.objects.get(action="intake.reveal_contact")
    assert entry.kind == "read" and "约上门时间" in entry.body and "13800010001" not in entry.body


def test_many_at_once_are_previewed_then_done(people: Cast) -> None:
    cases = [say(people.li, at=clock.now()).case for _number in range(3)]
    do.accept(people.wang, cases[0].pk, at=clock.now())
    client, ids = _as("wang"), [str(case.pk) for case in cases]
    page = _text(client.post("/desk/requests/bulk/", {"action": "accept", "id": ids}))
    assert page.count("这样做") == 1 and Case.objects.filter(state="handling").count() == 1
    client.post("/desk/requests/bulk/", {"action": "accept", "id": ids, "confirmed": "1", "key": "k"})
    assert Case.objects.filter(state="handling").count() == 3


def test_writing_down_shows_what_resembles_it_and_gives_a_code(people: Cast) -> None:
    known = say(people.li, at=clock.now()).case
    client = _as("wang")
    form = {
        "channel": "phone", "region": COMMUNITY, "place": "桐柏路191号院3号楼", "kind": "help", "category": "",
        "text": "3号楼2单元电梯从上周三开始一到四楼就停，老人害怕", "name": "陈女士", "phone": "13600040004",
    }  # fmt: skip
    looked = _text(client.post("/desk/requests/new/", {**form, "go": "look"}))
    assert known.number in looked and "同一社区" in looked and Case.objects.count() == 1
    taken = _text(client.post("/desk/requests/new/", form))
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}<", taken) and Case.objects.count() == 2
    case = Case.objects.exclude(pk=known.pk).get()
    page = _text(client.get(f"/desk/requests/{case.pk}/"))
    assert f"master={known.pk}" in page
    assert client.post(f"/desk/requests/{case.pk}/duplicate/", {"master": str(known.pk)}).status_code == 302
    case.refresh_from_db()
    assert case.master_id == known.pk


def test_a_sealed_request_resembles_nothing_for_others(people: Cast) -> None:
    sealed = say(people.li, text=SECRET, at=clock.now()).case
    form = {"channel": "phone", "region": COMMUNITY, "kind": "help", "text": SECRET, "go": "look"}
    assert sealed.number not in _text(_as("wang").post("/desk/requests/new/", form))


def test_a_list_is_taken_out_with_a_reason_a_watermark_and_no_formula(people: Cast) -> None:
    say(people.li, title="=HYPERLINK(evil)", at=clock.now())
    say(people.li, text=SECRET, at=clock.now())
    client = _as("wang")
    assert client.post("/desk/requests/exports/", {"reason": "", "shape": "csv"}).status_code == 200
    client.post("/desk/requests/exports/", {"reason": "月度会商", "shape": "csv"})
    export = Export.objects.get()
    assert export.state == "approved" and export.rows == 1
    answer = client.post(f"/desk/requests/exports/{export.pk}/", {"shape": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "月度会商" in rows[0][0] and "王建国" in rows[0][0]
    assert rows[2][4] == "'=HYPERLINK(evil)" and len(rows) == 3
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert client.post(f"/desk/requests/exports/{export.pk}/", {"shape": "csv"}).status_code == 409
    assert Entry.objects.filter(action="intake.take_export").count() == 1
    assert _as("chen").post(f"/desk/requests/exports/{export.pk}/").status_code == 404


def test_a_long_list_needs_a_second_person(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.domains.intake.actions import exports

    monkeypatch.setattr(exports, "FREE", 0)
    say(people.li, at=clock.now())
    _as("wang").post("/desk/requests/exports/", {"reason": "全年清单", "shape": "csv"})
    export = Export.objects.get()
    assert export.state == "asked" and _as("wang").post(f"/desk/requests/exports/{export.pk}/").status_code == 409
    assert _as("wang").post(f"/desk/requests/exports/{export.pk}/answer/", {"approve": "yes"}).status_code == 403
    _as("sun").post(f"/desk/requests/exports/{export.pk}/answer/", {"approve": "yes"})
    answer = _as("wang").post(f"/desk/requests/exports/{export.pk}/", {"shape": "csv"})
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")


def test_more_time_is_asked_and_granted_on_the_page(people: Cast) -> None:
    case = say(people.li, at=clock.now()).case
    do.accept(people.wang, case.pk, at=clock.now())
    due = case.clocks.get(key="handle").due_at
    assert _as("wang").post(f"/desk/requests/{case.pk}/extend/", {"note": "配件需调货"}).status_code == 302
    asked = case.clock_requests.get()
    assert "配件需调货" in _text(_as("sun").get(f"/desk/requests/{case.pk}/"))
    _as("sun").post(f"/desk/requests/{case.pk}/more-time/{asked.pk}/", {"approve": "yes"})
    assert case.clocks.get(key="handle").due_at > due


def test_the_report_to_the_police_is_noted_on_the_sealed_page(people: Cast) -> None:
    case = say(people.li, text=SECRET, at=clock.now()).case
    client = _as("zhou")
    page = _text(client.get(f"/desk/requests/{case.pk}/"))
    assert "立即拨打 110" in page and "tel:110" in page
    client.post(f"/desk/requests/{case.pk}/report/", {"words": "已出警"})
    assert Request.objects.get().reported_words == "已出警"
    assert _as("wang").post(f"/desk/requests/{case.pk}/report/", {"words": "x"}).status_code == 404


@pytest.mark.parametrize("address", ["/desk/requests/", "/desk/requests/?kind=help", "/desk/requests/numbers/"])
def test_queries_do_not_grow_with_rows(people: Cast, address: str) -> None:
    client = _as("chen")
    say(people.li, at=clock.now())
    client.get(address)
    counts = []
    for rows in (1, 3):
        while Case.objects.count() < rows:
            say(people.li, at=clock.now())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_row_names_its_community_once(people: Cast) -> None:
    case = say(people.li, place="", at=clock.now()).case
    page = _text(_as("wang").get("/desk/requests/"))
    row = page[page.index(case.number) :].split("</li>")[0]
    assert row.count(case.region.name) == 1
