"""Exact shares for votes and quorums (rulebook G1, G2): integers and Fractions, never floats."""

from __future__ import annotations

from fractions import Fraction


def at_least(part: int, whole: int, share: Fraction) -> bool:
    """``part`` is 以上 ``share`` of ``whole``: includes the number itself."""
    return Fraction(part) >= share * whole


def more_than(part: int, whole: int, share: Fraction) -> bool:
    """``part`` 超过 ``share`` of ``whole``: excludes the number itself; 过半数 is ``share=1/2``."""
    return Fraction(part) > share * whole


def percentage(part: int, whole: int) -> Fraction | None:
    """``part`` of ``whole`` in percent, or None where there is nothing to divide by."""
    return Fraction(part * 100, whole) if whole else None
