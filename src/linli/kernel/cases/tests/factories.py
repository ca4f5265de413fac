"""Cases for everyone's tests: the demo's patrol and a family of types that use everything the engine has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from linli.kernel.access.rules import Actor
from linli.kernel.access.tests.cast import COMMUNITY
from linli.kernel.cases.actions import open_case
from linli.kernel.cases.models import Case
from linli.kernel.cases.rules.registry import register_types

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
TYPES = Path(__file__).parent / "types"

register_types(TYPES)


def later(**span: float) -> datetime:
    """Some time after MONDAY."""
    return MONDAY + timedelta(**span)


def patrol(
    actor: Actor, *, at: datetime = MONDAY, region: str = COMMUNITY, title: str = "建设路口井盖松动", **more: object
) -> Case:
    """A well cover case of the demonstration township."""
    data = {"place": "建设路与嵩山路口", "defect": "loose", "danger": False, **more.pop("data", {})}  # type: ignore[dict-item]
    return open_case(actor, "well_cover_patrol", region=region, title=title, data=data, at=at, **more)  # type: ignore[arg-type]
