"""Files come in whole, once, with their true times, and go on where a killed run stopped."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from linli.base.errors import Denied, Invalid
from linli.domains.intake.actions import importing_rows, imports
from linli.domains.intake.models import ImportRun, Request
from linli.domains.intake.tests.factories import COMMUNITY, MONDAY, Cast, cast
from linli.kernel.audit.models import Entry, Event
from linli.kernel.audit.queries import verify
from linli.kernel.cases.models import Case, CaseEvent, Clock

pytestmark = pytest.mark.django_db
MAPS = Path(__file__).parent / "maps"
REAL = Path(__file__).resolve().parents[6] / "shared" / "data" / "complaints"
SHAPE: dict[str, Any] = {
    "source": "old-hotline",
    "columns": {
        "key": "编号",
        "title": "标题",
        "text": "内容",
        "opened_at": "时间",
        "reply": "答复",
        "replied_at": "答复时间",
        "kind": "类型",
    },
    "defaults": {"kind": "投诉"},
}
HEAD = list(SHAPE["columns"].values())


@pytest.fixture
def people() -> Cast:
    return cast()


def _row(number: int, **changes: str) -> dict[str, str]:
    row = {
        "编号": str(number),
        "标题": f"第{number}盏路灯坏了",
        "内容": f"第{number}盏路灯晚上不亮，请修。",
        "时间": "2024-05-01 08:00:00",
        "答复": "",
        "答复时间": "",
        "类型": "",
    }
    return row | changes


def _file(folder: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, HEAD)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _bring(people: Cast, path: Path, **more: Any) -> imports.Report:
    return imports.import_requests(path, SHAPE, actor=people.chen, region=COMMUNITY, at=MONDAY, **more)


def test_every_row_is_a_request_with_history_record_and_outbox(people: Cast, tmp_path: Path) -> None:
    before = Entry.objects.count()
    report = _bring(people, _file(tmp_path, [_row(number) for number in range(7)]), batch=3)
    assert (report.seen, report.created, report.failed) == (7, 7, 0)
    assert Case.objects.count() == Request.objects.count() == CaseEvent.objects.count() == 7
    assert Event.objects.filter(topic="case.opened").count() == 7 and Entry.objects.count() == before + 8
    assert verify() == []
    assert set(Case.objects.values_list("opened_at", flat=True)) == {datetime(2024, 5, 1, tzinfo=UTC)}


def test_an_answered_row_is_closed_at_its_true_time_and_its_history_replays(people: Cast, tmp_path: Path) -> None:
    answered = _row(1, 答复="已更换灯头，恢复照明。", 答复时间="2024-05-20 10:00:00")
    _bring(people, _file(tmp_path, [answered, _row(2)]))
    case = Case.objects.get(state="closed")
    assert case.closed_at == datetime(2024, 5, 20, 2, tzinfo=UTC) and case.due_at is None and case.outcome == "closed"
    lines = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("seq", "from_state", "to_state"))
    assert lines == [(1, "", "received"), (2, "received", "replied"), (3, "replied", "closed")] and case.counter == 3
    request = Request.objects.get(case=case)
    assert request.reply.startswith("已更换") and request.on_time is False
    assert not Clock.objects.filter(case=case, stopped_at=None).exists()
    assert verify() == []


def test_a_second_run_brings_nothing_twice(people: Cast, tmp_path: Path) -> None:
    path = _file(tmp_path, [_row(number) for number in range(5)])
    _bring(people, path)
    again = _bring(people, path)
    assert (again.created, again.known) == (0, 5) and Request.objects.count() == 5
    assert ImportRun.objects.count() == 1


def test_a_key_twice_in_one_file_comes_in_once(people: Cast, tmp_path: Path) -> None:
    report = _bring(people, _file(tmp_path, [_row(1), _row(1), _row(2)]))
    assert (report.created, report.known) == (2, 1)


def test_a_dry_run_changes_nothing(people: Cast, tmp_path: Path) -> None:
    report = _bring(people, _file(tmp_path, [_row(1), _row(2, 时间="昨天")]), dry_run=True)
    assert (report.created, report.failed) == (1, 1)
    assert (
        Case.objects.count() == ImportRun.objects.count() == Entry.objects.filter(action="intake.import").count() == 0
    )


def test_rows_that_lie_go_to_a_file_as_they_were(people: Cast, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    report = _bring(
        people, _file(tmp_path, [_row(1), _row(2, 时间="2031-01-01"), _row(3, 类型="闲聊")]), errors_to=errors
    )
    assert (report.created, report.failed) == (1, 2)
    rows = list(csv.DictReader(errors.open(encoding="utf-8-sig")))
    assert [row["line"] for row in rows] == ["3", "4"] and rows[1]["类型"] == "闲聊" and rows[0]["reason"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(people: Cast, tmp_path: Path, encoding: str) -> None:
    _bring(people, _file(tmp_path, [_row(1)], encoding))
    assert Request.objects.get().text == "第1盏路灯晚上不亮，请修。"


def test_a_workbook_comes_in_too(people: Cast, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEAD)
    row = _row(1)
    written = datetime(2024, 5, 1, 8, tzinfo=UTC).replace(tzinfo=None)  # spreadsheets know no time zones
    book.active.append([1, row["标题"], row["内容"], written, None, None, None])
    book.save(tmp_path / "rows.xlsx")
    _bring(people, tmp_path / "rows.xlsx")
    assert Request.objects.get().external_key == "1" and Case.objects.get().opened_at == datetime(
        2024, 5, 1, tzinfo=UTC
    )


def test_markup_and_huge_fields(people: Cast, tmp_path: Path) -> None:
    report = _bring(
        people,
        _file(
            tmp_path, [_row(1, 内容="<p>路灯<br>坏了</p>"), _row(2, 内容="长" * 90_000), _row(3, 内容="长" * 200_000)]
        ),
    )
    assert (report.created, report.failed) == (2, 1)
    assert Request.objects.get(external_key="1").text == "路灯\n坏了"


def test_what_is_sensitive_is_sealed_on_the_way_in(people: Cast, tmp_path: Path) -> None:
    report = _bring(people, _file(tmp_path, [_row(1, 内容="邻居家孩子天天被打，身上都是伤痕"), _row(2)]))
    assert report.sealed == 1 and Case.objects.filter(sealed=True).count() == 1


def test_maps_and_files_that_lie_are_told_why(people: Cast, tmp_path: Path) -> None:
    path = _file(tmp_path, [_row(1)])
    with pytest.raises(Invalid):
        imports.import_requests(
            path,
            {**SHAPE, "columns": {"key": "没有这列", "text": "内容", "opened_at": "时间"}},
            actor=people.chen,
            region=COMMUNITY,
            at=MONDAY,
        )
    with pytest.raises(Invalid):
        imports.load_map({"source": "x"})


def test_only_those_with_the_right_and_only_in_their_region(people: Cast, tmp_path: Path) -> None:
    path = _file(tmp_path, [_row(1)])
    with pytest.raises(Denied):
        imports.import_requests(path, SHAPE, actor=people.wang, region=COMMUNITY, at=MONDAY)
    with pytest.raises(Denied):
        imports.import_requests(path, SHAPE, actor=people.chen, region="410103001001", at=MONDAY)


def test_a_row_of_an_unknown_or_foreign_region_is_refused_alone_with_its_line(people: Cast, tmp_path: Path) -> None:
    rows = [_row(1), _row(2, 类型="999999999999"), _row(3, 类型="410103001001"), _row(4)]
    shape = SHAPE | {"columns": SHAPE["columns"] | {"region": "类型"}, "constants": {"kind": "投诉"}}
    shape["columns"].pop("kind")
    rejects = tmp_path / "rejects.csv"
    path = _file(tmp_path, rows)
    report = imports.import_requests(path, shape, actor=people.chen, region=COMMUNITY, errors_to=rejects, at=MONDAY)
    assert (report.created, report.failed) == (2, 2) and [line for line, *_rest in report.problems] == [3, 4]
    lines = list(csv.reader(rejects.open(encoding="utf-8-sig")))
    assert [line[0] for line in lines[1:]] == ["3", "4"] and "999999999999" in lines[1][1]


@pytest.mark.parametrize(
    "lie", [{"timezone": "Mars/Base"}, {"encoding": "klingon"}, {"delimiter": ";;"}, {"delimiter": ""}]
)
def test_a_map_that_lies_is_told_so_in_a_sentence(lie: dict[str, str]) -> None:
    with pytest.raises(Invalid) as invalid:
        imports.load_map(SHAPE | lie)
    assert invalid.value.refusal.code == "intake.map"


def test_what_is_no_map_and_what_is_no_table_is_told_so(people: Cast, tmp_path: Path) -> None:
    bad = tmp_path / "map.yaml"
    bad.write_text("source: [unclosed", encoding="utf-8")
    with pytest.raises(Invalid) as invalid:
        imports.load_map(bad)
    assert invalid.value.refusal.code == "intake.map_unreadable"
    picture, archive = tmp_path / "a.jpg", tmp_path / "a.xlsx"
    picture.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)
    archive.write_bytes(b"PK\x03\x04 nothing of the kind")
    for path, code in ((picture, "no_table"), (archive, "no_table"), (tmp_path, "no_file")):
        with pytest.raises(Invalid) as invalid:
            _bring(people, path)
        assert invalid.value.refusal.code == f"intake.{code}"


@pytest.mark.parametrize("statement", ["insert_many", "_answer", "open_cases"])
def test_broken_off_anywhere_in_a_batch_nothing_is_half_in_and_a_new_run_completes_it(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    answered = [_row(number, 答复="已经修好，恢复照明。", 答复时间="2024-05-03 10:00:00") for number in range(10)]
    path = _file(tmp_path, answered)
    calls = {"number": 0}

    def dies(real: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            calls["number"] += 1
            if calls["number"] == (3 if statement == "insert_many" else 2):
                raise KeyboardInterrupt
            return result

        return wrapped

    target, name = importing_rows, statement
    with monkeypatch.context() as patch:
        patch.setattr(target, name, dies(getattr(target, name)))
        with pytest.raises(KeyboardInterrupt):
            _bring(people, path, batch=4)
    assert Case.objects.count() == Request.objects.count() == 4
    _bring(people, path, batch=4)
    assert Case.objects.count() == Request.objects.count() == 10 and Case.objects.filter(state="closed").count() == 10
    assert verify() == []


KILLED = """
import os, sys, signal, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["LINLI_KILL_TEST_DB"]
django.setup()
from pathlib import Path
from django.db import connections
from linli.domains.intake.actions import imports
from linli.domains.intake.tests.test_imports import SHAPE
from linli.domains.intake.tests.factories import COMMUNITY, MONDAY
from linli.kernel.access.models import Account
from linli.kernel.access.queries import actor_of
actor = actor_of(Account.objects.get(username="chen"), MONDAY)
left = int(sys.argv[2])
def progress(seen, total):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
how = {"actor": actor, "region": COMMUNITY, "at": MONDAY, "batch": 20, "progress": progress}
report = imports.import_requests(Path(sys.argv[1]), SHAPE, **how)
print(report.created, report.known)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_and_started_again_until_it_is_done(tmp_path: Path) -> None:
    from django.db import connection

    cast()
    path = _file(tmp_path, [_row(number) for number in range(100)])
    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        pytest.skip("the killed process opens the SQLite file of this test by itself")
    environment = {**os.environ, "LINLI_KILL_TEST_DB": str(name)}
    for after in (2, 1, 2, 99):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(after)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in (0, -9), done.stderr[-2000:]
    assert done.returncode == 0
    assert Request.objects.count() == Case.objects.count() == CaseEvent.objects.count() == 100
    assert len(set(Request.objects.values_list("external_key", flat=True))) == 100 and verify() == []


def _real(name: str) -> Path:
    path = REAL / name
    if not path.exists():
        if os.environ.get("LINLI_REQUIRE_ALL") == "1":
            pytest.fail(f"{path} is needed and not there")
        pytest.skip(f"{path} is not on this machine")
    return path


@pytest.mark.parametrize(
    ("name", "shape", "rows", "closed"),
    [("messages_2019_votes.csv", "messages.yaml", 4326, 0), ("replies_dev.csv", "replies.yaml", 1401, 1401)],
)
def test_the_real_messages_go_in_whole(people: Cast, name: str, shape: str, rows: int, closed: int) -> None:
    path = _real(name)
    report = imports.import_requests(path, MAPS / shape, actor=people.chen, region=COMMUNITY, at=MONDAY)
    assert (report.seen, report.created, report.failed) == (rows, rows, 0), report.problems[:3]
    assert Request.objects.count() == rows and Case.objects.filter(state="closed").count() == closed
    with path.open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(1 << 28)
        keys = {row["留言编号"] for row in csv.DictReader(file)}
    assert set(Request.objects.values_list("external_key", flat=True)) == keys
    assert verify() == []
