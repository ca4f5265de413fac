"""The three steps with the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from linli.site.tests.browser.visitors import DESK, Face, Visitors

pytestmark = pytest.mark.browser
WORDS = "小区东门的快递柜挡住了盲道，盲人邻居每天绕到车行道上走。"
FAR = 120  # presses of a key after which nobody looks any further

FOCUS = """async () => {
  await new Promise(requestAnimationFrame);  // what comes into sight with the focus is there in the next frame
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const lined = it => getComputedStyle(it).outlineStyle !== 'none' && parseFloat(getComputedStyle(it).outlineWidth) > 0;
  let seen = style.boxShadow !== 'none';  // of itself, or the line around what holds it
  for (let it = one, up = 0; it && up < 4; it = it.parentElement, up++) seen ||= lined(it);
  return {
    id: one.id, name: one.name || '', value: one.value || '', tag: one.tagName,
    text: (one.textContent || '').trim(), class: one.className.baseVal ?? one.className,
    seen, away: box.bottom < 0 || box.top > innerHeight,
  };
}"""


def press_until(page: Any, wanted: Any, key: str = "Tab") -> dict[str, Any]:
    """Press a key until the focus is where it is wanted; on the way it is always seen."""
    for _ in range(FAR):
        page.keyboard.press(key)
        now = page.evaluate(FOCUS)
        if now["tag"] != "BODY":
            assert now["seen"], f"the focus is not seen at {now}"
            assert not now["away"], f"the focus is outside the screen at {now}"
        if wanted(now):
            return dict(now)
    raise AssertionError("the keyboard does not get there")


def test_the_first_key_offers_to_skip_to_the_content(visitors: Visitors) -> None:
    with visitors.at(face=Face(size=DESK)) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert "li-skip" in page.evaluate(FOCUS)["class"]
        page.keyboard.press("Enter")
        press_until(page, lambda now: now["id"] == "ask")
        assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_a_request_is_said_with_the_keyboard_alone(visitors: Visitors) -> None:
    with visitors.at(face=Face(size=DESK)) as page:
        page.goto("/")
        press_until(page, lambda now: now["id"] == "ask")
        page.keyboard.type(WORDS)
        press_until(page, lambda now: "btn-accent" in now["class"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/ask/**")

        press_until(page, lambda now: now["id"] == "place")
        page.keyboard.type("林山寨街道碧沙岗社区")
        press_until(page, lambda now: now["name"] == "find")
        page.keyboard.press("Enter")
        page.wait_for_selector(".li-choices input[value='410102001002']")
        press_until(page, lambda now: now["name"] == "region")
        press_until(page, lambda now: "btn-primary" in now["class"])
        page.keyboard.press("Enter")

        page.wait_for_selector("#id_text")
        press_until(page, lambda now: now["name"] == "kind")
        page.keyboard.press("ArrowDown")
        press_until(page, lambda now: "btn-primary" in now["class"])
        page.keyboard.press("Enter")

        page.wait_for_selector("#anonymous")
        press_until(page, lambda now: now["name"] == "privacy")
        press_until(page, lambda now: now["value"] == "anonymous", "ArrowDown")
        press_until(page, lambda now: "btn-accent" in now["class"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/ask/receipt/")
        assert page.locator(".li-receipt-number").count() == 2


def test_a_worker_moves_through_the_queue_and_opens_a_case_by_keys(visitors: Visitors) -> None:
    with visitors.at("wang", Face(size=DESK)) as page:
        page.goto("/desk/requests/", wait_until="networkidle")
        page.keyboard.press("j")
        first = page.evaluate("() => document.activeElement.getAttribute('href')")
        page.keyboard.press("j")
        second = page.evaluate("() => document.activeElement.getAttribute('href')")
        assert first and second and first != second
        page.keyboard.press("k")
        assert page.evaluate("() => document.activeElement.getAttribute('href')") == first
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{first}", wait_until="networkidle")
        page.keyboard.press("/")
        assert page.evaluate("() => document.activeElement.type") == "search"


def test_a_place_is_looked_up_also_for_one_whose_home_is_known(visitors: Visitors) -> None:
    with visitors.at("li") as page:
        page.goto("/ask/")
        assert page.locator("#home").is_checked(), "the home community is offered first"
        page.fill("#place", "林山寨街道互助路社区")
        page.click("button[name=find]")
        found = page.locator(".li-choices .li-choice").first
        assert "互助路社区" in found.inner_text() and found.locator("input").is_checked()


@pytest.fixture
def plain(visitors: Visitors) -> Iterator[Any]:
    """A phone that runs no script at all."""
    with visitors.at(face=Face(script=False)) as page:
        yield page


def test_a_request_is_said_and_followed_without_javascript(plain: Any) -> None:
    plain.goto("/")
    plain.fill("#ask", WORDS)
    plain.click(".li-ask .btn-accent")
    plain.fill("#place", "林山寨街道碧沙岗社区")
    plain.click("button[name=find]")
    plain.check("input[value='410102001002']")
    plain.click("main .li-buttons .btn-primary")
    assert plain.input_value("#id_text") == WORDS
    plain.click("main .li-buttons .btn-primary")
    plain.check("#anonymous")
    plain.click("main .li-buttons .btn-accent")
    plain.wait_for_url("**/ask/receipt/")
    number = plain.locator(".li-receipt-number").first.inner_text()
    plain.click(".li-receipt .btn-primary")
    assert number in plain.inner_text("main")
    assert plain.locator(".needs-js:visible").count() == 0, "nothing is offered that needs a script"


def test_a_place_is_found_step_by_step_from_the_province_down_without_javascript(plain: Any) -> None:
    plain.goto("/ask/?in=41")
    for name in ("郑州市", "中原区", "林山寨街道"):
        plain.click(f"main .li-links a:has-text('{name}')")
    plain.click("main a[href*='region=410102001002']")
    assert "碧沙岗社区" in plain.inner_text("main") and plain.locator("#id_text").count()


def test_a_worker_answers_without_javascript(visitors: Visitors) -> None:
    with visitors.at("wang", Face(script=False, size=DESK)) as page:
        page.goto("/desk/requests/?state=handling")
        page.click(".li-row >> nth=0")
        page.click(".li-actions a[href$='/comment/']")
        page.fill("[name=note]", "已约物业明早九点一起看现场")
        page.click("main form .btn-accent")
        assert "已约物业明早九点一起看现场" in page.inner_text("main")
