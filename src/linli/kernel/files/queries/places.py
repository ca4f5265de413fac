"""Where contents lie: the storage named ``attachments``, else a folder in LINLI_HOME."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages


def home() -> Path:
    """The folder of all files of this house (LINLI_HOME/files)."""
    return Path(getattr(settings, "HOME", os.environ.get("LINLI_HOME", "var"))) / "files"


def incoming() -> Path:
    """Where bodies wait under temporary names; on the same disk as the local storage, so that renaming is one step."""
    folder = home() / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@lru_cache(maxsize=8)
def _on_disk(folder: str) -> FileSystemStorage:
    return FileSystemStorage(location=folder, file_permissions_mode=0o600, directory_permissions_mode=0o700)


def storage() -> Storage:
    """The storage of attachments: by setting (S3-compatible or another), else the local disk."""
    try:
        return storages["attachments"]
    except InvalidStorageError:
        return _on_disk(str(home() / "kept"))
