"""Django's system checks for case types: a type that lies stops the server before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.utils import DatabaseError

from linli.kernel.access.permissions import roles_with
from linli.kernel.cases.models import CaseTypeUse
from linli.kernel.cases.rules.checks import problems
from linli.kernel.cases.rules.reading import Problem
from linli.kernel.cases.rules.registry import guards_of, problems_found, readings


def held(permission: str) -> bool | None:
    """Whether any role holds a permission; None for one that nobody registered."""
    try:
        return bool(roles_with(permission))
    except KeyError:
        return None


def every_problem() -> list[Problem]:
    """What is wrong with any type of this process, entered or not."""
    found = problems_found()
    for reading in readings():
        found += problems(reading, guards_of(reading.kind), held)
    return found


def check_types(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """cases.E001: a case type that cannot work."""
    return [Error(str(problem), id="cases.E001") for problem in every_problem()]


def check_versions(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """cases.E002: a version that was edited in place after cases were opened with it; cases.E003: a version that cases
    still use but that is gone. Only when a database is asked about (``check --database default``)."""
    if "default" not in (databases or ()):
        return []
    try:
        if CaseTypeUse._meta.db_table not in connections["default"].introspection.table_names():
            return []
        uses = list(CaseTypeUse.objects.order_by("type", "version"))
    except DatabaseError:
        return []
    return list(_compare(uses))


def _compare(uses: Sequence[CaseTypeUse]) -> list[CheckMessage]:
    here = {(reading.kind.type, reading.kind.version): reading for reading in readings()}
    found: list[CheckMessage] = []
    for use in uses:
        reading = here.get((use.type, use.version))
        if reading is None:
            found.append(Error(f"{use} is in use, but its file is gone", id="cases.E003"))
        elif reading.digest != use.digest:
            hint = (
                f"Keep the old text as {use.type}.v{use.version}.yaml and give the new one version {use.version + 1}."
            )
            found.append(
                Error(f"{reading.file}: {use} was edited after cases were opened with it", hint=hint, id="cases.E002")
            )
    return found
