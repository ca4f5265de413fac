"""How a person chose to see Linli holds on the next page, and the gallery obeys the content policy."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from linli.site.specimens import PAGES

pytestmark = pytest.mark.django_db
PREFERENCES, HELP, GALLERY = reverse("preferences"), reverse("assistance"), reverse("gallery")


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN")


def opening(html: str) -> str:
    found = re.search(r"<html[^>]*>", html)
    assert found
    return found[0]


def test_a_chosen_theme_is_in_the_first_byte_of_the_next_page_and_auto_takes_it_away(browser: Client) -> None:
    assert "data-bs-theme" not in opening(browser.get(HELP).text)

    answer = browser.post(PREFERENCES, {"theme": "dark", "next": HELP})
    assert (answer.status_code, answer["Location"]) == (302, HELP)
    assert 'data-bs-theme="dark"' in opening(browser.get(HELP).text)

    browser.post(PREFERENCES, {"theme": "auto"})
    assert "data-bs-theme" not in opening(browser.get(HELP).text)


def test_large_print_goes_on_and_off_and_other_choices_stay(browser: Client) -> None:
    browser.post(PREFERENCES, {"theme": "light"})
    browser.post(PREFERENCES, {"elder": "1"})
    assert "data-elder" in opening(browser.get(HELP).text)
    assert 'data-bs-theme="light"' in opening(browser.get(HELP).text)

    browser.post(PREFERENCES, {"elder": "0"})
    assert "data-elder" not in opening(browser.get(HELP).text)


def test_a_value_nobody_offered_is_not_kept(browser: Client) -> None:
    answer = browser.post(PREFERENCES, {"theme": '"><script>'})
    assert answer.cookies["linli_theme"].value == ""
    assert "<script>" not in opening(browser.get(HELP).text)


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_site(browser: Client, away: str) -> None:
    assert browser.post(PREFERENCES, {"theme": "dark", "next": away})["Location"] == "/"


def test_preferences_are_changed_by_a_form_only(browser: Client) -> None:
    assert browser.get(PREFERENCES).status_code == 405


def test_the_language_switch_turns_the_page(browser: Client) -> None:
    assert 'lang="zh-Hans-CN"' in opening(browser.get(HELP).text)
    browser.post("/i18n/setlang/", {"language": "en", "next": HELP})
    page = browser.get(HELP).text
    assert 'lang="en"' in opening(page)
    assert "You need not do it alone" in page


def test_the_gallery_is_shut_outside_demonstrations(browser: Client, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert browser.get(GALLERY).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_no_part_needs_an_inline_script_or_style(browser: Client, settings: object, name: str) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    answer = browser.get(GALLERY, {"page": name})
    assert answer.status_code == 200
    assert f'href="?page={name}"' in answer.text or name != "parts"
    assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", answer.text)


@pytest.mark.parametrize("name", PAGES)
def test_every_label_and_description_points_at_something(browser: Client, settings: object, name: str) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    html = browser.get(GALLERY, {"page": name}).text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    pointed = [
        one
        for found in re.findall(r'(?:aria-describedby|aria-labelledby|\sfor)="([^"]+)"', html)
        for one in found.split()
    ]
    assert pointed or name in {"home", "board", "matter"}
    assert set(pointed) <= set(ids)


def test_pages_speak_chinese_until_someone_chooses_english(db):
    from linli.kernel.regions.tests.factories import small_tree

    small_tree()
    browser = Client(HTTP_ACCEPT_LANGUAGE="en-GB,en")
    assert 'lang="zh' in browser.get("/").content.decode()
    browser.cookies["linli_language"] = "en"
    assert 'lang="en' in browser.get("/").content.decode()
