"""What may be done about requests beyond what the engine knows about every case; each verb with its sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.permissions import register
from linli.kernel.access.rules import Role


class Permission(StrEnum):
    """Intake's verbs."""

    TAKE_IN = "intake.take_in"
    DISPATCH = "intake.dispatch"
    CALL_BACK = "intake.call_back"
    REVEAL_CONTACT = "intake.reveal_contact"
    SEE_NUMBERS = "intake.see_numbers"
    EXPORT = "intake.export"
    APPROVE_EXPORT = "intake.approve_export"
    IMPORT = "intake.import"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.TAKE_IN: gettext_noop("write down a request for somebody who calls, comes or is visited"),
    Permission.DISPATCH: gettext_noop("pass requests on, refuse them, join duplicates and correct their class"),
    Permission.CALL_BACK: gettext_noop("call people back, close requests and open them again"),
    Permission.REVEAL_CONTACT: gettext_noop("see one requester's telephone number for a stated reason, on the record"),
    Permission.SEE_NUMBERS: gettext_noop("see the numbers about requests of the area"),
    Permission.EXPORT: gettext_noop("take a list of requests out as a file, with a reason"),
    Permission.APPROVE_EXPORT: gettext_noop("approve that somebody else takes a long list out as a file"),
    Permission.IMPORT: gettext_noop("bring in requests from another system"),
}

_FRONT = {Permission.TAKE_IN, Permission.REVEAL_CONTACT, Permission.SEE_NUMBERS}
_DESK = _FRONT | {Permission.DISPATCH, Permission.CALL_BACK, Permission.EXPORT}
_LEAD = {Permission.SEE_NUMBERS, Permission.EXPORT, Permission.APPROVE_EXPORT}
DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.AGENT: {Permission.TAKE_IN},
    Role.CLERK: _DESK,
    Role.GRID_WORKER: {Permission.TAKE_IN},
    Role.COMMUNITY_WORKER: _DESK,
    Role.COMMITTEE_MEMBER: _FRONT,
    Role.DIRECTOR: _DESK | _LEAD,
    Role.SECRETARY: _LEAD,
    Role.SUPERVISOR_MEMBER: {Permission.SEE_NUMBERS},
    Role.TOWNSHIP_ACCEPTOR: _DESK | {Permission.IMPORT},
    Role.APPROVER: _LEAD,
    Role.DUTY_OFFICER: _DESK | _LEAD,
    Role.REPORTER: {Permission.SEE_NUMBERS, Permission.EXPORT},
    Role.REVIEWER: {Permission.SEE_NUMBERS},
    Role.HOTLINE_AGENT: _DESK | {Permission.IMPORT},
    Role.HANDLING_UNIT: {Permission.REVEAL_CONTACT, Permission.SEE_NUMBERS},
    Role.OVERSEER: _LEAD | {Permission.IMPORT, Permission.CALL_BACK},
    Role.PROTECTION_OFFICER: _FRONT | {Permission.DISPATCH, Permission.CALL_BACK},
}

register(Permission, SENTENCES, DEFAULTS)
