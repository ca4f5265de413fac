"""The words and marks templates are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from linli.site.templatetags import linli as tags


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


class Asking(forms.Form):
    words = forms.CharField(label="有什么事？", help_text="照实说。", widget=forms.Textarea(attrs={"class": "li-w-16"}))
    kind = forms.ChoiceField(label="哪一类", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="同意")
    place = forms.CharField(label="在哪里", required=False)


def drawn(name: str, form: forms.Form, **more: object) -> str:
    return Template('{% include "parts/field.html" %}').render(Context({"field": form[name], **more}))


def test_a_field_with_a_mistake_names_its_hint_and_its_error() -> None:
    html = drawn("words", Asking({"kind": "a"}))
    assert 'aria-describedby="id_words_hint id_words_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_words_hint"' in html
    assert 'id="id_words_error"' in html


def test_a_field_without_one_does_not() -> None:
    html = drawn("words", Asking())
    assert 'aria-describedby="id_words_hint"' in html
    assert "aria-invalid" not in html


def test_a_control_keeps_its_own_class_beside_ours_once() -> None:
    html = str(tags.control(Asking()["words"]))
    assert 'class="form-control li-w-16"' in html


def test_radio_buttons_stand_in_a_fieldset_each_with_its_label() -> None:
    html = drawn("kind", Asking())
    assert "<fieldset" in html
    assert html.count('class="li-choice"') == 2
    assert 'for="id_kind_0"' in html
    assert 'id="id_kind_0"' in html


def test_what_is_optional_says_so_and_what_is_required_is_marked() -> None:
    assert "选填" in drawn("place", Asking())
    assert "li-required" in drawn("agree", Asking())
    assert "选填" not in drawn("words", Asking())


def test_a_question_can_be_the_heading_of_its_page() -> None:
    assert '<h1><label class="li-label" for="id_words">' in drawn("words", Asking(), title=True, size="lg")


def test_words_from_people_are_never_markup() -> None:
    form = Asking({"words": "<b>灯</b>", "place": '"><script>'})
    assert "&lt;b&gt;" in drawn("words", form)
    assert "<script>" not in drawn("place", form)
    assert "&lt;x" in str(tags.icon("home", label="<x"))


def test_days_and_moments_as_people_say_them() -> None:
    at = datetime(2019, 11, 22, 16, 30, tzinfo=UTC)
    assert tags.moment(at) == "2019年11月23日 周六 00:30"
    assert tags.day(date(2019, 3, 4)) == "2019年3月4日 周一"
    assert tags.moment(None) == ""
    with translation.override("en"):
        assert tags.moment(at) == "Sat 23 Nov 2019 00:30"


def test_this_year_is_not_said() -> None:
    today = datetime.now(UTC).replace(month=3, day=4, hour=1)
    assert tags.day(today).startswith("3月4日 周")


def test_numbers_are_grouped_and_a_missing_one_is_a_dash() -> None:
    assert tags.number(1234567) == "1,234,567"
    assert tags.number(1.26, 1) == "1.3"
    assert tags.number(None) == "–"
    assert tags.per_cent(0.9614) == "96.1%"
    assert tags.per_cent(None) == "–"


def test_an_unbuilt_front_end_leaves_the_page_bare_but_whole(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(tags, "MANIFEST", tmp_path / "manifest.json")
    monkeypatch.setattr(settings, "STATIC_ROOT", str(tmp_path / "nowhere"))
    assert tags.built("src/main.ts") == ""
    (tmp_path / "manifest.json").write_text('{"src/main.ts": {"file": "main-1.js"}}')
    assert tags.built("src/main.ts") == "/static/built/main-1.js"
    assert tags.built("src/other.ts") == ""


def test_what_is_collected_is_what_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for place, name in (("source", "new.js"), ("collected/built", "old.js")):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "manifest.json").write_text(json.dumps({"src/main.ts": {"file": name}}))
    monkeypatch.setattr(tags, "MANIFEST", tmp_path / "source" / "manifest.json")
    monkeypatch.setattr(settings, "STATIC_ROOT", str(tmp_path / "collected"))
    assert tags.built("src/main.ts") == "/static/built/old.js"


def test_a_qr_code_is_drawn_without_a_style_and_read_as_words() -> None:
    html = str(tags.qr("https://example.org/t/1"))
    assert "<svg" in html
    assert "style=" not in html
    assert 'aria-label="二维码"' in html


@pytest.mark.parametrize("state", ["exceeded", "today", "soon", "later", "paused", "stopped"])
def test_every_state_of_a_clock_has_a_shape_and_a_word(state: str) -> None:
    html = Template('{% include "parts/clock.html" %}').render(Context({"state": state}))
    assert "<svg" in html
    assert html.split("</svg>")[1].strip("</span> \n")
    assert f"is-{state}" in html


@pytest.mark.parametrize(
    ("tone", "shape"), [("good", "<circle"), ("warn", "M6 .5"), ("bad", "M1 1h10"), ("info", "M6 0l6")]
)
def test_lights_differ_by_shape_not_only_by_colour(tone: str, shape: str) -> None:
    assert shape in Template('{% include "parts/light.html" %}').render(Context({"tone": tone, "word": "词"}))
