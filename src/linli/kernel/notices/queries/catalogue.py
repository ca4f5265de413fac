"""Templates and parameters: the package's own, then ``instances/notices``, then every instance's own ``notices``
folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from linli.base.clock import BEIJING
from linli.kernel.notices.rules import Parameters, Template

_OWN = Path(__file__).resolve().parents[1] / "templates" / "notices" / "messages"


def _documents(root: Path) -> Iterator[dict[str, Any]]:
    for path in [
        *sorted(_OWN.glob("*.yaml")),
        *sorted(root.glob("notices/*.yaml")),
        *sorted(root.glob("*/notices/*.yaml")),
    ]:
        data = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(data, dict) or data.keys() - {"templates", "parameters"}:
            raise ValueError(f"{path}: expected templates or parameters")
        yield data


def _over(base: Any, change: Any) -> Any:
    """A later file's entry laid over an earlier one, key by key, so that an instance changes one sentence and no
    more."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {**base, **{key: _over(base.get(key), value) for key, value in change.items()}}


@lru_cache(maxsize=8)
def _read(root: str) -> tuple[dict[str, Template], tuple[Parameters, ...]]:
    raw: dict[str, Any] = {}
    dated: dict[Any, Parameters] = {}
    for data in _documents(Path(root)):
        raw = _over(raw, data.get("templates") or {})
        for row in data.get("parameters") or []:
            version = Parameters.model_validate(row)
            dated[version.valid_from] = version
    return {key: Template.model_validate(row) for key, row in raw.items()}, tuple(dated.values())


def templates() -> dict[str, Template]:
    """Every template by key."""
    return _read(str(settings.INSTANCES))[0]


def parameters_at(at: datetime) -> Parameters:
    """The delivery parameters in force on the Beijing day of ``at``; LookupError when none is."""
    day = at.astimezone(BEIJING).date()
    known = [version for version in _read(str(settings.INSTANCES))[1] if version.valid_from <= day]
    if not known:
        raise LookupError(f"no delivery parameters in force on {day}")
    return max(known, key=lambda version: version.valid_from)
