"""What is said, when it may go out, how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from linli.kernel.notices.queries import parameters_at, templates
from linli.kernel.notices.rules import Channel, Template, backoff, problems_of, quiet_until, render, sms_parts
from linli.kernel.notices.rules.templates import LANGUAGES, VARIABLES
from linli.kernel.notices.tests.factories import AT, CONTEXT

NEEDED = {
    *(f"request.{step}" for step in ("received", "accepted", "returned", "transferred", "extended", "answered")),
    *(f"request.{step}" for step in ("callback", "rate", "reopened", "closed")),
    *("desk.assigned", "desk.overdue", "desk.handover"),
}


def template(**more: object) -> Template:
    row: dict[str, object] = {
        "variables": ["number", "title", "link"],
        "channels": ["inbox", "sms"],
        "texts": {
            language: {"title": "{title}", "body": "{title}\n{link}", "sms": "{number} {title} {link}"}
            for language in LANGUAGES
        },
    }
    return Template.model_validate({**row, **more})


def test_the_words_that_others_count_on_are_there_and_sound() -> None:
    known = templates()
    assert known.keys() >= NEEDED
    parts = parameters_at(AT).sms_parts
    assert [problem for key, one in known.items() for problem in problems_of(key, one, parts)] == []


@pytest.mark.parametrize("key", sorted(NEEDED))
def test_every_notice_can_be_said_in_both_languages_and_every_channel(key: str) -> None:
    one = templates()[key]
    for language in LANGUAGES:
        for channel in one.channels:
            text = render(one, language, channel, CONTEXT, 3)
            assert "{" not in text.title + text.body
            assert bool(text.title) is (channel != Channel.SMS)
            if channel == Channel.SMS:
                assert sms_parts(text.body) <= 3
                assert "\n" not in text.body


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"variables": ["number", "title", "link", "colour"]}, "unknown variable colour"),
        ({"variables": ["number", "title"]}, "variable link is not among"),
        ({"texts": {"zh-hans": {"title": "x", "body": "y", "sms": "z"}}}, "no words in en"),
        ({"texts": {one: {"title": "x", "body": "y"} for one in LANGUAGES}}, "sms: no words"),
        ({"texts": {one: {"body": "y", "sms": "z"} for one in LANGUAGES}}, "inbox: no words"),
        ({"texts": {one: {"title": "{title.secret}", "body": "y", "sms": "z"} for one in LANGUAGES}}, "only plain"),
        ({"texts": {one: {"title": "{title!r}", "body": "y", "sms": "z"} for one in LANGUAGES}}, "only plain"),
        ({"texts": {one: {"title": "{0}", "body": "y", "sms": "z"} for one in LANGUAGES}}, "only plain"),
        ({"texts": {one: {"title": "x", "body": "y", "sms": "长" * 202} for one in LANGUAGES}}, "more than 3 SMS"),
        ({"texts": {one: {"title": "{", "body": "y", "sms": "z"} for one in LANGUAGES}}, "x "),
    ],
)
def test_a_mistake_in_the_words_is_found_before_anyone_reads_them(change: dict[str, object], part: str) -> None:
    assert problems_of("x", template(), 3) == []
    assert any(part in problem for problem in problems_of("x", template(**change), 3))


@pytest.mark.parametrize(
    "change", [{"channels": ["fax"]}, {"texts": "no"}, {"colour": "red"}, {"necessary": "perhaps"}]
)
def test_data_of_the_wrong_shape_are_not_read(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        template(**change)


def test_a_missing_variable_is_a_mistake_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError):
        render(template(), "en", Channel.INBOX, {"number": "1", "title": "x"}, 3)


@given(st.text(max_size=300), st.integers(1, 4))
def test_a_long_title_is_cut_and_the_link_never(title: str, parts: int) -> None:
    text = render(
        template(), "en", Channel.SMS, {"number": "N1", "title": title, "link": "https://linli.example/r/1"}, parts
    )
    assert text.body.endswith("https://linli.example/r/1")
    assert text.body.startswith("N1")
    assert sms_parts(text.body) <= parts
    assert "\n" not in text.body


def test_braces_in_what_people_wrote_stay_what_they_wrote() -> None:
    text = render(
        template(), "en", Channel.INBOX, {"number": "1", "title": "{link} {number.__class__}", "link": "/x"}, 3
    )
    assert text.title == "{link} {number.__class__}"


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_sms_are_counted_as_networks_count_them(length: int, parts: int) -> None:
    assert sms_parts("长" * length) == parts


def test_signs_beyond_the_first_plane_count_twice() -> None:
    assert (sms_parts("😀" * 35), sms_parts("😀" * 36)) == (1, 2)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A Beijing wall clock, in UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(21, 59), None),
        (at(22, 0), at(7, 0, day=3)),
        (at(23, 59), at(7, 0, day=3)),
        (at(0, 0), at(7, 0)),
        (at(6, 59), at(7, 0)),
        (at(7, 0), None),
    ],
)
def test_the_night_ends_at_seven_in_beijing(moment: datetime, until: datetime | None) -> None:
    assert quiet_until(moment, time(22), time(7)) == until


def test_quiet_hours_may_lie_within_a_day_or_not_be() -> None:
    assert quiet_until(at(13), time(12), time(14)) == at(14)
    assert quiet_until(at(11), time(12), time(14)) is None
    assert quiet_until(at(3), time(7), time(7)) is None


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_waits_double_up_to_the_longest_and_spread_over_the_upper_half(attempts: int, jitter: float) -> None:
    first, most = timedelta(seconds=30), timedelta(hours=6)
    full = min(first * 2 ** min(attempts - 1, 20), most)
    assert full / 2 <= backoff(attempts, first, most, jitter) <= full


def test_every_variable_has_a_length_to_reckon_with() -> None:
    assert {name for one in templates().values() for name in one.variables} <= VARIABLES.keys()
