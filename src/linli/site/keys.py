"""Linli's secrets on disk: made once at set-up, readable by the owner alone, never in the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_key(folder: Path, name: str) -> str:
    """The text of one key file, or "" where none has been made."""
    path = folder / name
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def make_key(folder: Path, name: str, text: str = "") -> Path:
    """Make a key file (mode 0600) unless it exists; an existing key stays, for what it sealed would be lost."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = folder / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write((text or secrets.token_urlsafe(64)) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return path
