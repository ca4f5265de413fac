"""Putting bodies into the storage, taking them out, removing them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from linli.kernel.files.queries.places import storage


class _Spooled(File):  # type: ignore[type-arg]
    """A file whose path the local storage may rename instead of copying."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Where it lies now; the local storage renames it from there."""
        return str(self._path)


def put(path: Path, place: str) -> str:
    """Move one body to its lasting place and force that to the disk; returns the place."""
    shelf = storage()
    with _Spooled(path) as body:
        landed = shelf.save(place, body)
    if not isinstance(shelf, FileSystemStorage):
        return landed  # a storage elsewhere answers for its own disks
    handle = os.open(Path(shelf.path(landed)).parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return landed


def drop(places: Iterable[str]) -> None:
    """Remove bodies; one that is gone already is as good as removed."""
    shelf = storage()
    for place in places:
        shelf.delete(place)
