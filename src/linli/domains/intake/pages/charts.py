"""Plain charts as SVG: positions worked out here, so that no page needs a style or a script; their tables stand beside
them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.domains.intake.queries.numbers import Unit
from linli.domains.intake.rules.figures import Bar, Rate, Standing, ranked

KEYS = ("on_time", "response", "solution", "satisfaction")
WIDTH, HEIGHT = 720, 140
SCALE = 1_000
"""Positions of the ranking's lines, in thousandths of the whole width."""


@dataclass(frozen=True)
class Drawn:
    """A bar with its place in the drawing, as text so that no language puts separators into it."""

    bar: Bar
    x: str
    y: str
    width: str
    height: str
    href: str


@dataclass(frozen=True)
class Chart:
    """All bars, the size of the drawing, and the highest number."""

    bars: tuple[Drawn, ...]
    width: str
    height: str
    most: int
    is_weekly: bool


def bars(found: Sequence[Bar], address: Callable[[Bar], str]) -> Chart:
    """Bars from left to right; the highest fills the height, and one request is never invisible."""
    most = max((bar.number for bar in found), default=0)
    step = WIDTH / max(len(found), 1)
    drawn = []
    for place, bar in enumerate(found):
        tall = max(2.0, bar.number * HEIGHT / most) if bar.number else 0.0
        drawn.append(
            Drawn(bar, f"{place * step:.1f}", f"{HEIGHT - tall:.1f}", f"{step * 0.8:.1f}", f"{tall:.1f}", address(bar))
        )
    is_weekly = any(bar.first != bar.last for bar in found)
    return Chart(tuple(drawn), str(WIDTH), str(HEIGHT), most, is_weekly)


@dataclass(frozen=True)
class Line:
    """A unit's standing with its interval as places on a line from 0 to ``SCALE``."""

    standing: Standing
    low: str
    high: str
    at: str
    low_percent: float
    high_percent: float


@dataclass(frozen=True)
class Ranking:
    """Units by one rate, best first, then those with too few answers."""

    key: str
    lines: tuple[Line, ...]


def ranking(units: Sequence[Unit], key: str) -> Ranking:
    """The units below a region by one rate, each with its interval."""
    rates: list[tuple[str, str, Rate]] = [(unit.code, unit.name, getattr(unit.figures, key)) for unit in units]
    return Ranking(key, tuple(_line(one) for one in ranked(rates)))


def _line(one: Standing) -> Line:
    at = one.rate.part * SCALE // one.rate.whole
    return Line(
        one, str(round(one.low * SCALE)), str(round(one.high * SCALE)), str(at), round(one.low * 100, 1),
        round(one.high * 100, 1),
    )  # fmt: skip
