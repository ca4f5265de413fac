"""What may be done about cases in general; a type's own verbs are the permissions its file names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.permissions import register
from linli.kernel.access.rules import Role


class Permission(StrEnum):
    """The engine's verbs."""

    SEE = "cases.see"
    SEE_SEALED = "cases.see_sealed"
    OPEN = "cases.open"
    HANDLE = "cases.handle"
    ASSIGN = "cases.assign"
    HAND_OVER = "cases.hand_over"
    RECEIVE = "cases.receive"
    ARBITRATE = "cases.arbitrate"
    APPROVE_CLOCK = "cases.approve_clock"
    CHECK = "cases.check"
    COMMENT = "cases.comment"
    LINK = "cases.link"
    NAME_WATCHER = "cases.name_watcher"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.SEE: gettext_noop("see the cases of the area"),
    Permission.SEE_SEALED: gettext_noop("see the sealed cases of the area"),
    Permission.OPEN: gettext_noop("open a case"),
    Permission.HANDLE: gettext_noop("handle a case: accept it, work on it, finish it"),
    Permission.ASSIGN: gettext_noop("say who at the desk has a case"),
    Permission.HAND_OVER: gettext_noop("offer a case to another desk"),
    Permission.RECEIVE: gettext_noop("accept or return a case that was offered"),
    Permission.ARBITRATE: gettext_noop("decide which desk has a case that was returned"),
    Permission.APPROVE_CLOCK: gettext_noop("approve that a clock is paused or extended"),
    Permission.CHECK: gettext_noop("check what another person did on a case"),
    Permission.COMMENT: gettext_noop("comment on a case"),
    Permission.LINK: gettext_noop("link cases and mark duplicates"),
    Permission.NAME_WATCHER: gettext_noop("name who else may see a sealed case"),
}

_READ = {Permission.SEE}
_WORK = {
    Permission.SEE,
    Permission.OPEN,
    Permission.HANDLE,
    Permission.ASSIGN,
    Permission.HAND_OVER,
    Permission.RECEIVE,
    Permission.COMMENT,
    Permission.LINK,
}
_LEAD = {Permission.CHECK, Permission.ASSIGN, Permission.APPROVE_CLOCK}
_DECIDE = {Permission.ARBITRATE, Permission.APPROVE_CLOCK, Permission.CHECK}
DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.CLERK: _WORK,
    Role.AGENT: {Permission.SEE, Permission.OPEN, Permission.COMMENT},
    Role.GRID_WORKER: {Permission.SEE, Permission.OPEN, Permission.HANDLE, Permission.RECEIVE, Permission.COMMENT},
    Role.COMMUNITY_WORKER: _WORK,
    Role.COMMITTEE_MEMBER: _WORK,
    Role.DIRECTOR: _WORK | _LEAD,
    Role.SECRETARY: _READ | _LEAD | {Permission.COMMENT},
    Role.SUPERVISOR_MEMBER: _READ | {Permission.COMMENT},
    Role.TOWNSHIP_ACCEPTOR: _WORK,
    Role.APPROVER: _READ | _LEAD | _DECIDE | {Permission.COMMENT},
    Role.DUTY_OFFICER: _WORK | _LEAD | _DECIDE,
    Role.REPORTER: _READ,
    Role.REVIEWER: _READ,
    Role.HOTLINE_AGENT: _WORK | {Permission.ARBITRATE},
    Role.HANDLING_UNIT: _WORK - {Permission.OPEN},
    Role.OVERSEER: _READ | _DECIDE | {Permission.COMMENT, Permission.LINK, Permission.ASSIGN},
    Role.SOCIAL_WORKER: {Permission.SEE, Permission.OPEN, Permission.COMMENT},
    Role.PROTECTION_OFFICER: _WORK | _LEAD | {Permission.SEE_SEALED, Permission.NAME_WATCHER},
}

register(Permission, SENTENCES, DEFAULTS)
