"""What a body is, is decided by the body."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from linli.base.errors import Refusal
from linli.kernel.files.queries import limits_at, retention_classes
from linli.kernel.files.rules import (
    Kind,
    Verdict,
    archives,
    boxes,
    clean_name,
    keep_until,
    limits_on,
    parse_retention,
    sniff,
)
from linli.kernel.files.rules.kinds import DOCX, ENDINGS, XLSX
from linli.kernel.files.tests import factories as make

LIMITS = limits_at(make.AT)


@pytest.mark.parametrize(
    ("body", "kind", "media_type"),
    [
        (make.jpeg(), Kind.PICTURE, "image/jpeg"),
        (make.picture("PNG"), Kind.PICTURE, "image/png"),
        (make.picture("WEBP"), Kind.PICTURE, "image/webp"),
        (b"%PDF-1.7\n1 0 obj\n%%EOF", Kind.PDF, "application/pdf"),
        (make.wav(), Kind.SOUND, "audio/wav"),
        (make.mp3(), Kind.SOUND, "audio/mpeg"),
        (b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10 + make.mp3(), Kind.SOUND, "audio/mpeg"),
        (make.ogg(), Kind.SOUND, "audio/ogg"),
        (make.mp4(), Kind.FILM, "video/mp4"),
        (make.mp4(tracks=(b"soun",), brand=b"M4A "), Kind.SOUND, "audio/mp4"),
        (make.mp4(tracks=(b"soun",), brand=b"isom"), Kind.SOUND, "audio/mp4"),
        ("电梯坏了，请来看看。\n".encode(), Kind.TEXT, "text/plain"),
        ("电梯坏了".encode("gb18030"), Kind.TEXT, "text/plain"),
        (b"BM is how this note begins, and it is no bitmap", Kind.TEXT, "text/plain"),
    ],
)
def test_the_content_tells_the_kind_and_the_name_does_not(body: bytes, kind: Kind, media_type: str) -> None:
    assert sniff(io.BytesIO(body), "claims-to-be.exe") == Verdict(kind, media_type)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "files.empty"),
        (b"MZ\x90\0" + b"\0" * 200, "files.unknown_kind"),
        (b"\x7fELF" + b"\x02" * 200, "files.unknown_kind"),
        (b"GIF89a" + b"\0" * 50, "files.unknown_kind"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "files.heic"),
        (make.box(b"ftyp", b"isom\0\0\2\0"), "files.unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "files.old_office"),
        (b"<!doctype html><script>alert(1)</script>", "files.markup"),
        (b"\xef\xbb\xbf \n<svg xmlns='http://www.w3.org/2000/svg'/>", "files.markup"),
        (b"a line\x00of text", "files.unknown_kind"),
        (b"\xff\xd8" + b"no picture after all", "files.unknown_kind"),
    ],
)
def test_what_is_not_on_the_list_is_refused_with_a_sentence(body: bytes, code: str) -> None:
    refusal = sniff(io.BytesIO(body), "photo.jpg")
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.message.endswith(".")
    assert refusal.advice


def test_only_the_name_can_tell_a_table_from_other_text() -> None:
    body = io.BytesIO("楼栋,户数\n1,36\n".encode())
    assert sniff(body, "楼栋.CSV") == Verdict(Kind.TEXT, "text/csv")
    assert sniff(body, "楼栋") == Verdict(Kind.TEXT, "text/plain")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_sniffer_fall_over(body: bytes) -> None:
    verdict = sniff(io.BytesIO(body), "x")
    assert isinstance(verdict, Refusal) or verdict.media_type in ENDINGS


@pytest.mark.parametrize(
    ("body", "kind", "media_type"), [(make.docx(), Kind.DOCUMENT, DOCX), (make.xlsx(), Kind.SHEET, XLSX)]
)
def test_office_files_are_told_apart_by_their_members(body: bytes, kind: Kind, media_type: str) -> None:
    found = sniff(io.BytesIO(body))
    assert isinstance(found, Verdict)
    assert found.packed
    assert archives.judge(io.BytesIO(body), LIMITS) == Verdict(kind, media_type)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (make.archive(), "files.archive"),
        (make.docx({"xl/workbook.xml": b""}), "files.archive"),
        (make.docx({"word/vbaProject.bin": b"x"}), "files.macros"),
        (make.docx({"xl/macrosheets/sheet1.xml": b"x"}), "files.macros"),
        (make.docx({"word/embeddings/oleObject1.bin": b"x"}), "files.macros"),
        (make.docx({"word/media/long.bmp": b"\0" * 5_000_000}), "files.unfolds"),
        (b"PK\x03\x04" + b"\0" * 40, "files.broken"),
        (make.docx()[:120], "files.broken"),
        (make.docx(), "ok"),
    ],
)
def test_archives_that_are_not_plain_office_files_are_refused(body: bytes, code: str) -> None:
    verdict = archives.judge(io.BytesIO(body), LIMITS)
    assert (verdict.code if isinstance(verdict, Refusal) else "ok") == code


def test_a_macro_type_is_found_even_where_the_program_is_hidden() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", "<Override ContentType='application/vnd.ms-word.document.MacroEnabled.main+xml'/>"
        )
        archive.writestr("word/document.xml", "<w:document/>")
    verdict = archives.judge(out, LIMITS)
    assert isinstance(verdict, Refusal)
    assert verdict.code == "files.macros"


def test_a_film_tells_its_length_and_forgets_its_place() -> None:
    body = io.BytesIO(make.mp4(seconds=754))
    before = body.getvalue()
    assert boxes.seconds(body) == 754
    assert b"+34.7472" in before
    assert boxes.forget_origin(body) == 1
    after = body.getvalue()
    assert b"+34.7472" not in after
    assert b"\xa9xyz" not in after
    assert len(after) == len(before)
    assert after[-2048:] == before[-2048:]  # not one byte of the film itself
    assert boxes.tracks(body) == {"vide", "soun"}


def test_boxes_that_lie_about_their_size_end_the_walk() -> None:
    body = io.BytesIO(struct.pack(">I4s", 2**31, b"moov") + b"\0" * 30)
    assert list(boxes.walk(body)) == []
    nested = b""
    for _ in range(300):
        nested = make.box(b"moov", nested)
    assert len(list(boxes.walk(io.BytesIO(nested)))) == 300


@pytest.mark.parametrize(
    ("name", "media_type", "clean"),
    [
        ("照片 1.jpg", "image/jpeg", "照片 1.jpg"),
        ("photo.JPEG", "image/jpeg", "photo.jpeg"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\wang\\a.png", "image/png", "a.png"),
        ("photo\u202egpj.exe", "image/jpeg", "photogpj.exe.jpg"),
        ('a"\r\nSet-Cookie: x.pdf', "application/pdf", "aSet-Cookie x.pdf"),
        ("", "image/png", "file.png"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("...", "application/pdf", "file.pdf"),
        ("virus.exe", "application/pdf", "virus.exe.pdf"),
        ("长" * 300 + ".pdf", "application/pdf", "长" * 120 + ".pdf"),
    ],
)
def test_names_are_made_harmless(name: str, media_type: str, clean: str) -> None:
    assert clean_name(name, media_type) == clean


def test_periods_end_on_the_same_day_of_a_later_month() -> None:
    classes = parse_retention(
        {
            key: {"valid_from": "2026-01-01", "keep": keep, "confirmed": True, "source": "x"}
            for key, keep in {"y": "10y", "m": "6mo", "d": "30d", "f": "forever", "t": "until_told"}.items()
        }
    )
    assert keep_until(classes["y"], date(2024, 2, 29)) == date(2034, 2, 28)
    assert keep_until(classes["m"], date(2026, 8, 31)) == date(2027, 2, 28)
    assert keep_until(classes["d"], date(2026, 12, 15)) == date(2027, 1, 14)
    assert keep_until(classes["f"], date(2026, 1, 1)) is None
    assert keep_until(classes["t"], date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "change", [{"keep": "10 years"}, {"keep": "y"}, {"source": " "}, {"colour": "red"}, {"confirmed": "perhaps"}]
)
def test_a_class_whose_data_lie_is_not_read(change: dict[str, str]) -> None:
    row = {"valid_from": "2026-01-01", "keep": "1y", "confirmed": True, "source": "x", **change}
    with pytest.raises(ValidationError):
        parse_retention({"x": row})


def test_limits_are_those_of_the_day() -> None:
    later = LIMITS.model_copy(update={"valid_from": date(2027, 1, 1), "film_seconds": 1})
    assert limits_on(date(2026, 12, 31), [later, LIMITS]).film_seconds == LIMITS.film_seconds
    assert limits_on(date(2027, 1, 1), [later, LIMITS]).film_seconds == 1
    with pytest.raises(LookupError):
        limits_on(date(2025, 12, 31), [later, LIMITS])


def test_every_class_of_the_instance_names_its_source() -> None:
    classes = retention_classes()
    assert {"request", "request_sealed", "identity", "export", "draft"} <= classes.keys()
    assert classes["request_sealed"].sensitive
    assert all(one.source for one in classes.values())
