"""Finding units while someone types: by name, pinyin, initials or code, over the whole province in a few milliseconds.

Every level keeps its units sorted by code and their names joined into one text, so that searching is ``str.find``, done
in C, and a subtree is a slice of that text. Exact comes before beginning before inside, higher units before lower.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from linli.kernel.regions.rules.codes import Level, level_of, subtree
from linli.kernel.regions.rules.units import UnitType, core_name, short_name

MOST_SORTED = 300


class Entry(NamedTuple):
    """One unit to be found; ``others`` are former names and names people use."""

    code: str
    name: str
    unit_type: str
    pinyin: str
    initials: str
    others: tuple[str, ...] = ()


class _Column:
    """One kind of words of one level: lines of alternatives, each alternative between two bars."""

    __slots__ = ("starts", "text")

    def __init__(self, lines: Iterable[str]) -> None:
        parts: list[str] = []
        self.starts: list[int] = []
        at = 0
        for line in lines:
            self.starts.append(at)
            parts.append(f"|{line}|\n")
            at += len(line) + 3
        self.text = "".join(parts)
        self.starts.append(at)

    def find(self, pattern: str, first: int, last: int) -> Iterator[int]:
        """Numbers of the lines between first and last that hold the pattern."""
        place, end = self.starts[first], self.starts[last]
        while (place := self.text.find(pattern, place, end)) >= 0:
            line = bisect_right(self.starts, place) - 1
            yield line
            place = self.starts[line + 1]

    def rank(self, line: int, word: str) -> int:
        """0 when a form of the line is the word, 1 when one begins with it, 2 when it is inside one."""
        text = self.text[self.starts[line] : self.starts[line + 1]]
        if f"|{word}|" in text:
            return 0
        return 1 if f"|{word}" in text else 2


class Directory:
    """All units by level, ready to be searched. Built once, then only read."""

    __slots__ = ("codes", "initials", "names", "sounds")

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_level: dict[int, list[Entry]] = {level: [] for level in Level}
        for entry in entries:
            by_level[level_of(entry.code)].append(entry)
        for found in by_level.values():
            found.sort()
        self.codes = {level: [entry.code for entry in found] for level, found in by_level.items()}
        self.names = {level: _Column(map(_words, found)) for level, found in by_level.items()}
        self.sounds = {level: _Column(entry.pinyin for entry in found) for level, found in by_level.items()}
        self.initials = {level: _Column(entry.initials for entry in found) for level, found in by_level.items()}

    def search(self, words: str, *, within: str = "", limit: int = 20) -> list[tuple[str, str]]:
        """(code, why) of at most ``limit`` units, best first; why is code, name, pinyin or initials."""
        words = words.replace("|", "").replace("\n", "").lower()
        if not words:
            return []
        found: dict[str, str] = {}
        if words.isascii() and words.isdigit():
            tiers: Iterable[tuple[str, Iterator[str]]] = [("code", self._by_code(words, within))]
        elif words.isascii():
            tiers = self._by_sound("".join(words.split()), within)
        else:
            tiers = self._by_name("".join(words.split()), within)
        for why, codes in tiers:
            for code in codes:
                found.setdefault(code, why)
                if len(found) >= limit:
                    return list(found.items())
        return list(found.items())

    def _by_code(self, digits: str, within: str) -> Iterator[str]:
        """Codes that begin with the digits, the unit itself first; zeros that fill an official code do not count."""
        bare = digits.rstrip("0") if len(digits) == 12 else digits
        for prefix in dict.fromkeys((digits, bare + "0" * (len(bare) % 2))):
            low, high = prefix, prefix + "a"
            floor, ceiling = subtree(within)
            for level in Level:
                codes = self.codes[level]
                start, end = bisect_left(codes, max(low, floor)), bisect_left(codes, min(high, ceiling))
                yield from codes[start:end]

    def _by_sound(self, letters: str, within: str) -> Iterator[tuple[str, Iterator[str]]]:
        sounds = self._ranked(self.sounds, letters, within)
        initials = self._ranked(self.initials, letters, within)
        for tier in (0, 1):
            yield "pinyin", sounds(tier)
            yield "initials", initials(tier)
        if len(letters) >= 3:
            yield "pinyin", sounds(2)

    def _by_name(self, word: str, within: str) -> Iterator[tuple[str, Iterator[str]]]:
        names = self._ranked(self.names, word, within)
        for tier in (0, 1, 2):
            yield "name", names(tier)

    def _ranked(self, columns: dict[int, _Column], word: str, within: str) -> Callable[[int], Iterator[str]]:
        """Codes by tier. A rare word costs one pass over the text, a common one a pass per tier, cut by the limit."""
        rare: dict[int, list[str]] = {0: [], 1: [], 2: []}
        for number, (level, line) in enumerate(self._lines(columns, word, within)):
            if number == MOST_SORTED:
                patterns = (f"|{word}|", f"|{word}", word)
                return lambda tier: (self.codes[lv][at] for lv, at in self._lines(columns, patterns[tier], within))
            rare[columns[level].rank(line, word)].append(self.codes[level][line])
        return lambda tier: iter(rare[tier])

    def _lines(self, columns: dict[int, _Column], pattern: str, within: str) -> Iterator[tuple[int, int]]:
        low, high = subtree(within)
        for level in Level:
            codes = self.codes[level]
            first, last = bisect_left(codes, low), bisect_left(codes, high)
            if first < last:
                for line in columns[level].find(pattern, first, last):
                    yield level, line


def _words(entry: Entry) -> str:
    """The forms of a name, each to be met exactly: as published, as people call it, its core."""
    level = level_of(entry.code)
    forms = [entry.name, *entry.others]
    brief = short_name(entry.name, level, UnitType(entry.unit_type))
    if brief not in entry.name:
        forms.append(brief)
    core = core_name(entry.name, level)
    if core != entry.name:
        forms.append(core)
    return "|".join(forms).lower()
