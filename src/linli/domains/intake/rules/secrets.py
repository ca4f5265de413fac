"""The code on a receipt and the rating link: short enough to say on the telephone, useless in a stolen database."""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def code_from(seed: bytes) -> str:
    """Eight characters without look-alikes (31⁸ ≈ 8.5·10¹¹) from at least 16 random bytes."""
    if len(seed) < 16:
        raise ValueError("a code needs at least 16 random bytes")
    number = int.from_bytes(seed, "big")
    letters = []
    for _place in range(CODE_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def shown(code: str) -> str:
    """As printed: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def normal(code: str) -> str:
    """As typed by a person, made comparable: capitals, no blanks or dashes, no look-alikes."""
    cleaned = "".join(letter for letter in code.upper() if letter.isalnum())
    return cleaned.translate(str.maketrans("0O1IL", "QQJJJ"))


def digest_of(code: str, number: str, pepper: bytes) -> str:
    """What is stored: HMAC-SHA-256 of number and code, so equal codes of two matters differ."""
    return hmac.new(pepper, f"{number}:{normal(code)}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Equal digests, compared in constant time."""
    return hmac.compare_digest(one, other)
