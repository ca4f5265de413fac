"""From the words of an address to communities."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.regions.queries.search import search


@dataclass(frozen=True)
class Candidate:
    """One possible place of an address: score in 0..1, why, and whether another is as likely."""

    code: str
    full_name: str
    score: float
    reasons: tuple[str, ...]
    level: int = 5
    ambiguous: bool = False


def match_address(text: str, within: str | None = None, limit: int = 5) -> list[Candidate]:
    """Communities an address may lie in, best first, each with its reasons."""
    return [Candidate(hit.code, hit.full_name, 0.5, (hit.reason,), hit.level) for hit in search(text, within, limit)]
