"""From the words of an address to communities."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from linli.kernel.regions.models import LEVELS
from linli.kernel.regions.queries.shelf import shelf
from linli.kernel.regions.rules import WIDTHS, is_code, short
from linli.kernel.regions.rules.addresses import match, words


@dataclass(frozen=True)
class Candidate:
    """One possible place of an address: score in 0..1, why in the reader's language, whether another is as likely."""

    code: str
    full_name: str
    score: float
    reasons: tuple[str, ...]
    level: int = 5
    ambiguous: bool = False


def match_address(text: str, within: str | None = None, limit: int = 5) -> list[Candidate]:
    """Communities an address may lie in, best first, each with its reasons; a township or county if no more is said.

    The score says how far to trust it: equally good places share it, so 0.5 may mean "one of two". Asks the database
    only whether the tree has changed.
    """
    if within and not is_code(within):
        return []
    book = shelf().addresses
    levels = [str(label) for _, label in LEVELS]
    return [
        Candidate(
            one.code,
            book.full_name(one.code),
            one.score,
            tuple(words(reason, book, gettext, levels) for reason in one.reasons),
            WIDTHS.index(len(one.code)) + 1,
            one.ambiguous,
        )
        for one in match(book, text, within=short(within) if within else "", limit=max(1, min(limit, 20)))
    ]
