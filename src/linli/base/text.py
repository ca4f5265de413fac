"""Words and their shapes: marking for translation where Django may not be imported, width folding, masking."""

from __future__ import annotations

import unicodedata


def gettext_noop(message: str) -> str:
    """Mark a msgid for the catalogue; the door that shows it translates it."""
    return message


def fold(text: str) -> str:
    """Full-width letters and digits to half width, NFKC, outer blanks gone; for comparing, not for showing."""
    return unicodedata.normalize("NFKC", text).strip()


def mask_name(name: str) -> str:
    """张*三 / 张* (rulebook §2.3). Keeps the first character and, from three on, the last."""
    name = name.strip()
    if len(name) <= 1:
        return "*" if name else ""
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def mask_mobile(number: str) -> str:
    """138****5678 (rulebook §2.3)."""
    return number[:3] + "****" + number[-4:] if len(number) >= 8 else "*" * len(number)


def mask_identity(number: str) -> str:
    """4101**********002X, for staff only; public lists never show it (rulebook §2.3)."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)
