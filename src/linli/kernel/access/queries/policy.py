"""The sign-in policy in force, read from ``instances/access/policy.yaml``."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from linli.base.clock import BEIJING
from linli.kernel.access.rules import Policy, policy_on


def policy_at(at: datetime) -> Policy:
    """The policy in force at an instant (Beijing day); the file is read again when it changes."""
    path = Path(settings.INSTANCES) / "access" / "policy.yaml"
    return policy_on(_read(path, path.stat().st_mtime_ns), at.astimezone(BEIJING).date())


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Policy, ...]:
    return tuple(Policy.model_validate(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))
