"""Real bodies of every kind, and hostile ones, made on the spot."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from openpyxl import Workbook
from PIL import Image

from linli.kernel.audit.rules import Who

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
COMMUNITY = "410102001002"
COUNTY = "410102"
WHO = Who("0195-wang", "王秀英", "community_worker", COMMUNITY, COUNTY, "10.1.2.3", "web")
LATITUDE = 34.74725


def jpeg(width: int = 640, height: int = 360, *, orientation: int = 6) -> bytes:
    """A phone's photo: lying on its side, with the place and the maker in its notes."""
    picture = Image.effect_noise((width, height), 60).convert("RGB")
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "SecretPhone"
    notes.get_ifd(0x8825)[2] = (34.0, 44.0, 50.1)
    notes.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=notes, comment=b"SecretComment")
    return out.getvalue()


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, form)
    return out.getvalue()


def docx(members: Mapping[str, bytes] = {}) -> bytes:
    """A Word file, with further members if wanted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def xlsx() -> bytes:
    """An Excel file as a clerk makes it."""
    book = Workbook()
    book.active.append(["姓名", "楼栋"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(name: str = "virus.exe") -> bytes:
    """A plain zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, b"MZ")
    return out.getvalue()


def wav() -> bytes:
    """A tenth of a second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(b"\0\0" * 800)
    return out.getvalue()


def mp3() -> bytes:
    """Three empty frames of 128 kbit/s at 44.1 kHz, without a tag."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


def ogg() -> bytes:
    """The first page of an Opus stream."""
    return b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead\x01\x02" + b"\0" * 40


def box(kind: bytes, body: bytes) -> bytes:
    """One box of an ISO media file."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(*, tracks: tuple[bytes, ...] = (b"vide", b"soun"), seconds: int = 12, brand: bytes = b"isom") -> bytes:
    """A phone's video: tracks, a length, and the place in its user data."""
    head = box(b"ftyp", brand + b"\0\0\2\0isomiso2mp41")
    movie = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + b"\0" * 80)
    for track in tracks:
        movie += box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + track + b"\0" * 13)))
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+34.7472+113.6253/"))
    return head + box(b"moov", movie + place) + box(b"mdat", bytes(range(256)) * 8)
