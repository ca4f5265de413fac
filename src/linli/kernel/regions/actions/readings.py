"""How a name is read aloud: pinyin and initials, with the other readings of characters that have several."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from pypinyin import Style, lazy_pinyin, pinyin

MOST_READINGS = 5


_TAILS = {
    "社区": ("shequ", "sq"),
    "村": ("cun", "c"),
    "街道": ("jiedao", "jd"),
    "镇": ("zhen", "z"),
    "乡": ("xiang", "x"),
}


def read_aloud(name: str) -> tuple[str, str]:
    """Pinyin and initials, alternatives joined by "|", the usual reading first: 长垣 → changyuan|zhangyuan."""
    # The word for the kind is read one way only; what is before it repeats all over a province.
    for tail, (sound, letters) in _TAILS.items():
        if name.endswith(tail) and len(name) > len(tail):
            spelled, initials = _readings(name.removesuffix(tail))
            return "|".join(one + sound for one in spelled), "|".join(one + letters for one in initials)
    spelled, initials = _readings(name)
    return "|".join(spelled), "|".join(initials)


@functools.lru_cache(maxsize=60_000)
def _readings(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    usual = lazy_pinyin(name.lower(), style=Style.NORMAL, v_to_u=False, errors="default")
    readings = _alternatives(name, usual) if len(usual) == len(name) else [usual]
    spelled = dict.fromkeys("".join(reading) for reading in readings)
    initials = dict.fromkeys("".join(part[:1] for part in reading) for reading in readings)
    return tuple(spelled), tuple(initials)


def _alternatives(name: str, usual: Sequence[str]) -> list[Sequence[str]]:
    """The usual reading and those that differ from it in one character: all that people mistake at a time."""
    found: list[Sequence[str]] = [usual]
    for place, character in enumerate(name):
        for other in _others(character):
            if other != usual[place]:
                found.append([*usual[:place], other, *usual[place + 1 :]])
    return found[:MOST_READINGS]


@functools.lru_cache(maxsize=20_000)
def _others(character: str) -> tuple[str, ...]:
    """The two commonest readings; rarer ones would only add noise."""
    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0][:2])
