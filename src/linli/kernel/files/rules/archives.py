"""Word and Excel files are zip archives: which members make one, and which make it a danger."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.files.rules.kinds import DOCX, TAKEN, XLSX, Kind, Verdict
from linli.kernel.files.rules.limits import Limits

_TYPES = "[Content_Types].xml"
_MAIN = {"word/document.xml": (Kind.DOCUMENT, DOCX), "xl/workbook.xml": (Kind.SHEET, XLSX)}
_PROGRAMS = (
    "vbaproject.bin",
    "vbadata.xml",
    "/macrosheets/",
    "/activex/",
    "/embeddings/oleobject",
    ".exe",
    ".dll",
    ".js",
)

_NOT_OFFICE = Refusal(
    "files.archive",
    gettext_noop("This is an archive (zip), whatever its name says; archives are not taken."),
    advice=TAKEN,
)
_BROKEN = Refusal("files.broken", gettext_noop("This file is damaged and can't be opened."), advice=TAKEN)
_MACROS = Refusal(
    "files.macros",
    gettext_noop("This Office file carries programs (macros), and these are not taken."),
    advice=gettext_noop("Save it without a password as .docx or .xlsx, or as PDF."),
)
_BOMB = Refusal(
    "files.unfolds", gettext_noop("This file would unfold to an unreasonable size and is not taken."), advice=TAKEN
)


def judge(stream: BinaryIO, limits: Limits) -> Verdict | Refusal:
    """Tell DOCX from XLSX by their members, without unpacking more than the table of contents types."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            if _unfolds(members, stream, limits):
                return _BOMB
            names = {member.filename.lower() for member in members}
            if _TYPES.lower() not in names:
                return _NOT_OFFICE
            found = [verdict for name, verdict in _MAIN.items() if name in names]
            if len(found) != 1:
                return _NOT_OFFICE
            if _has_programs(archive, names):
                return _MACROS
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, KeyError, ValueError, OSError):
        return _BROKEN
    return Verdict(*found[0])


def _unfolds(members: list[zipfile.ZipInfo], stream: BinaryIO, limits: Limits) -> bool:
    """Too many members, too much unpacked, too high a ratio, or members that share their packed bytes."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    stream.seek(0, 2)
    size = stream.tell()
    return (
        len(members) > limits.archive_members
        or unpacked > limits.archive_bytes
        or packed > size
        or unpacked > limits.archive_ratio * max(size, 1)
    )


def _has_programs(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if any(mark in f"/{name}" for name in names for mark in _PROGRAMS):
        return True
    with archive.open(_TYPES) as types:
        return b"macroenabled" in types.read(1_000_000).lower()
