"""Retention classes and limits, read once from ``instances/files`` and from every instance's own ``files`` folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from linli.base.clock import BEIJING
from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop
from linli.kernel.files.rules.limits import Limits, limits_on
from linli.kernel.files.rules.retention import Retention, parse_retention


def _documents(root: Path) -> Iterator[dict[str, Any]]:
    for path in [*sorted(root.glob("files/*.yaml")), *sorted(root.glob("*/files/*.yaml"))]:
        data = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(data, dict):
            raise ValueError(f"{path}: expected a mapping")
        yield data


@lru_cache(maxsize=8)
def _read(root: str) -> tuple[dict[str, Retention], tuple[Limits, ...]]:
    classes: dict[str, Retention] = {}
    versions: list[Limits] = []
    for data in _documents(Path(root)):
        classes.update(parse_retention(data.get("retention") or {}))
        versions.extend(Limits.model_validate(row) for row in data.get("limits") or [])
    return classes, tuple(versions)


def retention_classes() -> dict[str, Retention]:
    """Every retention class by name; an instance's own entry replaces the general one."""
    return _read(str(settings.INSTANCES))[0]


def retention_of(name: str) -> Retention:
    """One class; Invalid when nobody defined it, because a file without a period would be kept for ever by accident."""
    found = retention_classes().get(name)
    if found is None:
        raise Invalid(
            Refusal("files.retention", gettext_noop("There is no retention class “{name}”."), {"name": name}),
        )
    return found


def limits_at(at: datetime) -> Limits:
    """The limits in force on the Beijing day of ``at``."""
    return limits_on(at.astimezone(BEIJING).date(), _read(str(settings.INSTANCES))[1])
