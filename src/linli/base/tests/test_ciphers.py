"""Sealing: what opens, what does not, what changes when keys change."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.base import ciphers
from linli.base.ciphers import ALGORITHMS, KeyRing, SealBroken, fresh_ring

PHONE = "parties.person.phone"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.text(max_size=200))
@settings(max_examples=25, deadline=None)
def test_what_is_sealed_opens_again(algorithm: str, value: str) -> None:
    ring = fresh_ring(algorithm=algorithm)
    assert ring.open(ring.seal(value, PHONE), PHONE) == value


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_opens_only_in_its_own_column(algorithm: str) -> None:
    ring = fresh_ring(algorithm=algorithm)
    with pytest.raises(SealBroken):
        ring.open(ring.seal("13800010001", PHONE), "parties.person.address")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_changed_character_is_noticed(algorithm: str) -> None:
    ring = fresh_ring(algorithm=algorithm)
    token = ring.seal("13800010001", PHONE)
    start = token.rindex(".") + 1
    for place in range(start, len(token) - 1):  # the very last one may hold unused bits
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(SealBroken):
            ring.open(token[:place] + other + token[place + 1 :], PHONE)


def test_equal_values_give_different_tokens() -> None:
    ring = fresh_ring()
    assert ring.seal("same", PHONE) != ring.seal("same", PHONE)


def test_a_cipher_named_in_the_token_cannot_be_swapped() -> None:
    ring = fresh_ring()
    with pytest.raises(SealBroken):
        ring.open(ring.seal("x" * 40, PHONE).replace(ciphers.AES_GCM, ciphers.SM4_GCM), PHONE)


def test_after_rotation_old_tokens_open_and_new_ones_use_the_new_key() -> None:
    old = fresh_ring()
    token = old.seal("13800010001", PHONE)
    new = old.rotated(ciphers.next_key_id(old, date(2026, 11, 23)), bytes(range(32)), ciphers.SM4_GCM)
    assert new.open(token, PHONE) == "13800010001"
    assert not new.is_current(token)
    fresh = new.seal("13800010001", PHONE)
    assert new.is_current(fresh)
    assert ".k20261123." in fresh
    with pytest.raises(SealBroken):
        old.open(fresh, PHONE)
    with pytest.raises(SealBroken):
        new.without("k1").open(token, PHONE)


def test_two_rotations_on_one_day_get_two_ids() -> None:
    ring = fresh_ring()
    first = ciphers.next_key_id(ring, date(2026, 11, 23))
    assert ciphers.next_key_id(ring.rotated(first, bytes(32)), date(2026, 11, 23)) == "k20261123b"


def test_the_blind_index_is_the_same_after_rotation_and_differs_by_purpose_digest_and_ring() -> None:
    ring = fresh_ring()
    index = ring.index("13800010001", "phone")
    assert ring.rotated("k2", bytes(32)).index("13800010001", "phone") == index
    sm3 = KeyRing(ring.keys, ring.current, ring.index_key, digest=ciphers.SM3)
    others = {
        ring.index("13800010001", "name"),
        sm3.index("13800010001", "phone"),
        fresh_ring().index("13800010001", "phone"),
    }
    assert len(others | {index}) == 4


def test_without_sm4_gcm_the_authenticated_ctr_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ciphers, "sm4_has_gcm", lambda: False)
    ring = fresh_ring(algorithm=ciphers.SM4_GCM)
    token = ring.seal("李芳", PHONE)
    assert f".{ciphers.SM4_CTR}." in token
    assert ring.open(token, PHONE) == "李芳"
    assert ring.is_current(token)


def test_the_key_file_is_private_survives_a_round_and_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    ring = fresh_ring()
    ciphers.write_ring(path, ring)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ciphers.ring_from_text(path.read_text()) == ring
    with pytest.raises(FileExistsError):
        ciphers.write_ring(path, fresh_ring())
    ciphers.write_ring(path, ring.rotated("k2", bytes(32)), replace_file=True)
    assert ciphers.ring_from_text(path.read_text()).current == "k2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys": {"k1": "AAAA"}, "current": "k1", "index": "AAAA"}'])
def test_a_damaged_key_file_is_said_to_be_damaged(text: str) -> None:
    with pytest.raises(ValueError):
        ciphers.ring_from_text(text)


def test_secrets_do_not_show_in_a_traceback() -> None:
    ring = fresh_ring()
    assert ring.keys["k1"].hex() not in repr(ring)
    assert "keys" not in repr(ring)


def test_sm4_agrees_with_the_standard() -> None:
    """GB/T 32907-2016, annex A.1: one block under the published key."""
    from cryptography.hazmat.primitives.ciphers import Cipher, modes
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4

    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    sealer = Cipher(SM4(key), modes.ECB()).encryptor()  # the standard's example is one bare block
    assert sealer.update(key).hex() == "681edf34d206965e86b3e94f536e4246"
