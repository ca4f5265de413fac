"""Fetching regions: the tree, search, and the way from an address to a community."""

from linli.kernel.regions.queries.match import Candidate, match_address
from linli.kernel.regions.queries.search import Hit, search
from linli.kernel.regions.queries.tree import (
    children,
    count_by_level,
    figures_of,
    get_region,
    in_subtree,
    path,
    reporting_units,
    successors,
)

__all__ = [
    "Candidate",
    "Hit",
    "children",
    "count_by_level",
    "figures_of",
    "get_region",
    "in_subtree",
    "match_address",
    "path",
    "reporting_units",
    "search",
    "successors",
]
