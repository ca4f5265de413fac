"""What a body of bytes is. The name and the claimed type are never asked; a signature is only believed when the
structure behind it holds."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

import puremagic

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
from linli.kernel.files.rules import boxes


class Kind(StrEnum):
    """The kinds that are taken; each has its own size limit."""

    PICTURE = "picture"
    PDF = "pdf"
    DOCUMENT = "document"
    SHEET = "sheet"
    SOUND = "sound"
    FILM = "film"
    TEXT = "text"


@dataclass(frozen=True)
class Verdict:
    """What the content is; ``packed`` where it is an archive whose members still have to be judged."""

    kind: Kind
    media_type: str
    packed: bool = False


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The first ending is the one given to a file whose own ending tells something else.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/wav": (".wav",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "video/mp4": (".mp4",),
    "text/plain": (".txt",),
    "text/csv": (".csv",),
}

TAKEN = gettext_noop(
    "Taken are: pictures (JPEG, PNG, WebP), PDF, Word (.docx) and Excel (.xlsx) without macros, "
    "sound (MP3, M4A, WAV, OGG), video (MP4), text (TXT, CSV)."
)
_UNKNOWN = Refusal("files.unknown_kind", gettext_noop("This kind of file is not taken."), advice=TAKEN)
_EMPTY = Refusal("files.empty", gettext_noop("This file is empty."), advice=TAKEN)
_HEIC = Refusal(
    "files.heic",
    gettext_noop("Pictures in the HEIC form can't be read here."),
    advice=gettext_noop("Set the phone's camera to “most compatible” (JPEG), or send a screenshot of the picture."),
)
_MARKUP = Refusal(
    "files.markup",
    gettext_noop("Web pages and drawings with markup (HTML, SVG, XML) are not taken."),
    advice=TAKEN,
)
_OLD_OFFICE = Refusal(
    "files.old_office",
    gettext_noop("Old or locked Office files are not taken, because they may hide programs."),
    advice=gettext_noop("Save it without a password as .docx or .xlsx, or as PDF."),
)

_HEAD = 16_384
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"mif1", b"msf1"}


def sniff(stream: BinaryIO, name: str = "") -> Verdict | Refusal:
    """What the content of a seekable stream is, or why it isn't taken. ``name`` only tells CSV from other plain
    text."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if head[4:8] == b"ftyp":
        return _of_boxes(stream, head)
    seen = _signatures(head)
    for known, holds, verdict in _FAMILIES:
        if seen & known and holds(head):
            return verdict
    refused = _refused_at_sight(head)
    if refused is not None:
        return refused
    if _is_text(stream):
        return Verdict(Kind.TEXT, "text/csv" if name.lower().endswith(".csv") else "text/plain")
    return _UNKNOWN


def _refused_at_sight(head: bytes) -> Refusal | None:
    """What has a sentence of its own among the kinds that aren't taken."""
    if not head:
        return _EMPTY
    if head.startswith(_OLE):
        return _OLD_OFFICE
    return _MARKUP if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None


def _signatures(head: bytes) -> frozenset[str]:
    """Every ending that the signature library finds possible for these first bytes."""
    try:
        return frozenset(match.extension.lower() for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _of_boxes(stream: BinaryIO, head: bytes) -> Verdict | Refusal:
    """MP4 or M4A by whether there is a picture track; HEIC has the same wrapping."""
    if head[8:12] in _HEIC_BRANDS:
        return _HEIC
    tracks = boxes.tracks(stream)
    if "vide" in tracks:
        return Verdict(Kind.FILM, "video/mp4")
    if "soun" in tracks:
        return Verdict(Kind.SOUND, "audio/mp4")
    return _UNKNOWN


def _is_mp3(head: bytes) -> bool:
    """An ID3 tag, or two MPEG frame headers of layer III at the distance which the first one promises."""
    if head.startswith(b"ID3") and len(head) > 10 and head[3] in (2, 3, 4):
        return True
    length = _frame_length(head)
    return length > 0 and _frame_length(head[length:]) > 0


_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_length(data: bytes) -> int:
    """Bytes of an MPEG layer III frame from its four header bytes; 0 when it isn't one."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = data[1] >> 3 & 3, data[2] >> 4, data[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    bits = (_RATES if version == 3 else _RATES_2)[rate] * 1000
    return (144 if version == 3 else 72) * bits // _HERTZ[version][hertz] + (data[2] >> 1 & 1)


def _is_text(stream: BinaryIO) -> bool:
    """Whether the whole stream is readable text in UTF-8 or GB 18030, without control signs other than tab and line
    ends."""
    return any(_decodes(stream, encoding) for encoding in ("utf-8-sig", "gb18030"))


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    while True:
        chunk = stream.read(65_536)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            return False
        if any((sign < " " and sign not in "\t\r\n\f") or sign == "\x7f" for sign in text):
            return False
        if not chunk:
            return True


_FAMILIES: tuple[tuple[frozenset[str], Callable[[bytes], bool], Verdict], ...] = (
    (
        frozenset({".jpg", ".jpeg", ".jfif"}),
        lambda head: head.startswith(b"\xff\xd8\xff"),
        Verdict(Kind.PICTURE, "image/jpeg"),
    ),
    (
        frozenset({".png"}),
        lambda head: head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR",
        Verdict(Kind.PICTURE, "image/png"),
    ),
    (
        frozenset({".webp"}),
        lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        Verdict(Kind.PICTURE, "image/webp"),
    ),
    (frozenset({".pdf"}), lambda head: head.startswith(b"%PDF-"), Verdict(Kind.PDF, "application/pdf")),
    (
        frozenset({".docx", ".xlsx", ".zip"}),
        lambda head: head.startswith(b"PK\x03\x04"),
        Verdict(Kind.DOCUMENT, DOCX, packed=True),
    ),
    (
        frozenset({".wav"}),
        lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE",
        Verdict(Kind.SOUND, "audio/wav"),
    ),
    (
        frozenset({".ogg", ".oga"}),
        lambda head: (
            head.startswith(b"OggS\x00") and any(mark in head[:512] for mark in (b"vorbis", b"OpusHead", b"Speex"))
        ),
        Verdict(Kind.SOUND, "audio/ogg"),
    ),
    (frozenset({".mp3", ".mpga"}), _is_mp3, Verdict(Kind.SOUND, "audio/mpeg")),
)
