"""Which class do these words point to? A complement naive Bayes over keywords and character pairs, in plain Python.

It suggests; a person decides. It learns only from files a person put there: the instance's keyword lists and, when
present, a table of counts made from labelled texts. Nothing is learned from what clerks click."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linli.base.text import fold
from linli.domains.intake.rules.parameters import Category

KEYWORD_WEIGHT = 6.0
SMOOTHING = 0.4
LONGEST = 1_200
OTHER = "99"


@dataclass(frozen=True)
class Suggestion:
    """A class with its share of the belief (0–1) and the words that spoke for it."""

    code: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """Weights per feature and class: what a class loses when the feature is common elsewhere."""

    codes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    keywords: Mapping[str, tuple[str, ...]]


def pairs(text: str) -> Iterable[str]:
    """Overlapping pairs of characters that are letters or digits; blanks and marks break them."""
    previous = ""
    for letter in text:
        if not letter.isalnum():
            previous = ""
            continue
        if previous:
            yield previous + letter
        previous = letter


def train(categories: Sequence[Category], counts: Mapping[str, Mapping[str, int]] | None = None) -> Model:
    """A model from keyword lists (a word counts ``KEYWORD_WEIGHT`` times) and optional ``{class: {pair: n}}``."""
    codes = tuple(category.code for category in categories)
    seen: dict[str, dict[str, float]] = {code: dict((counts or {}).get(code, {})) for code in codes}
    keywords: dict[str, list[str]] = {}
    for category in categories:
        for raw in category.keywords:
            word = fold(raw).lower()
            keywords.setdefault(word, []).append(category.code)
            for feature in {word, *pairs(word)}:
                table = seen[category.code]
                table[feature] = table.get(feature, 0.0) + KEYWORD_WEIGHT
    return Model(codes, _complement(codes, seen), {word: tuple(owners) for word, owners in keywords.items()})


def _complement(codes: tuple[str, ...], seen: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    vocabulary = sorted({feature for table in seen.values() for feature in table})
    whole = {feature: sum(table.get(feature, 0.0) for table in seen.values()) for feature in vocabulary}
    mass = sum(whole.values())
    totals = [sum(seen[code].values()) for code in codes]
    size = SMOOTHING * len(vocabulary)
    weights: dict[str, tuple[float, ...]] = {}
    for feature in vocabulary:
        row = []
        for code, total in zip(codes, totals, strict=True):
            elsewhere = whole[feature] - seen[code].get(feature, 0.0) + SMOOTHING
            row.append(-math.log(elsewhere / (mass - total + size)))
        mean = sum(row) / len(row)
        weights[feature] = tuple(value - mean for value in row)
    return weights


def suggest(model: Model, title: str, text: str = "", limit: int = 3, *, by_pairs: bool = True) -> list[Suggestion]:
    """The likeliest classes, best first, confidences summing to at most 1; class 99 with 0 when nothing speaks."""
    words = fold(title).lower() * 2 + " " + fold(text[:LONGEST]).lower()
    scores = [0.0] * len(model.codes)
    found: dict[str, list[str]] = {}
    for word, owners in model.keywords.items():
        if word in words:
            _add(scores, model.weights[word], 1.0 + 0.5 * (len(word) > 2))
            for owner in owners:
                found.setdefault(owner, []).append(word)
    if not found:
        return [Suggestion(OTHER, 0.0, ())]
    for pair in pairs(words) if by_pairs else ():
        row = model.weights.get(pair)
        if row is not None:
            _add(scores, row, 0.25)
    top = max(scores)
    exponents = [math.exp(min(0.0, (score - top) * 0.6)) for score in scores]
    total = sum(exponents)
    ranked = sorted(zip(model.codes, exponents, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [
        Suggestion(code, round(belief / total, 3), tuple(sorted(found.get(code, ()), key=len, reverse=True)[:4]))
        for code, belief in ranked[:limit]
    ]


def _add(scores: list[float], row: Sequence[float], factor: float) -> None:
    for index, value in enumerate(row):
        scores[index] += value * factor
