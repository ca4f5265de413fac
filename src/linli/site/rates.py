"""How often one caller may ask: a bucket that fills at a steady pace, kept in each process (its share of the whole)."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping

KEPT = 50_000  # callers remembered at once; the oldest are forgotten first


class Rates:
    """Buckets per kind and caller: ``limits`` a minute times ``factor``, with a burst of half a minute's worth."""

    def __init__(self, limits: Mapping[str, float], factor: float) -> None:
        self.limits = limits
        self.factor = factor
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def wait(self, kind: str, caller: str, at: float) -> int:
        """Seconds to wait before asking again (0: go ahead). ``at`` is a monotonic clock's reading in seconds."""
        pace = self.limits[kind] * self.factor / 60
        room = max(pace * 30, 1)
        with self._lock:
            left, since = self._buckets.pop((kind, caller), (room, at))
            left = min(room, left + (at - since) * pace)
            allowed = left >= 1
            self._buckets[kind, caller] = (left - 1 if allowed else left, at)
            if len(self._buckets) > KEPT:
                self._buckets.pop(next(iter(self._buckets)))
        return 0 if allowed else math.ceil((1 - left) / pace)
