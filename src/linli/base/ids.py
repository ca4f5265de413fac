"""Identifiers that sort by birth: UUID version 7 (RFC 9562 §5.7), made by the program so that bulk writes know them beforehand."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A fresh UUIDv7; strictly increasing within one process (12 bits of sub-millisecond counter)."""
    global _last
    with _lock:
        tick = time.time_ns() * 4096 // 1_000_000
        _last = tick if tick > _last else _last + 1
        tick = _last
    high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
    low = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return uuid.UUID(int=high << 64 | low)
