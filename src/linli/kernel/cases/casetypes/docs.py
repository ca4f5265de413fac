"""The generated pages about case types: written, or compared with what is on disk."""

from __future__ import annotations

from pathlib import Path

from linli.kernel.cases.rules.diagrams import file_name, index, page
from linli.kernel.cases.rules.reading import Reading
from linli.kernel.cases.rules.registry import current_types, readings

BEGIN, END = "<!-- types: begin -->", "<!-- types: end -->"


def wanted(folder: Path, root: Path) -> dict[Path, str]:
    """Every page of the types that belong to the project (not to its tests), with the text it should have."""
    ours = [reading for reading in readings() if _ours(reading, root)]
    newest = {kind.type: kind.version for kind in current_types()}
    pages = {
        folder / file_name(reading.kind, newest=newest[reading.kind.type] == reading.kind.version): page(reading.kind)
        for reading in ours
    }
    readme = folder / "README.md"
    if readme.exists():
        kinds = [reading.kind for reading in ours if newest[reading.kind.type] == reading.kind.version]
        pages[readme] = _between(readme.read_text(encoding="utf-8"), index(kinds))
    return pages


def _ours(reading: Reading, root: Path) -> bool:
    path = Path(reading.file).resolve()
    return path.is_relative_to(root) and "tests" not in path.relative_to(root).parts


def _between(text: str, table: str) -> str:
    head, mark, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table}\n{END}{tail}" if mark and end else text


def out_of_date(folder: Path, root: Path) -> list[str]:
    """Pages that are missing, differ from their type, or belong to no type any more."""
    pages = wanted(folder, root)
    stale = [str(path) for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    known = {path.name for path in pages} | {"README.md"}
    return sorted(stale + [str(path) for path in folder.glob("*.md") if path.name not in known])


def write(folder: Path, root: Path) -> list[str]:
    """Write every page and remove those of types that are gone; returns what changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = out_of_date(folder, root)
    pages = wanted(folder, root)
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.name not in {page.name for page in pages} | {"README.md"}:
            path.unlink()
    return changed
