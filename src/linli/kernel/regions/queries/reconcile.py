"""What was loaded, and what its sources say against each other."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from linli.kernel.regions.models import LEVELS, Edition
from linli.kernel.regions.rules.findings import SENTENCES, titles


@dataclass(frozen=True)
class Chapter:
    """Findings of one kind, as sentences."""

    kind: str
    title: str
    sentences: tuple[str, ...]


def editions() -> list[Edition]:
    """Every load that changed something, newest first."""
    return list(Edition.objects.order_by("-id")[:50])


def reconciliation() -> list[Chapter]:
    """The findings of the newest load by kind, in the reader's language; empty before the first load."""
    newest = next((one for one in Edition.objects.order_by("-id")[:20] if one.notes.get("findings")), None)
    if newest is None:
        return []
    level_words = {str(key): str(label) for key, label in zip(_LEVEL_KEYS, (label for _, label in LEVELS), strict=True)}
    chapters: dict[str, list[str]] = {}
    for finding in newest.notes["findings"]:
        params = dict(finding["params"])
        for key in ("level", "key", "kind", "hint", "basis"):
            if key in params:
                params[key] = level_words.get(str(params[key])) or gettext(
                    titles().get(str(params[key]), str(params[key]))
                )
        chapters.setdefault(finding["kind"], []).append(gettext(SENTENCES[finding["kind"]]).format(**params))
    return [Chapter(kind, gettext(titles()[kind]), tuple(chapters[kind])) for kind in SENTENCES if kind in chapters]


_LEVEL_KEYS = ("province", "prefecture", "county", "township", "community", "grid")
