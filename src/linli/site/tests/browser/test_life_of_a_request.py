"""A request's whole life as people see it: said on a phone, answered at a desk, called back, rated, reopened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from linli.site.tests.browser.visitors import DESK, Face, Visitors, watched

pytestmark = pytest.mark.browser
HOME = "410102001002"
WORDS = "2号楼西侧的污水井盖松了，自行车压过去会翘起来，放学时孩子很多，请尽快来人固定。"
ANSWER = "今天上午已更换井盖并加装防坠网，三十日内每周复查一次，由网格员赵小军负责。"
NUMBER = re.compile(r"L\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass
class Matter:
    """What the resident holds in hand, and the two windows the story is told in."""

    phone: Any
    desk: Any
    wrong: list[str]
    number: str = ""
    code: str = ""
    link: str = ""
    case: str = ""


@pytest.fixture(scope="module")
def matter(visitors: Visitors) -> Iterator[Matter]:
    phone = visitors.sit_down()
    desk = visitors.sit_down("wang", Face(size=DESK))
    wrong = watched(phone, visitors.town.url)
    matter = Matter(phone, desk, wrong)
    for page in (phone, desk):
        page.on("pageerror", lambda error: wrong.append(str(error)))
    yield matter
    phone.context.close()
    desk.context.close()
    assert not wrong, wrong


def main(page: Any) -> str:
    return str(page.inner_text("main"))


def do(matter: Matter, step: str) -> None:
    """Open a step from the case page by its link, as a worker does."""
    matter.desk.goto(matter.case)
    matter.desk.click(f".li-actions a[href$='/{step}/']")
    matter.desk.wait_for_url(f"**/{step}/")


def send(matter: Matter) -> str:
    """Send the open step; the case page that follows."""
    matter.desk.click("main form .btn-accent")
    matter.desk.wait_for_url(f"**{matter.case}")
    return main(matter.desk)


def test_a_resident_says_it_in_three_steps_and_keeps_a_receipt(matter: Matter) -> None:
    phone = matter.phone
    phone.goto("/")
    phone.fill("#ask", WORDS)
    phone.click(".li-ask .btn-accent")

    phone.fill("#place", "林山寨街道碧沙岗社区")
    phone.click("button[name=find]")
    assert "碧沙岗社区" in phone.inner_text(".li-choices")
    phone.check(f"input[value='{HOME}']")
    phone.click("main .li-buttons .btn-primary")

    assert phone.input_value("#id_text") == WORDS, "what was written on the first page comes along"
    phone.check("input[name=kind][value=help]")
    phone.click("main .li-buttons .btn-primary")

    assert WORDS in main(phone) and "碧沙岗社区" in main(phone)
    phone.check("#named")
    phone.fill("#id_name", "田小雨")
    phone.fill("#id_phone", "13911112222")
    phone.click("main .li-buttons .btn-accent")
    phone.wait_for_url("**/ask/receipt/")

    matter.number, matter.code = phone.locator(".li-receipt-number").all_inner_texts()
    assert NUMBER.fullmatch(matter.number) and len(matter.code.replace(" ", "").replace("-", "")) == 8
    facts = phone.inner_text(".li-receipt")
    assert "碧沙岗社区" in facts and re.search(r"\d+月\d+日 周. \d\d:\d\d", facts), "who has it, and a real date"
    assert phone.locator(".li-receipt svg").count(), "a code to photograph"
    matter.link = phone.get_attribute(".li-receipt .btn-primary", "href")


def test_it_is_found_again_by_number_and_code_and_not_by_a_wrong_code(matter: Matter, visitors: Visitors) -> None:
    with visitors.at() as other:
        other.goto("/track/")
        other.fill("[name=number]", matter.number)
        other.fill("[name=code]", "AAAA BBBB")
        other.click("main form button[type=submit]")
        assert "污水井盖" not in main(other)

        other.fill("[name=number]", matter.number)
        other.fill("[name=code]", matter.code)
        other.click("main form button[type=submit]")
        other.wait_for_url("**/t/**")
        assert "污水井盖" in main(other) and matter.number in main(other)
        assert "13911112222" not in other.content() and "田小雨" not in other.content()


def test_the_desk_of_the_community_has_it_in_its_queue_with_name_and_number_masked(matter: Matter) -> None:
    desk = matter.desk
    desk.goto("/desk/requests/")
    row = desk.locator(".li-row", has_text=matter.number)
    assert "井盖" in row.inner_text()
    row.click()
    desk.wait_for_url("**/desk/requests/*/")
    matter.case = re.sub(r"^https?://[^/]+", "", desk.url)
    assert WORDS in main(desk)
    assert "139****2222" in main(desk) and "13911112222" not in desk.content() and "田小雨" not in desk.content()


def test_a_stranger_from_the_next_county_finds_nothing_at_its_address(matter: Matter, visitors: Visitors) -> None:
    with visitors.at("guo") as stranger:
        for address in (matter.case, f"{matter.case}reply/", matter.case.replace("desk/requests", "cases")):
            assert stranger.goto(address).status == 404
            assert "井盖" not in stranger.content() and matter.number not in stranger.content()


def test_taking_it_up_starts_the_clock_of_the_answer(matter: Matter) -> None:
    do(matter, "accept")
    said = send(matter)
    assert "办理中" in said
    matter.phone.goto(matter.link)
    assert "王建国" in main(matter.phone) or "碧沙岗社区" in main(matter.phone)
    assert re.search(r"\d+月\d+日 周. 17:30", main(matter.phone)), "the answer has a day at the end of office hours"


def test_an_answer_needs_words_and_reaches_the_resident_word_for_word(matter: Matter) -> None:
    do(matter, "reply")
    matter.desk.click("main form .btn-accent")
    assert matter.desk.locator("main .li-errors, main .has-error").count(), "an empty answer is not sent"
    matter.desk.fill("[name=text]", ANSWER)
    send(matter)
    matter.phone.goto(matter.link)
    assert ANSWER in main(matter.phone)


def test_a_step_that_is_not_possible_says_why(matter: Matter) -> None:
    matter.desk.goto(matter.case)
    closed = matter.desk.locator(".li-actions [aria-disabled=true], .li-actions :disabled, .li-actions .is-off")
    assert closed.count(), "closing waits for the call-back"
    assert "回访" in matter.desk.inner_text(".li-actions")


def test_a_call_back_asks_three_things_apart(matter: Matter) -> None:
    do(matter, "call_back")
    for name, answer in (("reached", "yes"), ("responded", "yes"), ("solved", "yes"), ("satisfied", "yes")):
        matter.desk.check(f"input[name={name}][value={answer}]")
    send(matter)
    do(matter, "close")
    assert "已办结" in send(matter)


def test_the_resident_rates_by_link_without_logging_in(matter: Matter) -> None:
    phone = matter.phone
    phone.goto(matter.link)
    phone.check("input[name=grade][value='2']")
    phone.fill("#rate-words", "井盖换了，但还是有响声")
    phone.click("form:has(input[name=grade]) button[type=submit]")
    phone.wait_for_load_state()
    assert phone.locator("[role=status], .alert, .li-note").count()
    phone.goto(matter.link)
    assert phone.locator("input[name=grade][value='2']").is_checked() or "评价" in main(phone)


def test_what_is_not_solved_is_opened_again_with_the_reason_on_record(matter: Matter) -> None:
    phone = matter.phone
    phone.goto(matter.link)
    phone.click("details:has(#reopen) summary")
    phone.fill("#reopen", "夜里车一过井盖还是响，住一楼睡不着")
    phone.click("form:has(#reopen) button[type=submit]")
    phone.wait_for_load_state()
    assert "住一楼睡不着" in main(phone)

    matter.desk.goto(matter.case)
    assert "办理中" in main(matter.desk) and "住一楼睡不着" in main(matter.desk)
    matter.desk.goto(f"/desk/requests/?text={matter.number}")
    assert matter.number in main(matter.desk)
