"""Roles as people call them."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from linli.kernel.access.rules import Role

ROLE_NAMES = {
    Role.RESIDENT: pgettext_lazy("role", "Resident"),
    Role.AGENT: pgettext_lazy("role", "Agent for residents"),
    Role.CLERK: pgettext_lazy("role", "Window clerk"),
    Role.GRID_WORKER: pgettext_lazy("role", "Grid worker"),
    Role.COMMUNITY_WORKER: pgettext_lazy("role", "Community worker"),
    Role.COMMITTEE_MEMBER: pgettext_lazy("role", "Committee member"),
    Role.DIRECTOR: pgettext_lazy("role", "Committee director"),
    Role.SECRETARY: pgettext_lazy("role", "Party secretary"),
    Role.SUPERVISOR_MEMBER: pgettext_lazy("role", "Member of the supervision committee"),
    Role.ELECTION_MEMBER: pgettext_lazy("role", "Member of the election committee"),
    Role.TOWNSHIP_ACCEPTOR: pgettext_lazy("role", "Township acceptor"),
    Role.APPROVER: pgettext_lazy("role", "Approver"),
    Role.DUTY_OFFICER: pgettext_lazy("role", "Duty officer"),
    Role.REPORTER: pgettext_lazy("role", "Reporter"),
    Role.REVIEWER: pgettext_lazy("role", "Reviewer"),
    Role.HOTLINE_AGENT: pgettext_lazy("role", "Hotline agent"),
    Role.HANDLING_UNIT: pgettext_lazy("role", "Handling unit"),
    Role.OVERSEER: pgettext_lazy("role", "Overseer"),
    Role.SOCIAL_WORKER: pgettext_lazy("role", "Social worker"),
    Role.VOLUNTEER_ORGANISATION: pgettext_lazy("role", "Volunteer organisation"),
    Role.CONTRACTOR: pgettext_lazy("role", "Contractor"),
    Role.ASSESSOR: pgettext_lazy("role", "Assessor"),
    Role.PROTECTION_OFFICER: pgettext_lazy("role", "Protection officer"),
    Role.SYSTEM_ADMIN: pgettext_lazy("role", "System administrator"),
    Role.SECURITY_ADMIN: pgettext_lazy("role", "Security administrator"),
    Role.AUDIT_ADMIN: pgettext_lazy("role", "Audit administrator"),
}


def role_name(role: Role | str) -> str:
    """A role as people call it, in the language of the moment."""
    return str(ROLE_NAMES[Role(role)])


def role_names(roles: frozenset[Role]) -> str:
    """Several roles, in the order of the table."""
    return ", ".join(role_name(role) for role in Role if role in roles)
