"""Who someone is to Linli, and what their grants cover. Pure: no database, no clock, no request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from linli.kernel.audit.rules import Who
from linli.kernel.regions.rules import county_of, covers


class Role(StrEnum):
    """The capacities in which people act. A grant gives one of them for one region (and everything inside it)."""

    RESIDENT = "resident"
    AGENT = "agent"
    CLERK = "clerk"
    GRID_WORKER = "grid_worker"
    COMMUNITY_WORKER = "community_worker"
    COMMITTEE_MEMBER = "committee_member"
    DIRECTOR = "director"
    SECRETARY = "secretary"
    SUPERVISOR_MEMBER = "supervisor_member"
    ELECTION_MEMBER = "election_member"
    TOWNSHIP_ACCEPTOR = "township_acceptor"
    APPROVER = "approver"
    DUTY_OFFICER = "duty_officer"
    REPORTER = "reporter"
    REVIEWER = "reviewer"
    HOTLINE_AGENT = "hotline_agent"
    HANDLING_UNIT = "handling_unit"
    OVERSEER = "overseer"
    SOCIAL_WORKER = "social_worker"
    VOLUNTEER_ORGANISATION = "volunteer_organisation"
    CONTRACTOR = "contractor"
    ASSESSOR = "assessor"
    PROTECTION_OFFICER = "protection_officer"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@dataclass(frozen=True)
class Desk:
    """Whoever handles a thing: a region's general desk, or one unit of it. Written ``REGION`` or ``REGION/UNIT``."""

    region: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.region}/{self.unit}" if self.unit else self.region

    @classmethod
    def parse(cls, text: str) -> Desk:
        """The desk written as ``text``."""
        region, _, unit = text.partition("/")
        return cls(region, unit)


@dataclass(frozen=True)
class GrantValue:
    """A role held now: for a region and all inside it, or (with ``unit``) only for what that unit's desk handles."""

    role: Role
    region: str
    unit: str = ""
    purpose: str = ""

    @property
    def desk(self) -> Desk:
        return Desk(self.region, self.unit)

    def reaches(self, region: str, handler: str = "") -> bool:
        """Whether this grant covers a thing that lies in ``region`` and is handled by the desk ``handler``."""
        return handler == str(self.desk) if self.unit else bool(region) and covers(self.region, region)


@dataclass(frozen=True)
class Actor:
    """Someone at the door: anonymous (``account`` empty), a resident, or staff with grants valid at this moment.

    ``scopes`` is None for a signed-in session and limits what a bearer token may be used for otherwise.
    """

    account: str = ""
    name: str = ""
    person: str = ""
    grants: tuple[GrantValue, ...] = ()
    channel: str = "web"
    address: str = ""
    language: str = "zh-hans"
    scopes: tuple[str, ...] | None = None
    elder_mode: bool = False
    is_demo: bool = False

    @property
    def is_anonymous(self) -> bool:
        return not self.account

    @property
    def is_staff(self) -> bool:
        """Whether any role was granted to this actor."""
        return bool(self.grants)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def holding(self, roles: Collection[Role], purpose: str = "") -> Iterator[GrantValue]:
        """The actor's grants of any of ``roles``; where a purpose is asked for, only those given for it."""
        return (g for g in self.grants if g.role in roles and (not purpose or g.purpose == purpose))

    def grant_for(self, region: str, handler: str = "") -> GrantValue | None:
        """The narrowest grant that reaches this place, which is the capacity the actor acts in there."""
        reaching = [grant for grant in self.grants if grant.reaches(region, handler)]
        return max(reaching, key=lambda grant: (bool(grant.unit), len(grant.region)), default=None)

    def who(self, region: str, handler: str = "") -> Who:
        """The actor as the record writes them: in which role, for which organisation's chain, from where.

        Staff write to the chain of the desk they act for; everyone else to the chain of the place concerned.
        """
        grant = self.grant_for(region, handler) or next(iter(self.grants), None)
        role = str(grant.role) if grant else "" if self.is_anonymous else str(Role.RESIDENT)
        chain = str(grant.desk) if grant else region or "system"
        return Who(
            self.account, self.name, role, chain, county_of(region) if region else "", self.address, self.channel
        )


ANONYMOUS = Actor()


def narrowest(grants: Iterable[GrantValue]) -> list[GrantValue]:
    """Grants without those already inside another, so that a query asks for every range once."""
    plain = sorted({g.region for g in grants if not g.unit}, key=len)
    kept: list[str] = []
    for region in plain:
        if not any(covers(outer, region) for outer in kept):
            kept.append(region)
    units = sorted({(g.region, g.unit) for g in grants if g.unit})
    return [GrantValue(Role.RESIDENT, region) for region in kept] + [
        GrantValue(Role.RESIDENT, region, unit) for region, unit in units
    ]


def scope_allows(scopes: tuple[str, ...] | None, permission: str) -> bool:
    """Whether a token of these scopes may use ``permission``: ``*``, the permission itself, or ``package.*``."""
    if scopes is None:
        return True
    return any(
        scope in ("*", permission) or (scope.endswith(".*") and permission.startswith(scope[:-1])) for scope in scopes
    )
