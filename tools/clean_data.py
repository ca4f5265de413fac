"""Delete LINLI_HOME with all its records, keys and files; only after the person at the terminal typed its name."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def main() -> int:
    home = Path(os.environ.get("LINLI_HOME", "var")).resolve()
    if not home.exists():
        print(f"{home} does not exist; nothing to delete.")
        return 0
    if not (home / "keys").is_dir():
        print(f"{home} does not look like Linli's home (it holds no keys); nothing was deleted.", file=sys.stderr)
        return 1
    try:
        typed = input(f"This deletes every record, key and file in {home}. Type '{home.name}' to go on: ")
    except EOFError:
        typed = ""
    if typed.strip() != home.name:
        print("Nothing was deleted.")
        return 1
    shutil.rmtree(home)
    print(f"{home} is gone.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
