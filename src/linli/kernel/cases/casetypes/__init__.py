"""Case types that live only in ``instances/*/casetypes``: a place adds a matter by writing a file."""

from __future__ import annotations

from pathlib import Path

from linli.kernel.cases.rules.registry import register_types


def load_instances(instances: Path) -> None:
    """Enter every type of every instance folder; they may name the built-in guards only."""
    for folder in sorted(instances.glob("*/casetypes")):
        register_types(folder)
