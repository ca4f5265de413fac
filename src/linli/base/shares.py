"""Exact shares for votes and quorums: integers and Fractions, never floats.

民法典 1259: 以上, 以下, 以内 and 届满 include the number itself; 不满, 超过 and 以外 exclude it.
"""

from __future__ import annotations

from fractions import Fraction


def at_least(part: int, whole: int, share: Fraction) -> bool:
    """``part`` is 以上 ``share`` of ``whole``: includes the number itself."""
    return Fraction(part) >= share * whole


def more_than(part: int, whole: int, share: Fraction) -> bool:
    """``part`` 超过 ``share`` of ``whole``: excludes the number itself; 过半数 is read as more than 1/2."""
    return Fraction(part) > share * whole


def percentage(part: int, whole: int) -> Fraction | None:
    """``part`` of ``whole`` in percent, or None where there is nothing to divide by."""
    return Fraction(part * 100, whole) if whole else None
