"""Reading foreign rows: dates, markup, kinds, numbers, and every reason why a row cannot go in. No database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from linli.domains.intake.rules.kinds import Kind
from linli.domains.intake.rules.mapping import ImportMap, Problem, Row, RowReader, instant, plain

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHAPE = {
    "source": "test",
    "columns": {
        "key": "id",
        "text": "words",
        "opened_at": "at",
        "kind": "kind",
        "reply": "answer",
        "replied_at": "answered",
        "grade": "grade",
    },
}
ROW = {"id": "1", "words": "路灯坏了", "at": "2024-05-01 08:00:00", "kind": "投诉"}


def _read(**changes: str) -> Row | tuple[Problem, ...]:
    return RowReader(ImportMap.model_validate(SHAPE)).read({**ROW, **changes}, latest=NOW, region="410102001002")


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-01 08:00:00",
        "2024/5/1 8:00:00",
        "2024/5/1 8:00",
        "2024年5月1日 08:00",
        "2024-05-01T00:00:00Z",
        "2024-05-01T08:00:00+08:00",
    ],
)
def test_dates_as_people_write_them(written: str) -> None:
    assert instant(written, BEIJING) == datetime(2024, 5, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2024-02-30", "昨天", "", "99999999", "2024-13-01 00:00"])
def test_what_is_no_date(written: str) -> None:
    assert instant(written, BEIJING) is None


def test_markup_becomes_words_and_plain_text_stays() -> None:
    assert plain("<p>路灯<b>坏</b>了</p><script>alert(1)</script>&nbsp;三天<br>没人修") == "路灯坏了\n三天\n没人修"
    assert plain("温度 < 5 度 & 风大") == "温度 < 5 度 & 风大"
    for said in ("联系我 <wang@qq.com> 谢谢", "楼上1<x‹3号>漏水"):
        assert plain(said) == said
        assert plain(f"<p>{said}</p>") == said


def test_a_row_becomes_a_request() -> None:
    row = _read(answer="已修好，谢谢您", answered="2024-05-03 09:00:00", grade="5")
    assert isinstance(row, Row)
    assert (row.kind, row.region, row.title) == (Kind.COMPLAINT, "410102001002", "路灯坏了")
    assert row.replied_at == datetime(2024, 5, 3, 1, 0, tzinfo=UTC) and row.grade == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "key"),
        ({"words": " "}, "text"),
        ({"at": "not a date"}, "opened_at"),
        ({"at": "2031-01-01"}, "opened_at"),
        ({"kind": "闲聊"}, "kind"),
        ({"grade": "6"}, "grade"),
        ({"answer": "好", "answered": "2023-01-01"}, "replied_at"),
        ({"words": "长" * 100_001}, "text"),
    ],
)
def test_a_row_that_lies_is_told_where(changes: dict[str, str], field: str) -> None:
    problems = _read(**changes)
    assert isinstance(problems, tuple) and [problem.field for problem in problems] == [field]


def test_a_row_without_a_community_is_not_guessed() -> None:
    problems = RowReader(ImportMap.model_validate(SHAPE)).read(ROW, latest=NOW)
    assert isinstance(problems, tuple) and problems[0].field == "region"


@pytest.mark.parametrize("missing", ["key", "opened_at", "text"])
def test_a_map_must_name_key_time_and_words(missing: str) -> None:
    columns = {name: column for name, column in SHAPE["columns"].items() if name != missing}  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match=missing):
        ImportMap.model_validate({**SHAPE, "columns": columns})


def test_a_map_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValidationError):
        ImportMap.model_validate({**SHAPE, "colour": "red"})
