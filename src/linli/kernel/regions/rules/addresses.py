"""From an address to the communities it may lie in, with the reasons and an honest score.

The address is read from left to right. A name narrows the set of places it may be in; a name that fits nowhere inside
that set is kept aside. What stays at the end is ranked: how far down the names reached, how exactly they were written,
how many places fit as well. A score is shared by equals: two villages of the same name get half each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from linli.base.text import gettext_noop
from linli.kernel.regions.rules.codes import WIDTHS, is_code, short
from linli.kernel.regions.rules.gazetteer import Gazetteer

REASONS = {
    "code": gettext_noop("the address holds the code {word}"),
    "named": gettext_noop("matched {name} ({level})"),
    "core": gettext_noop("matched {name} ({level}) by its core name {word}"),
    "former": gettext_noop("{word} is an old name; now {name} ({level})"),
    "implied": gettext_noop("{name} ({level}) is not in the address but implied"),
    "typo": gettext_noop("read {word} as {name} ({level})"),
    "road": gettext_noop("{word} may be a road, or {name} ({level})"),
    "aside": gettext_noop("{word} does not lie in {name}"),
    "equals": gettext_noop("{count} places fit as well"),
    "shallow": gettext_noop("nothing names a community"),
}
LONGEST = 80
MOST_SCOPES = 400
MOST_JUDGED = 20
_ENDINGS = ("社区", "村", "街道", "镇", "乡", "省", "市", "县", "区")
_BASE = {2: 0.05, 4: 0.2, 6: 0.4, 9: 0.6, 12: 0.96}
_ROAD_AHEAD = re.compile(
    r"(?:[东西南北中前后一二三四五六七八九十]{0,2}(?:大道|大街|路|街(?!道)|巷|胡同|弄)|高速|国道|省道)"
)
_MARKS = " \t\r\n　,，.。;；:：、/\\|-—_·・()（）[]【】〔〕《》<>“”\"'’‘!！?？#*+＋"
_ODD = re.compile(f"[{re.escape(_MARKS)}\uff01-\uff5e]")
_EVEN: dict[int, int | None] = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {
    ord(one): None for one in _MARKS
}
_COMMITTEE = re.compile(
    r"(?:社区|居)?居民委员会|社区居委会|居委会|社区委员会|(?:行政|自然)?村?(?:村民委员会|村委会)|行政村|自然村"
)
_GROUP = re.compile(r"第?[零一二三四五六七八九十\d]{0,3}(?:村民|居民)小?组|[零一二三四五六七八九十\d]{1,3}组")
_STREET_OFFICE = re.compile(r"(?<=街道)办(?:事处)?|(?<!街道)办事处")
_ELSEWHERE = re.compile(
    "(?:北京|天津|上海|重庆)市|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省"
    "|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|(?:香港|澳门)特别行政区"
)
_UNREAD = re.compile(r"([^\d]{1,7}?)(社区|街道|村|镇|乡)")


class Reason(NamedTuple):
    """One sentence about a match; ``kind`` names it in REASONS."""

    kind: str
    code: str = ""
    word: str = ""
    equals: int = 0


class Match(NamedTuple):
    """One place an address may be; ``ambiguous`` when another is as likely or nearly so."""

    code: str
    score: float
    reasons: tuple[Reason, ...]
    ambiguous: bool = False


def tidy(address: str) -> str:
    """The address without blanks and marks, committee words as 社区 or 村, at most LONGEST characters."""
    text = address[: LONGEST * 3]
    if _ODD.search(text):
        text = text.translate(_EVEN)
    text = text[:LONGEST]
    if "委" in text or "政村" in text or "然村" in text:
        text = _COMMITTEE.sub(_community_word, text)
    if "组" in text:
        text = _GROUP.sub("", text)
    if "办" in text:
        text = _STREET_OFFICE.sub(_street_word, text)
    return text


def _community_word(found: re.Match[str]) -> str:
    return "社区" if "居" in found.group() or "社区" in found.group() else "村"


def _street_word(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 2) : found.start()]
    return "" if before == "街道" or before[-1:] in ("镇", "乡") else "街道"


class _Reading:
    """The state while one address is read: where it may be, and what said so."""

    __slots__ = ("aside", "end", "road", "road_end", "said", "scopes", "text")

    def __init__(self, text: str, scopes: tuple[str, ...]) -> None:
        self.text = text
        self.scopes = scopes
        self.said: list[tuple[str, tuple[str, ...]]] = []
        self.aside: tuple[str, tuple[str, ...]] | None = None
        self.road: tuple[str, tuple[str, ...]] | None = None
        self.road_end = -1
        self.end = 0


def match(book: Gazetteer, address: str, *, within: str = "", limit: int = 5) -> list[Match]:
    """Places an address may be, best first; empty when nothing in it names one."""
    text = tidy(address)
    elsewhere = _ELSEWHERE.match(text)
    if elsewhere and elsewhere.group() not in book.names:
        return []
    if text[:12].isdigit() and is_code(text[:15] if text[:15].isdigit() and len(text) >= 15 else text[:12]):
        return _by_code(book, text, within)
    reading = _Reading(text, (within,))
    _read(book, reading)
    return _ranked(book, reading, within, limit)


def _by_code(book: Gazetteer, text: str, within: str) -> list[Match]:
    code = short(text[:12])
    code = book.former.get(code, code)
    if code not in book.units or not code.startswith(within):
        return []
    return [Match(code, 1.0, (Reason("code", code, text[:12]),))]


def _read(book: Gazetteer, reading: _Reading) -> None:
    """Walk over the text and let every name found narrow the scopes."""
    text, heads, names = reading.text, book.heads, book.names
    place, last = 0, len(text) - 1
    while place < last:
        lengths = heads.get(text[place : place + 2])
        step = 1
        if lengths is not None:
            for length in lengths:
                word = text[place : place + length]
                codes = names.get(word)
                if codes is not None and len(word) == length:
                    step = _take(book, reading, place, word, codes)
                    if step:
                        break
            else:
                step = 1
        place += step
        if len(reading.scopes) == 1 and len(reading.scopes[0]) == 12:
            break


def _take(book: Gazetteer, reading: _Reading, place: int, word: str, codes: tuple[str, ...]) -> int:
    """Use a name; how many characters to go on, 0 when the name should be tried shorter."""
    after = place + len(word)
    exact = word.endswith(_ENDINGS)
    if not exact:
        if len(word) == 2 and place not in (reading.end, reading.road_end) and len(codes[0]) > 6:
            return 0
        if _other_kind(reading.text, after, codes) or _is_road(book, reading, place, word, codes):
            return 0
    fitting = _narrow(book, codes, reading.scopes)
    if reading.road is not None and reading.road_end == place:
        behind = _narrow(book, codes, reading.road[1])
        if behind:
            reading.said.append(reading.road)
            reading.road, fitting = None, behind
    if fitting:
        if fitting != reading.scopes:
            reading.said.append((word, fitting))
            reading.scopes = fitting
        reading.end = after
        return len(word)
    if exact and reading.aside is None and len(codes) <= MOST_SCOPES:
        reading.aside = (word, codes)
    return 0


def _other_kind(text: str, after: int, codes: tuple[str, ...]) -> bool:
    """Whether the word for a township follows the core of something that is none: 曹东乡 is not 曹东村."""
    follows = text[after : after + 2]
    return bool(follows) and (follows[0] in "镇乡" or follows == "街道") and len(codes[0]) == len(codes[-1]) == 12


def _is_road(book: Gazetteer, reading: _Reading, place: int, word: str, codes: tuple[str, ...]) -> bool:
    """Whether a core name rather belongs to a road: 建设路20号, 中原西路. Kept as a weak hint where it fits."""
    text, after = reading.text, place + len(word)
    if word[-1] in "路街道巷":
        inside = place == reading.end and len(reading.scopes) == 1 and len(reading.scopes[0]) == 9
        if inside and not text[after : after + 1].isdigit() and not _ROAD_AHEAD.match(text, after):
            return False
    elif not _ROAD_AHEAD.match(text, after):
        return False
    fitting = _narrow(book, codes, reading.scopes)
    if fitting and reading.road is None:
        reading.road, reading.road_end = (word, fitting), after
    return True


def _narrow(book: Gazetteer, codes: tuple[str, ...], scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes inside the scopes; the scopes themselves where a code names what is above them."""
    if len(scopes) == 1:
        scope = scopes[0]
        fitting = book.under(codes, scope)
        if fitting:
            return fitting
        return scopes if scope and any(scope.startswith(code) for code in codes) else ()
    if len(codes) <= len(scopes):
        held = set(scopes)
        inner = [code for code in codes if code in held or any(code[:width] in held for width in WIDTHS)]
        outer = [scope for scope in scopes for width in WIDTHS[:5] if width <= len(scope) and scope[:width] in codes]
    else:
        inner = [code for scope in scopes for code in book.under(codes, scope)]
        known = set(codes) if len(codes) < 50 else set()
        outer = [scope for scope in scopes if known and any(scope[:width] in known for width in WIDTHS)]
    return tuple(sorted(set(inner or outer)))


def _ranked(book: Gazetteer, reading: _Reading, within: str, limit: int) -> list[Match]:
    found = _placed(book, reading)
    if not found or len(found[0].code) < 12:
        found = _further(book, reading, within, found) or found
    if len(found) > 1:
        found.sort(key=lambda one: (-one.score, one.code))
        close = found[0].score - found[1].score < 0.1
        return [
            one._replace(ambiguous=close or any(why.kind == "aside" for why in one.reasons)) for one in found[:limit]
        ]
    return found


def _placed(book: Gazetteer, reading: _Reading) -> list[Match]:
    if not reading.said:
        return []
    scopes: Sequence[str] = reading.scopes
    equals = len(scopes)
    if equals > MOST_JUDGED:
        scopes = sorted(scopes, key=len, reverse=True)[:MOST_JUDGED]
    return [_judge(book, reading, code, equals) for code in scopes]


def _judge(book: Gazetteer, reading: _Reading, code: str, equals: int) -> Match:
    score = _BASE[len(code)]
    reasons: list[Reason] = []
    levels = 0
    for word, codes in reading.said:
        width = _reach(code, codes)
        if width == 0:
            continue
        levels |= 1 << width
        reasons.append(_named(book, code[:width], word))
        if width == 12 and not word.endswith(_ENDINGS):
            score -= 0.08 if len(word) > 2 else 0.16
    for width in (6, 9):
        if width < len(code) and not levels >> width & 1:
            score -= 0.04
            reasons.append(Reason("implied", code[:width]))
    if len(code) < 12:
        reasons.append(Reason("shallow"))
    if equals > 1:
        reasons.append(Reason("equals", equals=equals - 1))
    return Match(code, round(score / equals, 4), tuple(reasons), equals > 1)


def _reach(code: str, codes: tuple[str, ...]) -> int:
    """How many digits of a code one of the codes covers; 0 when none does."""
    if len(codes) == 1:
        return len(codes[0]) if code.startswith(codes[0]) else 0
    return next((width for width in (12, 9, 6, 4, 2) if width <= len(code) and code[:width] in codes), 0)


def _named(book: Gazetteer, code: str, word: str) -> Reason:
    if word + code in book.former:
        return Reason("former", code, word)
    return Reason("named" if word.endswith(_ENDINGS) or word == book.units[code] else "core", code, word)


def _further(book: Gazetteer, reading: _Reading, within: str, found: list[Match]) -> list[Match]:
    """What else the text may say when its names stopped above a community."""
    scope = reading.scopes[0] if len(reading.scopes) == 1 else ""
    if len(scope) >= 6:
        misread = _misread(book, reading, scope)
        if misread:
            return misread
    if reading.aside is not None:
        return _set_aside(book, reading, within, found)
    if reading.road is not None:
        word, codes = reading.road
        fitting = [code for code in _narrow(book, codes, reading.scopes) if len(code) > len(scope)]
        if fitting and (scope or len(fitting) <= 3):
            share = round(0.45 / len(fitting), 4)
            said = found[0].reasons[:-1] if found else ()
            roads = [Match(code, share, (*said, Reason("road", code, word))) for code in fitting[:20]]
            return [*roads, *found]
    return found


def _misread(book: Gazetteer, reading: _Reading, scope: str) -> list[Match]:
    """A unit inside the scope whose name differs from the unread words by one character."""
    unread = _UNREAD.match(reading.text, reading.end)
    if unread is None or len(unread.group(1)) < 2:
        return []
    stem, ending = unread.groups()
    width = 9 if ending in ("街道", "镇", "乡") else 12
    near = [code for code, core in book.cores_inside(scope, width) if _one_apart(stem, core)]
    if not near or (len(stem) == 2 and len(near) > 1):
        return []
    if width == 9 and len(near) == 1:
        deeper = _Reading(reading.text[unread.end() :], (near[0],))
        _read(book, deeper)
        if deeper.said:
            typo = Reason("typo", near[0], unread.group())
            return [
                Match(one.code, round(one.score * 0.85, 4), (typo, *one.reasons), one.ambiguous)
                for one in _placed(book, deeper)
            ]
    share = round(_BASE[width] * 0.75 / len(near), 4)
    return [Match(code, share, (Reason("typo", code, unread.group()),)) for code in near]


def _one_apart(one: str, two: str) -> bool:
    """Whether one character was changed, added or dropped."""
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) == 1
    short_one, long_one = sorted((one, two), key=len)
    if len(long_one) - len(short_one) != 1 or len(short_one) < 2:
        return False
    return any(long_one[:place] + long_one[place + 1 :] == short_one for place in range(len(long_one)))


def _set_aside(book: Gazetteer, reading: _Reading, within: str, found: list[Match]) -> list[Match]:
    """A plainly written name that does not lie where the rest of the address says: the nearest places of that name."""
    assert reading.aside is not None
    word, codes = reading.aside
    scope = reading.scopes[0] if len(reading.scopes) == 1 else ""
    for width in (6, 4, 2, 0):
        if width >= len(scope) and width:
            continue
        nearby = book.under(codes, max(scope[:width], within, key=len))
        if nearby:
            again = _Reading(reading.text, nearby)
            again.said.append((word, nearby))
            again.end = reading.text.index(word) + len(word)
            rest = _Reading(reading.text[again.end :], nearby)
            _read(book, rest)
            again.said += rest.said
            again.scopes = rest.scopes
            odd = Reason("aside", scope, word)
            others = [
                Match(one.code, round(one.score * 0.6, 4), (*one.reasons, odd), True) for one in _placed(book, again)
            ]
            return [*others, *found]
    return found


def words(reason: Reason, book: Gazetteer, translate: Callable[[str], str], levels: Sequence[str]) -> str:
    """The sentence of a reason in the reader's language; ``levels`` are the words for the six rungs."""
    name = book.units.get(reason.code, reason.code)
    level = levels[WIDTHS.index(len(reason.code))] if len(reason.code) in WIDTHS else ""
    return translate(REASONS[reason.kind]).format(
        name=name, level=level, word=reason.word, code=reason.code, count=reason.equals
    )
