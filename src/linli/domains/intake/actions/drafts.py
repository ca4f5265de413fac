"""Photos of a request that is still being written: judged and cleaned at once, kept for a day, then gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from linli.base.errors import Refusal, Refused
from linli.base.text import gettext_noop
from linli.kernel.files.actions import Prepared, prepare

MOST = 6
A_DAY = 86_400  # seconds
_NAME = re.compile(r"[0-9a-f]{32}")


class Upload(Protocol):
    """An uploaded file as Django hands it over."""

    name: str | None

    def read(self, size: int = -1, /) -> bytes: ...


def _folder() -> Path:
    folder = Path(settings.HOME) / "drafts"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _known(draft: str) -> bool:
    return bool(_NAME.fullmatch(draft))


def keep_photos(draft: str, uploads: Iterable[Upload], *, at: datetime) -> int:
    """Judge, clean and keep photos for a draft (32 hex digits); Refused when one is no photo or there are too many."""
    _sweep(at)
    if not _known(draft):
        return 0
    kept = len(photo_paths(draft))
    for upload in uploads:
        if kept >= MOST:
            raise Refused(Refusal("intake.too_many_photos", gettext_noop("At most {most} photos."), {"most": MOST}))
        prepared = prepare(upload, upload.name or "photo", at=at)
        suffix = Path(prepared.name).suffix[:8]
        target = _folder() / f"{draft}-{kept}{suffix}"
        shutil.move(prepared.path, target)
        prepared.discard()
        kept += 1
    return kept


def photo_paths(draft: str) -> list[Path]:
    """The photos kept for a draft, in the order they came."""
    return sorted(_folder().glob(f"{draft}-*")) if _known(draft) else []


def take_photos(draft: str, *, at: datetime) -> list[Prepared]:
    """The photos of a draft, ready to be attached."""
    taken = []
    for number, path in enumerate(photo_paths(draft), start=1):
        with path.open("rb") as body:
            taken.append(prepare(body, f"photo-{number}{path.suffix}", at=at))
    return taken


def drop_photos(draft: str) -> None:
    """Forget a draft's photos."""
    for path in photo_paths(draft):
        path.unlink(missing_ok=True)


def _sweep(at: datetime) -> None:
    """What nobody sent within a day goes."""
    limit = at.timestamp() - A_DAY
    for path in _folder().iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
