"""The quick part of the checks, under a minute: style, types, contracts, house, messages, migrations, case types."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HOUSE = sorted(str(path) for path in (ROOT / "src/linli/site/tests").glob("test_house_*.py"))
CHECKS: dict[str, list[str]] = {
    "types": [str(BIN / "mypy"), "src/linli"],
    "house": [sys.executable, "-m", "pytest", "-q", *HOUSE],
    "contracts": [str(BIN / "lint-imports"), "--no-logo"],
    "style": [str(BIN / "ruff"), "check", "--quiet", "src", "tools", "benches"],
    "migrations": [sys.executable, "-m", "linli.site.manage", "makemigrations", "--check", "--dry-run"],
    "case types": [str(BIN / "linli"), "casetypes", "check"],
    "messages": [sys.executable, "tools/messages.py", "check"],
}


def run(name: str) -> tuple[str, int, float, str]:
    begun = time.monotonic()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "linli.site.tests.settings", "LANG": "C.UTF-8"}
    if name == "types":
        env["DJANGO_SETTINGS_MODULE"] = "linli.site.settings"
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return name, done.returncode, time.monotonic() - begun, done.stdout + done.stderr


def main() -> int:
    begun = time.monotonic()
    wanted = sys.argv[1:] or list(CHECKS)
    failed = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for name, code, seconds, output in pool.map(run, wanted):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name:12} {seconds:5.1f} s", flush=True)
            if code:
                failed.append(name)
                print(output.strip(), flush=True)
    took = time.monotonic() - begun
    print(
        f"check: {len(wanted) - len(failed)} of {len(wanted)} hold, {took:.0f} s"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
