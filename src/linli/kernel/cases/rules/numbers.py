"""Case numbers: easy to say on the telephone, hard to guess, made without asking anyone.

``L261123-7K3M-9QXT``: L, the Beijing day of opening, seven random digits out of 31 (Crockford's base 32 without I, L,
O,
U, and without Z: 2.7 × 10¹⁰ a day) and a check digit that catches every single wrong digit and every swap of
neighbours.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from linli.base.clock import BEIJING
from linli.base.text import fold

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SHAPE = re.compile(r"L(\d{6})([0-9A-Z]{7})([0-9A-Z])")
_PRIME = 31


def new_number(at: datetime) -> str:
    """A fresh number for a case opened at an instant."""
    day = at.astimezone(BEIJING).strftime("%y%m%d")
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return f"L{day}-{body[:4]}-{body[4:]}{_check(day + body)}"


def tidy_number(text: str) -> str:
    """What a person typed, as the number it means; "" where it cannot be one (wrong length or check digit)."""
    plain = re.sub(r"[\s\-–—_.]+", "", fold(text).upper())
    if not plain.startswith("L"):
        plain = "L" + plain
    found = _SHAPE.fullmatch("L" + plain[1:].translate(_LOOKALIKE))
    if found is None or any(letter not in _VALUE for letter in found[2] + found[3]):
        return ""
    if _check(found[1] + found[2]) != found[3]:
        return ""
    return f"L{found[1]}-{found[2][:4]}-{found[2][4:]}{found[3]}"


def _check(digits: str) -> str:
    """Weighted sum modulo 31: a prime as large as the alphabet, with weights 2…14, which are all different."""
    total = sum(_VALUE[digit] * weight for weight, digit in enumerate(digits, start=2))
    return ALPHABET[total % _PRIME]
