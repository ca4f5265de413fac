"""Second factors keep their secrets sealed in allauth's rows; a change of keys brings them over too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from linli.base.ciphers import KeyRing

SECOND_FACTOR = "access.second_factor"
"""What a sealed authenticator secret is bound to."""


@dataclass(frozen=True)
class SecondFactors:
    """The tokens inside ``Authenticator.data``: an app's secret, the seed or the list of recovery codes."""

    name: str = "mfa.authenticator.data"

    def count(self, starts: list[str]) -> int:
        """How many tokens begin with one of ``starts``."""
        rows = Authenticator.objects.values_list("data", flat=True)
        return sum(token.startswith(tuple(starts)) for data in rows.iterator() for token in _tokens(data))

    def reseal(self, ring: KeyRing, limit: int) -> int:
        """Seal up to ``limit`` rows anew with the current key; how many tokens."""
        done = 0
        for key in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
            if done >= limit:
                break
            with transaction.atomic():
                row = Authenticator.objects.select_for_update().get(pk=key)
                stale = [token for token in _tokens(row.data) if not token.startswith(ring.mark)]
                if stale:
                    row.data = _anew(row.data, ring)
                    row.save(update_fields=["data"])
                    done += len(stale)
        return done


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("1.") and value.count(".") == 3


def _tokens(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [token for value in data.values() for token in _tokens(value)]
    if isinstance(data, list):
        return [token for value in data for token in _tokens(value)]
    return [data] if _is_token(data) else []


def _anew(data: Any, ring: KeyRing) -> Any:
    if isinstance(data, dict):
        return {name: _anew(value, ring) for name, value in data.items()}
    if isinstance(data, list):
        return [_anew(value, ring) for value in data]
    if _is_token(data) and not data.startswith(ring.mark):
        return ring.seal(ring.open(data, SECOND_FACTOR), SECOND_FACTOR)
    return data
