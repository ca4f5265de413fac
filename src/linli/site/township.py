"""The demonstration: the province, one township with its people and their matters. Only where LINLI_DEMO=1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from django.conf import settings

from linli.base.clock import now
from linli.kernel.access.actions import load_demo_accounts
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.calendar.actions import load_calendar
from linli.kernel.regions.actions import create_grid, load_regions
from linli.kernel.regions.queries import count_by_level
from linli.kernel.regions.rules import parent_of

Timed = Callable[[str, Callable[[], object]], None]
Progress = Callable[[str, int, int], None]


def read(name: str) -> dict[str, Any]:
    """One of the demonstration's files."""
    return dict(yaml.safe_load((settings.INSTANCES / "demo" / name).read_text(encoding="utf-8")))


def accounts() -> dict[str, Any]:
    """The demonstration's people and their password."""
    return read("accounts.yaml")


def load(timed: Timed, progress: Progress) -> None:
    """Load what is not there yet; what is there stays as people left it."""
    load_calendar(settings.INSTANCES / "calendar", at=now())
    counted = count_by_level()
    if not counted["community"]:
        folder = settings.INSTANCES / "henan" / "regions"
        timed("The province's regions", lambda: load_regions(folder, at=now(), progress=progress))
    township = read("township.yaml")
    if not count_by_level(township["region"])["grid"]:
        for grid in township["grids"]:
            create_grid(parent_of(grid["code"]), name=grid["name"], code=grid["code"], who=SYSTEM, at=now())
    load_demo_accounts(settings.INSTANCES / "demo" / "accounts.yaml", at=now())
