"""Identifiers that sort by birth: UUID version 7 (RFC 9562 §5.7).

The program makes them, not the database, so that bulk writes know them beforehand.
"""

from __future__ import annotations

import os
import threading
import time
import uuid


class _Ticks:
    """Instants in 4096ths of a millisecond, never the same twice in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            self._last = max(time.time_ns() * 4096 // 1_000_000, self._last + 1)
            return self._last


_ticks = _Ticks()


def new_id() -> uuid.UUID:
    """A fresh UUIDv7; strictly increasing within one process (12 bits of sub-millisecond counter)."""
    tick = _ticks.next()
    high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
    low = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return uuid.UUID(int=high << 64 | low)
