"""Region pages: open to everyone, with and without JavaScript, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from linli.kernel.regions.forms import RegionField
from linli.kernel.regions.models import Edition, Figure, Region, Succession
from linli.kernel.regions.tests.factories import region, small_tree

pytestmark = pytest.mark.django_db


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_walking_down_from_the_province(client: Client) -> None:
    small_tree()
    assert client.get(reverse("regions:index")).headers["Location"] == "/regions/41"
    page = text(client.get("/regions/410102"))
    assert "林山寨街道" in page
    assert 'href="/regions/410102001"' in page
    assert 'href="/regions/4101"' in page, "the way up"
    assert "410102000000" in page


def test_an_unknown_code_is_a_404_that_helps(client: Client) -> None:
    small_tree()
    assert client.get("/regions/410199").status_code == 404
    assert client.get("/regions/nonsense").status_code == 404


def test_an_empty_platform_says_how_it_fills(client: Client) -> None:
    assert "linli regions load" in text(client.get(reverse("regions:index")))
    assert client.get(reverse("regions:reconciliation")).status_code == 200


def test_an_ended_unit_names_its_successor_and_counts_carry_year_and_source(client: Client) -> None:
    small_tree()
    region("4103", "洛阳市")
    old = region("410322", "孟津县", valid_to=date(2021, 3, 18))
    new = region("410308", "孟津区")
    on = date(2021, 3, 18)
    Succession.objects.create(county="410322", old=old, new=new, kind="merge", on=on, source="国务院批复", mark="FK")
    Figure.objects.create(region=new, county="410308", year=2020, key="population", value=1234567, source="普查")
    assert "/regions/410308" in text(client.get("/regions/410322"))
    page = text(client.get("/regions/410308"))
    assert "1,234,567" in page
    assert "普查" in page
    assert "孟津县" in page


def test_search_is_a_page_without_script_and_a_list_while_typing(client: Client) -> None:
    small_tree()
    page = client.get("/regions/search", {"q": "bishagang"})
    assert "<form" in text(page)
    assert "/regions/410102001002" in text(page)
    part = client.get("/regions/search", {"q": "bishagang"}, headers={"HX-Request": "true"})
    assert "<form" not in text(part)
    assert 'data-value="410102001002"' in text(part)


def test_words_and_names_are_escaped(client: Client) -> None:
    small_tree()
    Region.objects.filter(pk="410102001003").update(name="<b>互助路</b>", full_name="<b>互助路</b>")
    Edition.objects.create(name="x", loaded_at="2026-11-23T00:00:00Z")
    assert "<b>" not in text(client.get("/regions/search", {"q": "互助路"}))
    assert "<script>x" not in text(client.get("/regions/search", {"q": "<script>x"}))


def test_pages_read_only(client: Client) -> None:
    small_tree()
    assert client.post("/regions/41").status_code == 405


def test_english_is_complete_on_the_page(client: Client) -> None:
    small_tree()
    chinese = text(client.get("/regions/410102"))
    client.cookies["linli_language"] = "en"
    english = text(client.get("/regions/410102"))
    assert "下辖" in chinese
    assert "Inside" in english


class PlaceForm(forms.Form):
    region = RegionField(levels=(5,), within="4101")


@pytest.mark.parametrize(
    "data",
    [
        {"region": "410102001002", "region_words": "whatever"},
        {"region": "", "region_words": "中原区碧沙岗社区"},
        {"region_words": "410102001002"},
        {"region_words": "bishagang"},
        {"region": "碧沙岗社区"},
    ],
)
def test_the_picker_reads_the_code_or_the_words(data: dict[str, str]) -> None:
    small_tree()
    form = PlaceForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["region"] == "410102001002"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("没有这个地方", "unknown"),
        ("林山寨街道", "level"),
        ("419001", "unknown"),
        ("", "required"),
        ("社区", "several"),
    ],
)
def test_the_picker_says_why_not(words: str, why: str) -> None:
    small_tree()
    form = PlaceForm({"region_words": words})
    assert not form.is_valid()
    assert form.errors.as_data()["region"][0].code == why


def test_the_picker_shows_the_name_of_a_chosen_code() -> None:
    small_tree()
    drawn = str(PlaceForm(initial={"region": "410102001002"})["region"])
    assert 'value="河南省郑州市中原区林山寨街道碧沙岗社区居委会"' in drawn
    assert 'type="hidden" name="region" value="410102001002"' in drawn
    assert "within=4101" in drawn


def test_a_page_costs_the_same_for_few_and_many_children(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    small_tree()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get("/regions/410102001")
    for number in range(4, 30):
        region(f"410102001{number:03d}", f"第{number}社区居委会")
    with CaptureQueriesContext(connection) as many:
        client.get("/regions/410102001")
    assert len(many) == len(few)
