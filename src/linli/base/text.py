"""Words and their shapes: marking for translation where Django may not be imported, width folding, masking.

The law asks that personal data be de-identified and shown no further than needed (个人信息保护法 6, 51); it does not
say which characters to hide. Which ones are hidden here is our own choice, the forms people know from public notices.
"""

from __future__ import annotations

import re
import unicodedata


def gettext_noop(message: str) -> str:
    """Mark a msgid for the catalogue; the door that shows it translates it."""
    return message


def fold(text: str) -> str:
    """Full-width letters and digits to half width, NFKC, outer blanks gone; for comparing, not for showing."""
    return unicodedata.normalize("NFKC", text).strip()


def mask_name(name: str) -> str:
    """张*三 / 张*. Keeps the first character and, from three on, the last."""
    name = name.strip()
    if len(name) <= 1:
        return "*" if name else ""
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_mobile(number: str) -> str:
    """A mobile number as 138****5678."""
    return number[:3] + "****" + number[-4:] if len(number) >= 8 else "*" * len(number)


def mask_identity(number: str) -> str:
    """An identity number as 4101**********002X, for staff only; public lists never show it."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


_BUILDING = re.compile(r"[0-9A-Za-z零一二三四五六七八九十甲乙丙丁]+(?:号楼|栋|幢|座)")
_WITHIN = re.compile(r"[0-9A-Za-z零一二三四五六七八九十]+(?:单元|层|楼|室|户|门|号)?[-－—]?[0-9A-Za-z]*(?:室|户)?\s*$")


def mask_address(address: str) -> str:
    """An address down to the building, the rest hidden: 建设路12号院3号楼***."""
    address = fold(address)
    buildings = list(_BUILDING.finditer(address))
    if buildings:
        return address[: buildings[-1].end()] + "***"  # the last one named is the nearest
    inner = _WITHIN.search(address)
    kept = inner.start() if inner and inner.start() else len(address) // 2
    return address[:kept] + "***" if address else ""


def mask_account(number: str) -> str:
    """A bank account by its last four digits: ****1234."""
    digits = "".join(fold(number).split())
    return "****" + digits[-4:] if len(digits) > 4 else "*" * len(digits)
