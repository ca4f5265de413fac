"""Fetching cases; whoever may not see a case finds none."""

from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.queries.seeing import find_case, get_case, own_cases, visible_cases

__all__ = ["find_case", "get_case", "own_cases", "type_of", "visible_cases"]
