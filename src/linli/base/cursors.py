"""Cursors of long lists: the sort values of the last row seen, opaque to the caller, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import json

from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop as _


def write_cursor(*values: str | int | None) -> str:
    """The cursor that continues after a row with these sort values."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[str | int | None, ...] | None:
    """The sort values in ``text`` (None when it is empty). Invalid unless it holds one value of each kind, or null."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != len(kinds):
        raise Invalid(BROKEN)
    if any(value is not None and type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
        raise Invalid(BROKEN)
    return tuple(values)


BROKEN = Refusal(
    code="cursor",
    message=_("This is not a place in the list."),
    advice=_("Start from the beginning, or use the cursor exactly as the last answer gave it."),
)
