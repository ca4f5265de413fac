"""All names a place is called by, in one dictionary: from the words of an address to region codes.

Every unit is entered under its name, its short name (碧沙岗社区) and its core (碧沙岗); ended units under the code of
what took over. A name leads to a sorted tuple of codes: "which of these lie inside 410102" is two bisections.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from sys import intern

from linli.kernel.regions.rules.codes import Level, ancestors_of, level_of
from linli.kernel.regions.rules.units import UnitType, core_name, own_part, short_name

_ETHNIC = re.compile(r"(?:回|蒙古|满|维吾尔|土家|苗|壮|藏|朝鲜)+族(?=[区县镇乡]$)")
_ZONES = (
    ("高新技术产业开发区", "高新区"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("城乡一体化示范区", "示范区"),
    ("航空港经济综合实验区", "航空港区"),
)
_BARE = ("街道", "社区", "居委会", "村委会", "办事处")
_ABOVE = (2, 4, 6)
_FITTING = (
    ("社区", (12,)),
    ("村", (9, 12)),
    ("区", (4, 6, 9)),
    ("街道", (9,)),
    ("镇", (9,)),
    ("乡", (9,)),
    *((one, _ABOVE) for one in "县市"),
)


class Gazetteer:
    """Names to codes, and codes back to names. Built once, then only read."""

    __slots__ = ("_cores", "codes", "former", "heads", "kinds", "names", "units")

    def __init__(
        self,
        units: Iterable[tuple[str, str, str]],
        *,
        aliases: Iterable[tuple[str, str]] = (),
        former: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        """``units`` are (code, name, unit type) in force; ``aliases`` (name, code); ``former`` (code, name, heir)."""
        self._cores: dict[tuple[str, int], list[tuple[str, str]]] = {}
        self.units: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        for code, name, kind in units:
            self.units[code] = name
            self.kinds[code] = intern(kind)
        self.codes: list[str] = sorted(self.units)
        self.former: dict[str, str] = {}
        entries: dict[str, list[str]] = {}
        for code in self.codes:
            for name in set(self._names_of(code)):
                entries.setdefault(name, []).append(code)
        for name, code in aliases:
            if code in self.units:
                entries.setdefault(name, []).append(code)
        self._enter_former(former, entries)
        for word in _BARE:
            entries.pop(word, None)
        self.names: dict[str, tuple[str, ...]] = {name: _fit(name, codes) for name, codes in entries.items()}
        self.heads = _heads(self.names)

    def _names_of(self, code: str) -> Iterator[str]:
        level, name, kind = level_of(code), self.units[code], UnitType(self.kinds[code])
        if kind is UnitType.PLACEHOLDER:
            return
        above = [self.units[one] for one in ancestors_of(code) if one in self.units]
        own = own_part(name, above)
        yield own
        yield short_name(own, level, kind)
        core = core_name(own, level)
        yield core
        if level in (Level.COUNTY, Level.TOWNSHIP):
            plain = _ETHNIC.sub("", own)
            if plain != own and len(plain) > 2:
                yield plain
                yield core_name(plain, level)
        if kind is UnitType.ZONE:
            yield from _zone_names(own, above)

    def _enter_former(self, former: Iterable[tuple[str, str, str]], entries: dict[str, list[str]]) -> None:
        for code, name, heir in former:
            if heir not in self.units:
                continue
            self.former[code] = heir
            for form in {name, core_name(name, level_of(code))}:
                if heir not in entries.setdefault(form, []):
                    entries[form].append(heir)
                    self.former.setdefault(form + heir, name)

    def under(self, codes: tuple[str, ...], scope: str) -> tuple[str, ...]:
        """Those of the codes that are the scope or lie inside it."""
        if not scope:
            return codes
        if len(codes) == 1:
            return codes if codes[0].startswith(scope) else ()
        start = bisect_left(codes, scope)
        return codes[start : bisect_left(codes, scope + "a", start)]

    def cores_inside(self, scope: str, width: int) -> list[tuple[str, str]]:
        """Codes of one width inside a scope with their core names; kept after the first question."""
        known = self._cores.get((scope, width))
        if known is None:
            start = bisect_left(self.codes, scope)
            inside = self.codes[start : bisect_left(self.codes, scope + "a", start)]
            level = level_of("1" * width)
            known = [(code, core_name(self.units[code], level)) for code in inside if len(code) == width]
            self._cores[scope, width] = known
        return known

    def full_name(self, code: str) -> str:
        """The names from the province down, without repeating what a name already holds."""
        chain: list[str] = []
        parts: list[str] = []
        for one in [*ancestors_of(code), code]:
            if one in self.units and self.kinds[one] != UnitType.PLACEHOLDER:
                parts.append(own_part(self.units[one], chain))
                chain.append(self.units[one])
        return "".join(parts)


def _fit(name: str, codes: list[str]) -> tuple[str, ...]:
    """The units a name may mean: 中原区 is the district, not the residents' committee that is called after it."""
    wanted = next((widths for ending, widths in _FITTING if name.endswith(ending)), None)
    proper = [code for code in codes if len(code) in wanted] if wanted else codes
    return tuple(sorted(set(proper or codes)))


def _zone_names(name: str, above: list[str]) -> Iterator[str]:
    """郑州经济技术开发区 is also 经济技术开发区, 郑州经开区 and 经开区."""
    city = above[-1].removesuffix("市") if above else ""
    for form in (name, name.removeprefix("河南")):
        rest = form.removeprefix(city).removeprefix("市")
        yield form
        yield rest
        for long, brief in _ZONES:
            if long in form:
                yield form.replace(long, brief)
                yield rest.replace(long, brief)


def _heads(names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """For every two first characters the lengths of the names that begin so, longest first."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        if len(name) >= 2:
            lengths.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
