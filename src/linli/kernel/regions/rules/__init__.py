"""What can be decided about regions without asking anyone."""

from linli.kernel.regions.rules.codes import (
    WIDTHS,
    Level,
    ancestors_of,
    county_of,
    covers,
    is_code,
    level_of,
    official,
    parent_of,
    short,
    subtree,
)
from linli.kernel.regions.rules.units import (
    Basis,
    ChangeKind,
    UnitType,
    core_name,
    is_statistical_only,
    own_part,
    segment_hint,
    short_name,
    unit_type_of,
)

__all__ = [
    "WIDTHS",
    "Basis",
    "ChangeKind",
    "Level",
    "UnitType",
    "ancestors_of",
    "core_name",
    "county_of",
    "covers",
    "is_code",
    "is_statistical_only",
    "level_of",
    "official",
    "own_part",
    "parent_of",
    "segment_hint",
    "short",
    "short_name",
    "subtree",
    "unit_type_of",
]
