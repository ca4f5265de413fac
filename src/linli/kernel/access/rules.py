"""Who someone is to Linli, and what their grants cover. Pure: no database, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from linli.base.errors import Refusal
from linli.base.text import gettext_noop
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


def scopes_now(scopes: Collection[str], reading: bool) -> tuple[str, ...] | None:
    """What a key's scopes mean for one request: ``read`` is everything while reading; None when nothing is left."""
    if reading and "read" in scopes:
        return ("*",)
    return tuple(scope for scope in scopes if scope != "read") or None


def check_scopes(scopes: Collection[str], known: Collection[str]) -> Refusal | None:
    """Whether every scope of a key is a permission, a whole package (``intake.*``), ``read`` or ``*``; none is none."""
    if not scopes:
        return Refusal("access.no_scope", gettext_noop("Say what the key is for: choose at least one scope."))
    packages = {name.partition(".")[0] + ".*" for name in known}
    wrong = sorted(set(scopes) - set(known) - packages - {"*", "read"})
    if wrong:
        return Refusal(
            "access.scope_unknown", gettext_noop("There is no such scope: {scopes}."), {"scopes": ", ".join(wrong)}
        )
    return None


class PasswordPolicy(BaseModel, frozen=True, extra="forbid"):
    """What a password has to be, and how many days it lasts (0: no end)."""

    length: int = Field(ge=8)
    classes: int = Field(ge=3, le=4)
    remembered: int = Field(ge=0, le=24)
    staff_days: int = Field(ge=0)
    resident_days: int = Field(ge=0)


class LockoutPolicy(BaseModel, frozen=True, extra="forbid"):
    """How many failures in a row close the door, for how many minutes."""

    failures: int = Field(ge=1, le=10)
    minutes: int = Field(ge=1)


class IdlePolicy(BaseModel, frozen=True, extra="forbid"):
    """After how many idle minutes a session ends."""

    minutes: int = Field(ge=1)
    sensitive_minutes: int = Field(ge=1)


class Exclusion(BaseModel, frozen=True, extra="forbid"):
    """Roles one human may not hold together for one region, with the source that says so."""

    one: frozenset[Role]
    other: frozenset[Role]
    source: str


class Policy(BaseModel, frozen=True, extra="forbid"):
    """How people sign in, from a day on; read from ``instances/access/policy.yaml``."""

    start: date = Field(alias="from")
    jurisdiction: str
    source: str
    mark: str
    password: PasswordPolicy
    lockout: LockoutPolicy
    idle: IdlePolicy
    sensitive_roles: frozenset[Role]
    second_factor_roles: frozenset[Role]
    token_days: int = Field(ge=1)
    exclusions: tuple[Exclusion, ...] = ()

    def idle_minutes(self, roles: frozenset[Role]) -> int:
        """Minutes without a request after which a session of these roles ends."""
        return self.idle.sensitive_minutes if roles & self.sensitive_roles else self.idle.minutes

    def password_days(self, is_staff: bool) -> int:
        """Days a password lasts; 0 is no end."""
        return self.password.staff_days if is_staff else self.password.resident_days


def policy_on(policies: Iterable[Policy], day: date) -> Policy:
    """The policy in force on a day: the last that has begun; ``LookupError`` before the first."""
    begun = [policy for policy in policies if policy.start <= day]
    if not begun:
        raise LookupError(f"no sign-in policy for {day}")
    return max(begun, key=lambda policy: policy.start)


_CLASSES = (str.islower, str.isupper, str.isdigit)


def check_password(password: str, policy: PasswordPolicy, names: Iterable[str] = ()) -> list[Refusal]:
    """Every reason why a password is too weak, all at once; reuse is checked where old ones are known."""
    found = []
    if len(password) < policy.length:
        message = gettext_noop("The password has at least {length} characters.")
        found.append(Refusal("access.password_short", message, {"length": policy.length}))
    used = {next((n for n, kind in enumerate(_CLASSES) if kind(letter)), 3) for letter in password}
    if len(used) < policy.classes:
        message = gettext_noop(
            "The password mixes at least {classes} of: small letters, capitals, digits, other signs."
        )
        found.append(Refusal("access.password_classes", message, {"classes": policy.classes}))
    if any(len(name) > 2 and name.casefold() in password.casefold() for name in names):
        found.append(
            Refusal("access.password_name", gettext_noop("The password does not contain your name or number."))
        )
    return found


@dataclass(frozen=True)
class Holding:
    """A grant of a human being that has not ended yet (it may begin later), as exclusions look at it."""

    role: Role
    region: str
    starts: datetime
    ends: datetime | None

    def overlaps(self, other: Holding) -> bool:
        """Whether the two ever hold at the same instant."""
        return (other.ends is None or self.starts < other.ends) and (self.ends is None or other.starts < self.ends)


def check_exclusions(wanted: Holding, held: Iterable[Holding], exclusions: Iterable[Exclusion]) -> Refusal | None:
    """Whether one human may take ``wanted`` beside what they hold under any of their accounts.

    The three administrators exclude each other everywhere, even when one would begin after the other ends, because
    nobody may come to watch over their own deeds. Other exclusions hold within a region and while both run.
    """
    for other in held:
        if wanted.role != other.role and {wanted.role, other.role} <= ADMINISTRATORS:
            message = gettext_noop(
                "System, security and audit administrator are three different people; this one already is another."
            )
            advice = gettext_noop("Take the other role back first, or give this one to someone else.")
            return Refusal("access.three_administrators", message, {}, "GB/T 22239-2019 8.1.5", advice)
        near = covers(wanted.region, other.region) or covers(other.region, wanted.region)
        for pair in exclusions:
            clash = (wanted.role in pair.one and other.role in pair.other) or (
                wanted.role in pair.other and other.role in pair.one
            )
            if clash and near and wanted.overlaps(other):
                message = gettext_noop("These two roles exclude each other in the same place.")
                return Refusal("access.excluded", message, {}, pair.source)
    return None


def check_period(starts: datetime, ends: datetime | None, at: datetime) -> Refusal | None:
    """Whether a grant's dates make sense: it ends after it begins, and not in the past."""
    if ends is not None and (ends <= starts or ends <= at):
        return Refusal("access.period", gettext_noop("A role ends after it begins, and not in the past."))
    return None


def check_closing(roles: int) -> Refusal | None:
    """Whether someone may erase their own account and data: not while they hold a role."""
    if roles:
        message = gettext_noop("You hold {count} roles. What staff did stays with their names while they serve.")
        advice = gettext_noop("Ask the security administrator to take the roles back first.")
        return Refusal("access.closing_roles", message, {"count": roles}, "", advice)
    return None


def check_name(username: str, phone: str) -> Refusal | None:
    """Whether someone can be called at the door by this: a user name that is no number, or at least a phone."""
    if not username:
        return None if phone else Refusal("access.no_name", gettext_noop("Give a user name or a mobile number."))
    if not re.fullmatch(r"[a-z][a-z0-9._-]{1,63}", username):
        message = gettext_noop(
            "A user name begins with a letter and has small letters, digits, dots and hyphens, two at least."
        )
        return Refusal("access.username_shape", message)
    return None


def check_phone(phone: str) -> Refusal | None:
    """Whether a number can be a mobile number of the mainland; none at all is fine."""
    if phone and not re.fullmatch(r"1[3-9]\d{9}", phone):
        return Refusal("access.phone_shape", gettext_noop("A mobile number has 11 digits and begins with 13 to 19."))
    return None
