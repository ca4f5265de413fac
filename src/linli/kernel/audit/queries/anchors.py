"""Reading the anchor file and judging its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.kernel.audit.rules import GENESIS, Anchor, Break, broken, line_digest, read_anchor

ANCHORS = "anchors.jsonl"


@dataclass
class Anchored:
    """What the anchors say: for each chain the digest and the day of every entry they saw; and where they break."""

    seen: dict[tuple[str, str], dict[int, tuple[str, str]]] = field(default_factory=dict)
    breaks: list[Break] = field(default_factory=list)


def key_name(key: Ed25519PublicKey) -> str:
    """The short name under which an anchor tells its key: the beginning of the key's digest."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]


def public_key(path: Path) -> Ed25519PublicKey:
    """A public key from its PEM file (``keys/audit-anchor.pub``, or a copy kept elsewhere)."""
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path} is not an Ed25519 key")
    return key


def read_lines(path: Path) -> Iterator[tuple[str, Anchor]]:
    """Every whole line with its anchor; a last line without its end is a crash's leftover and passed over."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield line[:-1], read_anchor(line)


def read_anchors(directory: Path, trusted: Sequence[Ed25519PublicKey]) -> Anchored:
    """Everything the anchors saw, checked line by line; reading stops at the first line that does not hold."""
    keys = {key_name(key): key for key in trusted}
    anchored, previous, number = Anchored(), GENESIS, 0
    path = directory / ANCHORS
    if not path.exists():
        return anchored
    try:
        for line, anchor in read_lines(path):
            kind = _fault(anchor, previous, number, keys)
            if kind:
                anchored.breaks.append(broken(kind, "", "", anchor.number, day=anchor.day))
                break
            for county, chain, seq, end in anchor.heads:
                anchored.seen.setdefault((county, chain), {})[seq] = (end, anchor.day)
            previous, number = line_digest(line), anchor.number
    except ValueError:
        anchored.breaks.append(broken("anchor_text", "", "", number + 1))
    return anchored


def _fault(anchor: Anchor, previous: str, number: int, keys: dict[str, Ed25519PublicKey]) -> str:
    if anchor.previous != previous or anchor.number != number + 1:
        return "anchor_link"
    key = keys.get(anchor.key)
    if key is None:
        return "signature"
    try:
        key.verify(bytes.fromhex(anchor.signature), anchor.signed_text().encode())
    except (InvalidSignature, ValueError):
        return "signature"
    return ""
