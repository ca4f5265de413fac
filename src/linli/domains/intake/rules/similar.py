"""Is this the same matter as that one? Shared character triples, the same place, near in time; each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from linli.base.text import fold
from linli.base.text import gettext_noop as _

SHINGLE = 3
LONGEST = 800
WINDOW = timedelta(days=60)
DUPLICATE_FROM = Fraction(45, 100)
RELATED_FROM = Fraction(25, 100)

Shingles = frozenset[str]


@dataclass(frozen=True)
class Reason:
    """One sentence (msgid with named places) why two requests look alike."""

    message: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Candidate:
    """What is compared of one earlier request."""

    key: str
    shingles: Shingles
    region: str
    place: str
    category: str
    opened_at: datetime
    person: str = ""


@dataclass(frozen=True)
class Likeness:
    """How much alike (0–1, exact), whether it is the same person's follow-up, and why."""

    key: str
    score: Fraction
    is_duplicate: bool
    is_follow_up: bool
    reasons: tuple[Reason, ...]


def shingles(text: str) -> Shingles:
    """The set of overlapping triples of the letters and digits of a text (first 800 characters)."""
    letters = "".join(letter for letter in fold(text[:LONGEST]).lower() if letter.isalnum())
    if len(letters) <= SHINGLE:
        return frozenset({letters}) if letters else frozenset()
    return frozenset(letters[index : index + SHINGLE] for index in range(len(letters) - SHINGLE + 1))


def overlap(one: Shingles, other: Shingles) -> Fraction:
    """Jaccard's share of common triples, helped where a short text is wholly inside a long one; exact, 0–1."""
    if not one or not other:
        return Fraction(0)
    common = len(one & other)
    jaccard = Fraction(common, len(one | other))
    contained = Fraction(common, min(len(one), len(other)))
    return max(jaccard, contained * Fraction(7, 10)) if min(len(one), len(other)) >= 8 else jaccard


def compare(new: Candidate, old: Candidate) -> Likeness | None:
    """The likeness of a new request to an earlier one, or None when there is nothing to show."""
    apart = abs(new.opened_at - old.opened_at)
    if apart > WINDOW:
        return None
    words = overlap(new.shingles, old.shingles)
    if words < RELATED_FROM / 2:
        return None
    score, reasons = (
        words * Fraction(7, 10),
        [Reason(_("{percent}% of the words are the same"), (("percent", round(words * 100)),))],
    )
    if new.region == old.region:
        score += Fraction(12, 100)
        reasons.append(Reason(_("the same community")))
    if new.place and fold(new.place) == fold(old.place):
        score += Fraction(12, 100)
        reasons.append(Reason(_("the same place: {place}"), (("place", old.place),)))
    if new.category == old.category:
        score += Fraction(3, 100)
    if apart <= timedelta(days=7):
        score += Fraction(3, 100)
    reasons.append(Reason(_("{days} days apart"), (("days", apart.days),)))
    follow_up = bool(new.person) and new.person == old.person
    if follow_up:
        score += Fraction(10, 100)
        reasons.append(Reason(_("the same person asked before")))
    score = min(score, Fraction(1))
    if score < RELATED_FROM:
        return None
    return Likeness(old.key, score, score >= DUPLICATE_FROM and not follow_up, follow_up, tuple(reasons))


def rank(new: Candidate, earlier: Iterable[Candidate], limit: int = 5) -> list[Likeness]:
    """The most alike earlier requests, best first."""
    found = [likeness for old in earlier if (likeness := compare(new, old)) is not None]
    return sorted(found, key=lambda likeness: (-likeness.score, likeness.key))[:limit]
