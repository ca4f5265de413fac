"""Signed anchors in a file outside the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def anchor_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs anchors, made on first use with a readable public half beside it (``LINLI_HOME/keys``)."""
    return Ed25519PrivateKey.generate()


def anchor(day: date, directory: Path, key: Ed25519PrivateKey) -> bool:
    """Write the day's anchor; False when that day already has one."""
    return False
