"""Signed anchors: once a day the ends of all chains are written to a file outside the database.

Whoever can rewrite the whole database can also recompute a chain; not its digests in a file that lies elsewhere (copy
it off the machine every day) and is signed with a key that the database server does not have.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.kernel.audit.queries import chain_heads
from linli.kernel.audit.queries.anchors import ANCHORS, key_name, read_lines
from linli.kernel.audit.rules import GENESIS, Anchor, line_digest

PRIVATE, PUBLIC = "audit-anchor.pem", "audit-anchor.pub"


def anchor_key(folder: Path) -> Ed25519PrivateKey:
    """The key in ``folder`` (``LINLI_HOME/keys``) that signs anchors; made on first use, its public half beside it."""
    path = folder / PRIVATE
    if not path.exists():
        _make_key(folder)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} is not an Ed25519 key")
    if not (folder / PUBLIC).exists():
        _write_public(folder, key)
    return key


def anchor(day: date, directory: Path, key: Ed25519PrivateKey) -> bool:
    """Write the anchor of a day (in Beijing); False when that day or a later one is already anchored."""
    directory.mkdir(parents=True, exist_ok=True)
    with _locked(directory / ANCHORS) as path:
        known: dict[tuple[str, str], tuple[int, str]] = {}
        last, previous = None, GENESIS
        for line, last in read_lines(path):
            known.update({(county, chain): (seq, end) for county, chain, seq, end in last.heads})
            previous = line_digest(line)
        if last is not None and last.day >= day.isoformat():
            return False
        moved = tuple(
            (head.county, head.chain, head.seq, head.digest)
            for head in chain_heads()
            if known.get((head.county, head.chain)) != (head.seq, head.digest)
        )
        fresh = Anchor(last.number + 1 if last else 1, day.isoformat(), previous, moved, key_name(key.public_key()))
        _append(path, _signed(fresh, key).line())
    return True


def _signed(fresh: Anchor, key: Ed25519PrivateKey) -> Anchor:
    signature = key.sign(fresh.signed_text().encode()).hex()
    return Anchor(fresh.number, fresh.day, fresh.previous, fresh.heads, fresh.key, signature)


def _append(path: Path, line: str) -> None:
    with path.open("r+b") as file:
        content = file.read()
        # A crash while writing leaves a line without its end; it was never an anchor.
        file.truncate(content.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[Path]:
    path.touch()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path


def _make_key(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, fresh = tempfile.mkstemp(dir=folder)  # readable for its owner only
    with os.fdopen(handle, "wb") as file:
        file.write(private)
    # A link is made whole or not at all, and fails when another process was faster: then that one's key counts.
    with suppress(FileExistsError):
        os.link(fresh, folder / PRIVATE)
    os.unlink(fresh)


def _write_public(folder: Path, key: Ed25519PrivateKey) -> None:
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / PUBLIC).write_bytes(public)
