"""Who may do what with files beyond the right of their subject."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.rules import Role


class Permission(StrEnum):
    DESTROY = "files.destroy"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.DESTROY: gettext_noop("destroy a file before its time, with a reason"),
}

DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.APPROVER: {Permission.DESTROY},
    Role.PROTECTION_OFFICER: {Permission.DESTROY},
}
