"""Who may look after messages that could not be delivered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.rules import Role


class Permission(StrEnum):
    MANAGE = "notices.manage"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.MANAGE: gettext_noop("see messages that could not be delivered, and send or discard them"),
}

DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.TOWNSHIP_ACCEPTOR: {Permission.MANAGE},
    Role.DUTY_OFFICER: {Permission.MANAGE},
    Role.OVERSEER: {Permission.MANAGE},
    Role.SYSTEM_ADMIN: {Permission.MANAGE},
}
