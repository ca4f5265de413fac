"""What Django's `check` asks of an installation besides its own questions."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from linli.site.keys import read_key


def keys_are_made(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: object
) -> list[CheckMessage]:
    """An installation signs with a key of its own; a short one can be guessed."""
    if read_key(settings.KEYS, "secret") == settings.SECRET_KEY or len(settings.SECRET_KEY) >= 50:
        return []
    return [
        Error(
            "The secret key is too short.",
            hint="Run `linli setup`, or set LINLI_SECRET_KEY to 50 or more characters.",
            id="linli.E001",
        )
    ]


def register_checks() -> None:
    register(keys_are_made, Tags.security)
