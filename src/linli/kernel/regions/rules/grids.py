"""When a grid may be drawn: its code, its community, its county's own pattern."""

from __future__ import annotations

import re

from linli.base.errors import Refusal
from linli.base.text import gettext_noop

DEFAULT_PATTERN = r"\d{15}"
ARTICLE = "GB/T 34300-2017"


def code_fits(code: str, community: str, pattern: str) -> Refusal | None:
    """A grid's code is its community's with a number behind it, in the pattern its county uses (GB/T 30428.1)."""
    if not code.startswith(community) or len(code) <= len(community):
        message = gettext_noop("A grid lies inside one community: its code {code} must begin with {community}.")
        return Refusal("region.grid_outside", message, {"code": code, "community": community}, article=ARTICLE)
    if re.fullmatch(pattern or DEFAULT_PATTERN, code) is None or not code.isascii():
        message = gettext_noop("The code {code} does not have the shape that grids have here ({pattern}).")
        values = {"code": code, "pattern": pattern or DEFAULT_PATTERN}
        return Refusal("region.grid_code", message, values, article="GB/T 30428.1")
    if not code[len(community) :].strip("0"):
        message = gettext_noop("Number 000 means the community itself; grids start with 001.")
        return Refusal("region.grid_zero", message)
    return None


def may_hold_grids(level: int, in_force: bool) -> Refusal | None:
    """Only a community that exists can be divided into grids."""
    if level != 5:
        return Refusal("region.grid_parent", gettext_noop("Only a community is divided into grids."), article=ARTICLE)
    if not in_force:
        message = gettext_noop("This community is no longer in force.")
        advice = gettext_noop("Use the community that took over from it.")
        return Refusal("region.grid_parent_ended", message, advice=advice)
    return None


def next_code(community: str, taken: set[str], pattern: str = "") -> str | None:
    """The first free number of three digits that fits the pattern, never one used before; None when all are gone."""
    fits = re.compile(pattern or DEFAULT_PATTERN)
    codes = (f"{community}{number:03d}" for number in range(1, 1000))
    return next((code for code in codes if code not in taken and fits.fullmatch(code)), None)


_PARTS = re.compile(r"(?:(?:\\d|[0-9]|\[[0-9\-]+\])(?:\{\d{1,2}(?:,\d{1,2})?\})?)+")
SAMPLE = "410102001002"


def pattern_fits(pattern: str) -> Refusal | None:
    """Whether a county's pattern is one: digits, ``\\d``, ``[1-9]`` and counts in braces, for fifteen digits in all."""
    if not pattern:
        return None
    message = gettext_noop(
        "A pattern is made of digits, \\d, [1-9] and counts in braces, such as \\d{{12}}[0-4]\\d{{2}}, for 15 digits."
    )
    refusal = Refusal("region.pattern", message, article="GB/T 30428.1")
    if len(pattern) > 120 or _PARTS.fullmatch(pattern) is None:
        return refusal
    try:
        compiled = re.compile(pattern)
    except re.error:
        return refusal
    # The community's digits vary from place to place; the number behind them has to be possible at least once.
    heads = ("0" * 12, "9" * 12, SAMPLE, "4" * 12)
    possible = any(compiled.fullmatch(f"{head}{number:03d}") for head in heads for number in range(1, 1000))
    return None if possible else refusal
