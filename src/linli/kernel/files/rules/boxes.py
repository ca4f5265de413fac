"""The boxes of an ISO media file (ISO/IEC 14496-12): enough to tell sound from film, to measure it, and to empty what
tells where it was made."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# Boxes that hold what the device noted about place, person and itself (©xyz, ISO 6709, maker's notes).
_TELLING = {b"udta", b"meta", b"uuid"}
_OPENED = {b"moov", b"trak", b"mdia"}
_MOST = 10_000


@dataclass(frozen=True)
class Box:
    """One box: where its contents begin and end in the file, bytes."""

    kind: bytes
    at: int
    begin: int
    end: int


def walk(stream: BinaryIO) -> Iterator[Box]:
    """Every box on the top and inside moov, trak, mdia; stops quietly at the first one whose size is impossible."""
    stream.seek(0, 2)
    count = 0
    todo = [(0, stream.tell())]
    while todo:
        at, end = todo.pop()
        while at + 8 <= end:
            count += 1
            box = _read(stream, at, end)
            if box is None or count > _MOST:
                return
            yield box
            if box.kind in _OPENED:
                todo.append((box.begin, box.end))
            at = box.end


def _read(stream: BinaryIO, at: int, end: int) -> Box | None:
    stream.seek(at)
    size, kind = struct.unpack(">I4s", stream.read(8))
    begin = at + 8
    if size == 1:
        wide = stream.read(8)
        if len(wide) < 8:
            return None
        size, begin = struct.unpack(">Q", wide)[0], at + 16
    elif size == 0:
        size = end - at
    return Box(kind, at, begin, at + size) if begin <= at + size <= end else None


def tracks(stream: BinaryIO) -> set[str]:
    """The handlers of the tracks: ``vide``, ``soun``, …"""
    found = set()
    for box in list(walk(stream)):
        if box.kind == b"hdlr" and box.end - box.begin >= 12:
            stream.seek(box.begin + 8)
            found.add(stream.read(4).decode("latin-1"))
    return found


def seconds(stream: BinaryIO) -> float | None:
    """How long it plays, by its movie header; None when it doesn't say."""
    for box in list(walk(stream)):
        if box.kind == b"mvhd" and box.end - box.begin >= 32:
            stream.seek(box.begin)
            head = stream.read(32)
            form = ">QQIQ" if head[0] == 1 else ">IIII"
            _, _, scale, length = struct.unpack_from(form, head, 4)
            return length / scale if scale else None
    return None


def forget_origin(stream: BinaryIO) -> int:
    """Empty every box that may tell place or person, in place and without moving a byte; returns how many were
    emptied."""
    emptied = 0
    for box in list(walk(stream)):
        if box.kind not in _TELLING:
            continue
        stream.seek(box.begin)
        left = box.end - box.begin
        while left:
            left -= stream.write(b"\0" * min(left, 65_536))
        stream.seek(box.at + 4)
        stream.write(b"free")
        emptied += 1
    return emptied
