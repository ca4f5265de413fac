"""Who looks after the machine itself. The rights to the record and the calendar are declared in ``kernel.access``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.permissions import register
from linli.kernel.access.rules import Role


class Permission(StrEnum):
    """What an operator may do with the installation."""

    SEE_STATE = "oversight.see_state"
    SETTLE_DELIVERY = "oversight.settle_delivery"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.SEE_STATE: gettext_noop("see how the system stands"),
    Permission.SETTLE_DELIVERY: gettext_noop("see events that could not be delivered, and retry or skip them"),
}

DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.SYSTEM_ADMIN: {Permission.SEE_STATE, Permission.SETTLE_DELIVERY},
}

register(Permission, SENTENCES, DEFAULTS)
