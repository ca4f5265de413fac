"""Region codes: what can be known from the digits alone.

The official code has twelve digits, 2 province + 2 prefecture + 2 county + 3 township + 3 community, and a unit above
the community fills the rest with zeros (统计用区划代码编制规则; GB/T 2260 and GB/T 10114 inside it). Linli stores it
without the filling zeros, so that a unit's code is the prefix of everything inside it; a grid adds three digits.
"""

from __future__ import annotations

from enum import IntEnum

WIDTHS = (2, 4, 6, 9, 12, 15)
_LEVEL_OF_WIDTH = {width: level for level, width in enumerate(WIDTHS, start=1)}
_EVERYTHING = ("0", "a")


class Level(IntEnum):
    """The rungs of the tree."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWNSHIP = 4
    COMMUNITY = 5
    GRID = 6


def is_code(text: str) -> bool:
    """Whether the text has the shape of a code, short (410102) or zero-filled (410102000000)."""
    return len(text) in _LEVEL_OF_WIDTH and text.isascii() and text.isdigit() and not text.startswith("00")


def short(code: str) -> str:
    """The code without its filling zeros, by segments: 410102000000 → 410102, 419000 → 4190; ValueError if no code."""
    if not is_code(code):
        raise ValueError(f"not a region code: {code[:20]!r}")
    for lower, width in zip(reversed((0, *WIDTHS[:-1])), reversed(WIDTHS), strict=True):
        if len(code) == width and lower and not code[lower:].strip("0"):
            code = code[:lower]
    return code


def official(code: str) -> str:
    """The code as printed in official tables: zero-filled to twelve digits (a grid keeps its fifteen)."""
    return short(code).ljust(12, "0")


def level_of(code: str) -> Level:
    """The rung a code stands on; ValueError if it is no code."""
    return Level(_LEVEL_OF_WIDTH[len(short(code))])


def ancestors_of(code: str) -> list[str]:
    """Codes above, from the province down, without the unit itself."""
    code = short(code)
    return [code[:width] for width in WIDTHS if width < len(code)]


def parent_of(code: str) -> str:
    """The code one rung up; "" for a province."""
    above = ancestors_of(code)
    return above[-1] if above else ""


def county_of(code: str) -> str:
    """The six digits of the county the unit belongs to; "" above county level."""
    code = short(code)
    return code[:6] if len(code) >= 6 else ""


def subtree(code: str) -> tuple[str, str]:
    """The range of codes of a unit and all inside it: ``lo <= code < hi``.

    Both ends are digits only (or "a", after all digits), so the range means the same bytewise and under any
    collation of PostgreSQL, and an ordinary index serves it. "" is the whole country.
    """
    if not code:
        return _EVERYTHING
    low = short(code)
    # Nines carry over: the end of 410102999 is 410103 and not 410103000, which would let the county 410103 in.
    stem = low.rstrip("9")
    return low, str(int(stem) + 1).zfill(len(stem)) if stem else "a"


def covers(outer: str, inner: str) -> bool:
    """Whether ``inner`` is ``outer`` or lies inside it; "" covers everything."""
    return not outer or short(inner).startswith(short(outer))
