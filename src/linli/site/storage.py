"""Static files under names that carry their content, so browsers may keep them for ever."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """As WhiteNoise's, but what Vite built keeps its name: it carries a hash, and its parts import each other by it."""

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        if name.startswith("built/"):
            return name
        return str(super().hashed_name(name, content, filename))
