"""Everything that can be tested: checks, unit tests on SQLite and on PostgreSQL, the front end, a real browser.

    python tools/test.py [PYTEST ARGUMENTS]

Installs what tests need when it may (root on Debian: Chromium, PostgreSQL, a Chinese font). What cannot be had is
skipped with one line that says so; with LINLI_REQUIRE_ALL=1 it is a failure. Starts its own PostgreSQL on a socket in
a folder of its own and stops it again. The last line is a summary as pytest writes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import check  # noqa: E402 - a neighbour, not a package
import prepare  # noqa: E402
from cluster import binary, postgresql  # noqa: E402

REQUIRE_ALL = os.environ.get("LINLI_REQUIRE_ALL") == "1"
LONGEST = 1500  # seconds for one run of pytest
DEBIAN = {"chromium": "chromium", "initdb": "postgresql", "font": "fonts-noto-cjk"}


@dataclass
class Tally:
    """What came out of all parts."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    ran: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Count one JUnit report."""
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own report
            name = f"{case.get('classname')}::{case.get('name')}"
            skip = case.find("skipped")
            if skip is not None:
                self.skipped[name] = skip.get("message", "")
            elif case.find("failure") is not None:
                self.failed += 1
            elif case.find("error") is not None:
                self.errors += 1
            else:
                self.passed += 1
                self.ran.add(name)

    def never_ran(self) -> dict[str, str]:
        """Tests that were skipped in every part (one that runs on one of the two databases did run)."""
        return {name: why for name, why in self.skipped.items() if name not in self.ran}


def has(part: str) -> bool:
    if part == "font":
        said = shutil.which("fc-list") and subprocess.run(
            ["fc-list", ":lang=zh"], capture_output=True, text=True, check=False
        )
        return bool(said and said.stdout.strip())
    return bool(binary(part))


def install() -> None:
    """Install what is missing, where that is possible without asking."""
    wanted = [package for part, package in DEBIAN.items() if not has(part)]
    if not wanted or os.geteuid() or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(wanted)} …", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted],
    ):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  {' '.join(command[:2])} did not work: {done.stderr.strip()[-300:]}", flush=True)


def _bounded(command: list[str], env: dict[str, str]) -> int:
    """Run to the end, but not for ever: a test that hangs must not hide the others' results."""
    try:
        return subprocess.run(command, cwd=ROOT, env=env, check=False, timeout=LONGEST).returncode
    except subprocess.TimeoutExpired:
        print(f"stopped after {LONGEST} s", flush=True)
        return -1


def suite(name: str, tally: Tally, *arguments: str, address: str = "", parallel: bool = True) -> None:
    """One run of pytest, counted."""
    print(f"\n── {name} " + "─" * (90 - len(name)), flush=True)
    env = {**os.environ, "LANG": "C.UTF-8"}
    env.pop("DATABASE_URL", None)
    if address:
        env["DATABASE_URL"] = address
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        spread = ["-n", str(min(4, os.cpu_count() or 2)), "--dist", "loadfile"] if parallel else []
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--durations=5",
            f"--junitxml={report}",
            *spread,
            *arguments,
            *sys.argv[1:],
        ]
        code = _bounded(command, env)
        if report.exists():
            tally.add(report)
        if code not in {0, 1, 5} or not report.exists():
            tally.errors += 1


def checks(tally: Tally) -> None:
    """The parts of `make check` that are not tests themselves."""
    print("── checks " + "─" * 84, flush=True)
    for name in check.CHECKS:
        if name == "house":
            continue  # runs with the other tests
        _, code, seconds, output = check.run(name)
        print(f"{'ok    ' if code == 0 else 'FAILED'} {name:12} {seconds:5.1f} s", flush=True)
        tally.passed += code == 0
        tally.failed += code != 0
        if code:
            print(output.strip(), flush=True)


def front_end(tally: Tally) -> None:
    """Types and tests of the front end's own code."""
    print("\n── front end " + "─" * 81, flush=True)
    for script in ("check", "test"):
        done = subprocess.run(
            ["npm", "run", "--silent", script], cwd=ROOT / "frontend",
            env={**os.environ, "PATH": f"{prepare.node_folder()}{os.pathsep}{os.environ['PATH']}"}, check=False,
        )  # fmt: skip
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} npm run {script}", flush=True)
        tally.passed += done.returncode == 0
        tally.failed += done.returncode != 0


def main() -> int:
    begun = time.monotonic()
    tally = Tally()
    install()
    tally.missing = [package for part, package in DEBIAN.items() if not has(part)]
    for package in tally.missing:
        print(f"skipped: {package} is not installed, so what needs it is not tested", flush=True)
    checks(tally)
    front_end(tally)
    suite("SQLite: unit, house", tally, "-m", "not browser and not slow")
    with postgresql() as address:
        if address:
            suite("PostgreSQL: unit", tally, "-m", "not browser and not slow and not house", address=address)
            suite("PostgreSQL: faults", tally, "-m", "slow and not browser", address=address, parallel=False)
    suite("SQLite: faults", tally, "-m", "slow and not browser", parallel=False)
    if has("chromium"):
        suite("browser", tally, "-m", "browser")
    return summary(tally, time.monotonic() - begun)


def summary(tally: Tally, seconds: float) -> int:
    """The closing line, and whether all is well."""
    never = tally.never_ran()
    for name, why in sorted(never.items()):
        print(f"skipped: {name}: {why}")
    strict = REQUIRE_ALL and bool(never or tally.missing)
    if strict:
        print("LINLI_REQUIRE_ALL=1: a skip is a failure")
    parts = [
        f"{number} {word}"
        for number, word in (
            (tally.failed + (len(never) + len(tally.missing) if strict else 0), "failed"),
            (tally.passed, "passed"),
            (len(never) + len(tally.missing), "skipped"),
            (tally.errors, "errors"),
        )
        if number
    ]
    print(f"\n==================== {', '.join(parts)} in {seconds:.2f}s ====================")
    return 1 if tally.failed or tally.errors or strict or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
