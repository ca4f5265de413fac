"""What the tests of the house share: the packages, their files, their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
SOURCE = ROOT / "src" / "linli"
FLOORS = ("base", "kernel", "domains", "exchange", "site")
KERNEL = (
    "indicators", "cases", "services", "places", "notices",
    "files", "access", "parties", "regions", "calendar", "audit",
)  # fmt: skip


@cache
def packages() -> tuple[Path, ...]:
    """Every package with rooms: of the kernel, the domains and the exchange."""
    return tuple(
        path
        for floor in ("kernel", "domains", "exchange")
        for path in sorted((SOURCE / floor).iterdir())
        if path.is_dir() and path.name != "__pycache__"
    )


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project: known to git, or new and not ignored."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(path for line in said.stdout.splitlines() if (path := ROOT / line).is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_files(folder: Path, *, tests: bool = False) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if "migrations" in inside or (not tests and "tests" in inside):
            continue
        yield path


def room(package: Path, name: str) -> list[Path]:
    """The files of a room, which is a module or a folder of modules."""
    single, folder = package / f"{name}.py", package / name
    return [single] if single.exists() else sorted(folder.rglob("*.py")) if folder.is_dir() else []


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))
