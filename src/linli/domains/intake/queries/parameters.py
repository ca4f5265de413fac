"""What a place has set by file, as in force on a day. Files are read once per process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml
from django.conf import settings

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.rules import classify
from linli.domains.intake.rules.parameters import (
    Categories,
    OfficeHours,
    Parameters,
    Refusals,
    Sensitive,
    Sourced,
    Units,
    Urgent,
    Windows,
    in_force,
)

Value = TypeVar("Value", bound=Sourced)
MODEL_FILE = "class-counts.yaml"


@lru_cache(maxsize=32)
def _blocks(root: Path, name: str) -> Sequence[dict[str, object]]:
    """Every block of ``NAME.yaml`` in every instance."""
    blocks: list[dict[str, object]] = []
    for path in sorted(root.glob(f"*/intake/{name}.yaml")):
        blocks += yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(blocks)


def _one(name: str, shape: type[Value], region: str, on: date) -> Value:
    blocks = _blocks(Path(settings.INSTANCES), name)
    found = in_force([shape.model_validate(block) for block in blocks], region, on)
    if found is None:
        raise Missing(
            Refusal(
                "intake.no_parameters",
                gettext_noop("No {what} is set for {region} on {day}."),
                {"what": name, "region": region, "day": on},
                advice=gettext_noop("An administrator adds the file in the instance's folder."),
            )
        )
    return found


@lru_cache(maxsize=4_096)
def _parameters(county: str, on: date) -> Parameters:
    return Parameters(
        windows=_one("clocks", Windows, county, on),
        hours=_one("hours", OfficeHours, county, on),
        categories=_one("categories", Categories, county, on),
        refusals=_one("refusals", Refusals, county, on),
        sensitive=_one("sensitive", Sensitive, county, on),
        urgent=_one("urgent", Urgent, county, on),
        units=_one("units", Units, county, on),
    )


def parameters_for(region: str, on: date) -> Parameters:
    """The parameters in force in a region on a day (a county's own file wins over its province's); Missing if none."""
    return _parameters(region[:6], on)


_models: dict[tuple[str, str, date], classify.Model] = {}


def model_for(categories: Categories) -> classify.Model:
    """The classifier of a list of classes, trained once per process from keyword lists and the optional count file."""
    key = (categories.source, categories.jurisdiction, categories.effective_from)
    if key not in _models:
        counts: dict[str, dict[str, int]] = {}
        for path in sorted(Path(settings.INSTANCES).glob(f"*/intake/{MODEL_FILE}")):
            counts.update(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        _models[key] = classify.train(categories.categories, counts)
    return _models[key]


def category_names(region: str, on: date, language: str) -> dict[str, str]:
    """Names of the classes by code in a language, in the list's order."""
    english = language.startswith("en")
    found = parameters_for(region, on).categories.categories
    return {category.code: category.name_en if english else category.name for category in found}
