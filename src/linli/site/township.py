"""The demonstration: the province, one township with its people and their matters. Only where LINLI_DEMO=1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from django.conf import settings

FOLDER = settings.INSTANCES / "demo"
Timed = Callable[[str, Callable[[], object]], None]


def accounts() -> dict[str, Any]:
    """The demonstration's people and their password."""
    return dict(yaml.safe_load((FOLDER / "accounts.yaml").read_text(encoding="utf-8")))


def load(timed: Timed) -> None:
    """Load what is not there yet; what is there stays as people left it."""
