"""The text of an entry and its digest."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.audit.rules import GENESIS, LONGEST_VALUE, Record, back_off, body_of, canonical, digest, takes
from linli.kernel.audit.tests.factories import WANG

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_keys_have_one_order_and_characters_stay() -> None:
    assert canonical({"b": 1, "a": "邻里"}) == canonical({"a": "邻里", "b": 1}) == '{"a":"邻里","b":1}'


def test_instants_keep_six_decimals_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    at = datetime(2026, 3, 2, 9, 30, 0, 120000, tzinfo=beijing)
    assert canonical({"at": at}) == '{"at":"2026-03-02T01:30:00.120000Z"}'
    assert canonical({"at": at}) == canonical({"at": at.astimezone(UTC)})


def test_values_of_the_trade_become_text() -> None:
    body = {"day": date(2026, 3, 2), "id": UUID(int=7), "sum": Decimal("1.10"), "set": {"b", "a"}, "huge": 2**70}
    assert json.loads(canonical(body)) == {
        "day": "2026-03-02", "id": str(UUID(int=7)), "sum": "1.10", "set": ["a", "b"], "huge": 2**70,
    }  # fmt: skip


def test_a_broken_half_character_is_still_recorded() -> None:
    assert canonical({"word": "a\ud83db"}) == '{"word":"a\ufffdb"}'


def test_bytes_are_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        canonical({"photo": b"..."})


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_text_is_stable_once_written(body: dict[str, object]) -> None:
    text = canonical(body)
    assert canonical(json.loads(text)) == text
    assert digest(GENESIS, text, "sha256")


def test_digest_is_over_the_predecessor_and_the_text() -> None:
    assert digest("ab", "{}", "sha256") == hashlib.sha256(b"ab\n{}").hexdigest()
    assert digest("ab", "{}", "sm3") == hashlib.new("sm3", b"ab\n{}").hexdigest()
    assert digest("ac", "{}", "sm3") != digest("ab", "{}", "sm3")
    with pytest.raises(ValueError, match="md5"):
        digest("ab", "{}", "md5")


def test_sm3_is_the_standard_one() -> None:
    # GB/T 32905-2016, annex A.1: the digest of "abc"
    assert hashlib.new("sm3", b"abc").hexdigest().upper() == (
        "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0"
    )


def test_a_long_text_is_kept_short_but_provable() -> None:
    long = "字" * (LONGEST_VALUE + 1)
    row = Record("case.open", "case:1", changes={"words": ("", long)})
    body = json.loads(body_of(WANG, row, county="410102", seq=1, at="", algorithm="sha256"))
    kept = body["changes"]["words"][1]
    assert kept["length"] == LONGEST_VALUE + 1
    assert kept["beginning"] == "字" * LONGEST_VALUE
    assert kept["sha256"] == hashlib.sha256(long.encode()).hexdigest()


def test_looking_is_a_read_and_changing_is_not() -> None:
    assert Record("parties.reveal", "person:1", reads=("phone",)).kind == "read"
    assert Record("parties.edit", "person:1", changes={"name": ("a", "b")}, reads=("phone",)).kind == "change"
    assert Record("case.open", "case:1").kind == "change"


def test_waiting_doubles_up_to_six_hours() -> None:
    assert [back_off(n).total_seconds() for n in (1, 2, 3)] == [15, 30, 60]
    assert back_off(40) == timedelta(hours=6)


def test_families_of_topics() -> None:
    assert takes("case.*", "case.opened")
    assert takes("case.opened", "case.opened")
    assert not takes("case.*", "casework.opened")
    assert not takes("case.opened", "case.closed")
