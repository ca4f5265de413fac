"""Column encryption: a ring of keys, authenticated tokens that name their key and cipher, keyed blind indexes.

A token reads ``1.ALGORITHM.KEY.PAYLOAD``; the payload is nonce + ciphertext + tag in URL-safe base64. What the token is
*about* (table and column) goes in as associated data, so a token copied into another column does not open there.
Sources: GB/T 22239-2019 §8.1.4.8 (confidentiality at rest), GB/T 32907-2016 (SM4), GB/T 32905-2016 (SM3),
NIST SP 800-38D (GCM), RFC 5869 (key derivation).
"""

from __future__ import annotations

import base64
import hmac as constant_time
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES_GCM: Final = "AES256GCM"
SM4_GCM: Final = "SM4GCM"
SM4_CTR: Final = "SM4CTRSM3"
ALGORITHMS: Final = (AES_GCM, SM4_GCM, SM4_CTR)
SHA256: Final = "SHA256"
SM3: Final = "SM3"
NONCE = 12
TAG = 16


class SealBroken(Exception):
    """A token that does not open: unknown key, another column's token, or changed bytes."""


def sm4_has_gcm() -> bool:
    """Whether the OpenSSL below offers SM4-GCM; older ones do not, then SM4-CTR with HMAC-SM3 takes its place."""
    try:
        Cipher(SM4(bytes(16)), modes.GCM(bytes(NONCE))).encryptor()
    except UnsupportedAlgorithm:
        return False
    return True


@dataclass(frozen=True)
class KeyRing:
    """Keys by id, the one that seals now, and the key of the blind indexes. Immutable: rotation gives a new ring.

    ``cache`` holds derived keys only; it is left out of comparison and of every representation, as are the secrets.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index_key: bytes = field(repr=False)
    algorithm: str = AES_GCM
    digest: str = SHA256
    former_index: bytes = field(default=b"", repr=False)
    cache: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError("the sealing key is not on the ring")
        if any(len(secret) != 32 for secret in (*self.keys.values(), self.index_key)):
            raise ValueError("every key is 32 bytes")
        if len(self.former_index) not in (0, 32):
            raise ValueError("every key is 32 bytes")
        if any(not key_id.isalnum() for key_id in self.keys):
            raise ValueError("a key id is letters and digits")
        if self.algorithm not in ALGORITHMS or self.digest not in (SHA256, SM3):
            raise ValueError(f"unknown cipher or digest: {self.algorithm}, {self.digest}")

    @property
    def sealing(self) -> str:
        """The cipher that seals here: the one wished for, or its stand-in where the OpenSSL below lacks it."""
        return SM4_CTR if self.algorithm == SM4_GCM and not sm4_has_gcm() else self.algorithm

    def seal(self, value: str, about: str) -> str:
        """``value`` as a token bound to ``about`` (``"parties.person.phone"``), sealed by the current key."""
        algorithm = self.sealing
        payload = _SEAL[algorithm](self, self.current, value.encode(), about.encode())
        return f"1.{algorithm}.{self.current}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}"

    def open(self, token: str, about: str) -> str:
        """The text inside ``token``; :class:`SealBroken` when it was sealed for something else or was changed."""
        try:
            version, algorithm, key_id, text = token.split(".")
            payload = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            opener = _OPEN[algorithm]
        except (ValueError, KeyError) as error:
            raise SealBroken("not a token") from error
        if version != "1" or key_id not in self.keys or len(payload) < NONCE + TAG:
            raise SealBroken("no key on the ring opens this token")
        try:
            return opener(self, key_id, payload, about.encode()).decode()
        except InvalidTag as error:
            raise SealBroken("the token was changed or belongs elsewhere") from error

    @property
    def mark(self) -> str:
        """How tokens of the key and cipher that seal now begin."""
        return f"1.{self.sealing}.{self.current}."

    def is_current(self, token: str) -> bool:
        """Whether ``token`` was sealed by the key and cipher that seal now (rotation skips these)."""
        return token.split(".")[1:3] == [self.sealing, self.current]

    def index(self, value: str, purpose: str) -> str:
        """A keyed fingerprint of ``value`` (64 hexadecimal digits) that finds equal values of one ``purpose`` only."""
        return self._index("", value, purpose)

    def indexes(self, value: str, purpose: str) -> tuple[str, ...]:
        """All fingerprints ``value`` may be stored under: while the index key changes, the former key's as well."""
        now = self._index("", value, purpose)
        return (now, self._index("-", value, purpose)) if self.former_index else (now,)

    def _index(self, which: str, value: str, purpose: str) -> str:
        mac = hmac.HMAC(
            self._derive(which, f"index:{purpose}"), hashes.SM3() if self.digest == SM3 else hashes.SHA256()
        )
        mac.update(value.encode())
        return mac.finalize().hex()

    def with_index(self, secret: bytes) -> KeyRing:
        """A ring that indexes with a new key and still finds by the former one; one change at a time."""
        if self.former_index:
            raise ValueError("the index key is changing already")
        return replace(self, index_key=secret, former_index=self.index_key, cache={})

    def settled(self) -> KeyRing:
        """A ring without the former index key; what was not indexed anew is found no more."""
        return replace(self, former_index=b"", cache={})

    def rotated(self, key_id: str, secret: bytes, algorithm: str = "") -> KeyRing:
        """A ring that seals with a new key and still opens what the old ones sealed."""
        if key_id in self.keys:
            raise ValueError("this key id is taken")
        keys = {**self.keys, key_id: secret}
        return replace(self, keys=keys, current=key_id, algorithm=algorithm or self.algorithm, cache={})

    def without(self, key_id: str) -> KeyRing:
        """A ring that has forgotten a retired key; what it sealed can no longer be read."""
        if key_id == self.current:
            raise ValueError("the sealing key cannot be retired")
        return replace(self, keys={k: v for k, v in self.keys.items() if k != key_id}, cache={})

    def _derive(self, key_id: str, use: str) -> bytes:
        if (key_id, use) not in self.cache:
            secret = {"": self.index_key, "-": self.former_index}.get(key_id) or self.keys[key_id]
            length = 16 if use.startswith("SM4") else 32
            self.cache[key_id, use] = HKDF(hashes.SHA256(), length, salt=None, info=b"linli:" + use.encode()).derive(
                secret
            )
        return self.cache[key_id, use]


def _seal_aes(ring: KeyRing, key_id: str, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(ring._derive(key_id, AES_GCM)).encrypt(nonce, plain, about)


def _open_aes(ring: KeyRing, key_id: str, payload: bytes, about: bytes) -> bytes:
    return AESGCM(ring._derive(key_id, AES_GCM)).decrypt(payload[:NONCE], payload[NONCE:], about)


def _seal_sm4(ring: KeyRing, key_id: str, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    sealer = Cipher(SM4(ring._derive(key_id, SM4_GCM)), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(about)
    return nonce + sealer.update(plain) + sealer.finalize() + sealer.tag


def _open_sm4(ring: KeyRing, key_id: str, payload: bytes, about: bytes) -> bytes:
    nonce, sealed, tag = payload[:NONCE], payload[NONCE:-TAG], payload[-TAG:]
    opener = Cipher(SM4(ring._derive(key_id, SM4_GCM)), modes.GCM(nonce, tag)).decryptor()
    opener.authenticate_additional_data(about)
    return opener.update(sealed) + opener.finalize()


def _mac_sm3(ring: KeyRing, key_id: str, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    mac = hmac.HMAC(ring._derive(key_id, "MAC"), hashes.SM3())
    mac.update(len(about).to_bytes(8, "big") + about + nonce + sealed)
    return mac.finalize()


def _seal_ctr(ring: KeyRing, key_id: str, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(16)
    sealer = Cipher(SM4(ring._derive(key_id, SM4_CTR)), modes.CTR(nonce)).encryptor()
    sealed = sealer.update(plain) + sealer.finalize()
    return nonce + sealed + _mac_sm3(ring, key_id, nonce, sealed, about)


def _open_ctr(ring: KeyRing, key_id: str, payload: bytes, about: bytes) -> bytes:
    nonce, sealed, tag = payload[:16], payload[16:-32], payload[-32:]
    if len(payload) < 48 or not constant_time.compare_digest(tag, _mac_sm3(ring, key_id, nonce, sealed, about)):
        raise InvalidTag
    opener = Cipher(SM4(ring._derive(key_id, SM4_CTR)), modes.CTR(nonce)).decryptor()
    return opener.update(sealed) + opener.finalize()


_SEAL = {AES_GCM: _seal_aes, SM4_GCM: _seal_sm4, SM4_CTR: _seal_ctr}
_OPEN = {AES_GCM: _open_aes, SM4_GCM: _open_sm4, SM4_CTR: _open_ctr}


def fresh_ring(key_id: str = "k1", *, algorithm: str = AES_GCM, digest: str = SHA256) -> KeyRing:
    """A new ring with one key from the system's random source."""
    secret, index = secrets.token_bytes(32), secrets.token_bytes(32)
    return KeyRing({key_id: secret}, key_id, index, algorithm=algorithm, digest=digest)


def ring_to_text(ring: KeyRing) -> str:
    """A ring as JSON for the key file. Secrets are in clear: the file is 0600, away from database and repository."""
    body = {
        "current": ring.current,
        "algorithm": ring.algorithm,
        "digest": ring.digest,
        "keys": {key_id: base64.b64encode(secret).decode() for key_id, secret in ring.keys.items()},
        "index": base64.b64encode(ring.index_key).decode(),
    }
    if ring.former_index:
        body["former_index"] = base64.b64encode(ring.former_index).decode()
    return json.dumps(body, indent=1)


def ring_from_text(text: str) -> KeyRing:
    """The ring in a key file's JSON; ``ValueError`` when a part is missing or malformed."""
    try:
        body: dict[str, Any] = json.loads(text)
        keys = {str(key_id): base64.b64decode(secret) for key_id, secret in body["keys"].items()}
        index, former = base64.b64decode(body["index"]), base64.b64decode(body.get("former_index", ""))
        return KeyRing(keys, body["current"], index, body.get("algorithm", AES_GCM), body.get("digest", SHA256), former)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the key file is damaged") from error


def write_ring(path: Path, ring: KeyRing, *, replace_file: bool = False) -> None:
    """Write the key file readable by its owner only; refuses to overwrite one unless ``replace_file`` (rotation)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = path.with_suffix(".new") if replace_file else path
    if replace_file:
        target.unlink(missing_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(ring_to_text(ring))
        file.flush()
        os.fsync(file.fileno())
    if replace_file:
        target.replace(path)


def next_key_id(ring: KeyRing, day: date) -> str:
    """An unused key id that says when the key was made (``k20261123``, then ``k20261123b`` …)."""
    stem = f"k{day:%Y%m%d}"
    return next(
        name for name in (stem, *(stem + letter for letter in "bcdefghijklmnopqrstuvwxyz")) if name not in ring.keys
    )
