import hashlib
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from linli.kernel.audit.rules import ALGORITHMS


class AuditConfig(AppConfig):
    """The record and the outbox."""

    name = "linli.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        register(digest_is_known)


def digest_is_known(**_: Any) -> list[CheckMessage]:
    """``LINLI_DIGEST`` names a digest that the record knows and this machine can compute."""
    wanted = getattr(settings, "LINLI_DIGEST", "sha256")
    if wanted in ALGORITHMS and wanted in hashlib.algorithms_available:
        return []
    return [Error(f"LINLI_DIGEST={wanted!r} is not one of {', '.join(ALGORITHMS)}, or missing here", id="audit.E001")]
