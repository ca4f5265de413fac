"""A stream becomes a judged, cleaned file on the disk before any row is written; no transaction is open meanwhile."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from linli.base.errors import Invalid, Refusal, Refused, ensure
from linli.base.text import gettext_noop
from linli.kernel.files.actions import pictures
from linli.kernel.files.queries.places import incoming
from linli.kernel.files.rules import archives, boxes
from linli.kernel.files.rules.kinds import Kind, Verdict, sniff
from linli.kernel.files.rules.limits import Limits, too_large
from linli.kernel.files.rules.names import clean_name

_CHUNK = 262_144

_BROKEN_PICTURE = gettext_noop("This picture is damaged and can't be opened.")
_LONG_FILM = gettext_noop("This video is too long: at most {most} minutes.")


class Readable(Protocol):
    """What can be taken in: an open file, an upload of Django's, a response body."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass
class Prepared:
    """A body on the disk under a temporary name, judged and without traces of its origin; ``discard`` when it isn't
    attached."""

    path: Path
    verdict: Verdict
    name: str
    size: int
    digest: str
    received_digest: str
    width: int | None = None
    height: int | None = None
    thumbnails: dict[str, Path] = field(default_factory=dict)

    def discard(self) -> None:
        """Remove what is still under a temporary name."""
        for path in (self.path, *self.thumbnails.values()):
            path.unlink(missing_ok=True)


def spool(stream: Readable, target: BinaryIO, most: int) -> tuple[int, str]:
    """Copy at most ``most`` bytes in pieces; returns (bytes, SHA-256). One byte more is enough to refuse."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            ensure(
                Refusal(
                    "files.too_large",
                    gettext_noop("This file is too large: at most {most} MB for its kind."),
                    {"most": most // 1_000_000},
                    advice=gettext_noop("Make it smaller, or hand in several parts."),
                )
            )
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return size, digest.hexdigest()


def ready(stream: Readable, name: str, limits: Limits) -> Prepared:
    """Write to a temporary file, judge by content, clean; Refused with a sentence, and nothing left behind, when it
    isn't taken."""
    folder = incoming()
    made: list[Path] = []
    try:
        if shutil.disk_usage(folder).free < limits.reserve_bytes:
            raise OSError(errno.ENOSPC, "the reserve of the disk is reached", str(folder))
        path = blank(folder, made)
        with path.open("r+b") as target:
            size, digest = spool(stream, target, limits.largest)
            verdict = judge(target, name, size, limits)
        prepared = Prepared(path, verdict, clean_name(name, verdict.media_type), size, digest, digest)
        if verdict.kind == Kind.PICTURE:
            _clean_picture(prepared, limits, folder, made)
        elif verdict.media_type in ("video/mp4", "audio/mp4"):
            _clean_film(prepared)
        return prepared
    except BaseException:
        _remove(made)
        raise


def judge(stream: BinaryIO, name: str, size: int, limits: Limits) -> Verdict:
    """The kind of a spooled body; Refused when its kind, size, length or unfolding isn't taken."""
    verdict = sniff(stream, name)
    if isinstance(verdict, Verdict) and verdict.packed:
        verdict = archives.judge(stream, limits)
    if isinstance(verdict, Refusal):
        raise Refused(verdict)
    ensure(too_large(verdict.kind, size, limits))
    if verdict.kind == Kind.FILM and (boxes.seconds(stream) or 0) > limits.film_seconds:
        raise Refused(Refusal("files.too_long", _LONG_FILM, {"most": limits.film_seconds // 60}))
    return verdict


def blank(folder: Path, made: list[Path]) -> Path:
    """A fresh empty file that only this process knows."""
    handle, name = tempfile.mkstemp(dir=folder, prefix="in-")
    os.close(handle)
    made.append(Path(name))
    return made[-1]


def _clean_picture(prepared: Prepared, limits: Limits, folder: Path, made: list[Path]) -> None:
    """Draw the picture anew, upright and without anything but its pixels, and two smaller ones."""
    clean = blank(folder, made)
    thumbnails = {part: blank(folder, made) for part in limits.thumbnails}
    sizes = {thumbnails[part]: side for part, side in limits.thumbnails.items()}
    try:
        drawn = pictures.redraw(prepared.path, clean, sizes, prepared.verdict.media_type, limits.picture_pixels)
    except pictures.Unreadable as problem:
        raise Invalid(Refusal("files.broken_picture", _BROKEN_PICTURE)) from problem
    prepared.path.unlink()
    prepared.path, prepared.thumbnails = clean, thumbnails
    prepared.width, prepared.height = drawn
    prepared.size, prepared.digest = measure(clean)
    settle(thumbnails.values())


def _clean_film(prepared: Prepared) -> None:
    with prepared.path.open("r+b") as stream:
        if boxes.forget_origin(stream):
            stream.flush()
            os.fsync(stream.fileno())
    prepared.size, prepared.digest = measure(prepared.path)


def measure(path: Path) -> tuple[int, str]:
    """(bytes, SHA-256) of a file that is first forced to the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
        return os.fstat(stream.fileno()).st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def settle(paths: Iterable[Path]) -> None:
    """Force files to the disk."""
    for path in paths:
        with path.open("r+b") as stream:
            os.fsync(stream.fileno())


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
