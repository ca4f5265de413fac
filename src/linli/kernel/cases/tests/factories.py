"""Cases for everyone's tests: the demo's patrol and a family of types that use everything the engine has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st

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


def answers(form: Mapping[str, Any] | None) -> st.SearchStrategy[dict[str, object]]:
    """Answers that fit a form."""
    if form is None:
        return st.just({})
    fields = form.get("properties", {})
    required = {name: _answer(spec) for name, spec in fields.items() if name in form.get("required", [])}
    optional = {name: _answer(spec) for name, spec in fields.items() if name not in form.get("required", [])}
    return st.fixed_dictionaries(required, optional=optional)


def _answer(spec: Mapping[str, Any]) -> st.SearchStrategy[object]:
    if "oneOf" in spec:
        return st.sampled_from([option["const"] for option in spec["oneOf"]])
    if "enum" in spec:
        return st.sampled_from(spec["enum"])
    if spec.get("type") == "boolean":
        return st.booleans()
    if spec.get("type") in ("integer", "number"):
        return st.integers(int(spec.get("minimum", 0)), int(spec.get("maximum", 9)))
    if spec.get("type") == "object":
        return st.just({})
    if spec.get("type") == "array":
        return st.lists(_answer(spec["items"]), max_size=3)
    if spec.get("format") == "date":
        return st.just("2026-11-23")
    if "pattern" in spec:
        return st.from_regex(spec["pattern"], fullmatch=True, alphabet=st.characters(codec="ascii"))
    return st.sampled_from(["路灯不亮", "井盖松动三天了"])


def works(
    actor: Actor, *, at: datetime = MONDAY, region: str = COMMUNITY, title: str = "街面整治", **more: Any
) -> Case:
    """A case of the type that has everything."""
    return open_case(actor, "works", region=region, title=title, data=more.pop("data", {}), at=at, **more)


def part_of(actor: Actor, parent: Case, *, at: datetime = MONDAY) -> Case:
    """A case under another."""
    return open_case(actor, "works_part", region=COMMUNITY, title="子件", data={}, at=at, parent=parent)
