"""What can go wrong, in the words of the field.

Rules *return* a :class:`Refusal`; actions *raise* one of the errors below. Pages and the API each turn an error into
an answer in exactly one place (``site/answers.py``): Denied 403, Missing 404, Conflict 409, Refused 422, Invalid 400.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """Why something may not happen now. ``message`` and ``advice`` are msgids, ``params`` fill their ``{places}``."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    article: str = ""
    advice: str = ""


class LinliError(Exception):
    """Anything Linli says no with. Carries a refusal so that no answer is without a sentence."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Denied(LinliError):
    """The actor may not do this at all (403)."""


class Missing(LinliError):
    """It does not exist, or not for this actor (404)."""


class Conflict(LinliError):
    """Someone was faster, or the same key came with another content (409)."""


class Refused(LinliError):
    """A rule says not now; names its article (422)."""


class Invalid(LinliError):
    """The input has the wrong shape (400). ``fields`` maps a field's name to its sentences (msgids)."""

    def __init__(self, refusal: Refusal, fields: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(refusal)
        self.fields: dict[str, list[str]] = dict(fields or {})


def ensure(refusal: Refusal | None) -> None:
    """Raise :class:`Refused` when a rule returned a refusal."""
    if refusal is not None:
        raise Refused(refusal)
