"""``python -m benches [PART …]``: measure and print. Parts: start, address, opening, queue, importing."""

from __future__ import annotations

import importlib
import os
import platform
import sys

PARTS = ["start", "address", "opening", "queue", "importing"]


def main() -> None:
    """Run the named parts, or all."""
    wanted = sys.argv[1:] or PARTS
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no part {', '.join(unknown)}. Parts: {', '.join(PARTS)}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in wanted:
        importlib.import_module(f"benches.{name}").main()


if __name__ == "__main__":
    main()
