"""Fetching regions: the tree, search, and the way from an address to a community."""

from linli.kernel.regions.queries.match import Candidate, match_address
from linli.kernel.regions.queries.portrait import Child, Portrait, children_after, portrait, roots
from linli.kernel.regions.queries.reconcile import Chapter, editions, reconciliation
from linli.kernel.regions.queries.search import Hit, search
from linli.kernel.regions.queries.shelf import address_book
from linli.kernel.regions.queries.tree import (
    children,
    count_by_level,
    figures_of,
    get_region,
    grids_of,
    in_subtree,
    path,
    pattern_of,
    reporting_units,
    successors,
)

__all__ = [
    "Candidate",
    "Chapter",
    "Child",
    "Hit",
    "Portrait",
    "address_book",
    "children",
    "children_after",
    "count_by_level",
    "editions",
    "figures_of",
    "get_region",
    "grids_of",
    "in_subtree",
    "match_address",
    "path",
    "pattern_of",
    "portrait",
    "reconciliation",
    "reporting_units",
    "roots",
    "search",
    "successors",
]
