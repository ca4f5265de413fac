"""The fixed cast of everyone's tests: the same people, in the same places, with the same roles, every time.

``cast()`` needs the small tree of regions and makes it. Members are accounts; ``as_actor(account)`` is who they are at
the door. Everyone's password is ``PASSWORD``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from linli.kernel.access.models import Account, Grant
from linli.kernel.access.queries import actor_of
from linli.kernel.access.rules import Actor, Role
from linli.kernel.parties.models import Person
from linli.kernel.regions.models import Region
from linli.kernel.regions.rules import county_of
from linli.kernel.regions.tests.factories import small_tree

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "Linli-Tests-2026"  # of the cast only; nothing outside tests uses it

COMMUNITY = "410102001002"
OTHER_COMMUNITY = "410102001003"
TOWNSHIP = "410102001"
COUNTY = "410102"
CITY = "4101"
PROVINCE = "41"
STRANGE_COUNTY = "410103"


@dataclass(frozen=True)
class Cast:
    """li speaks up; the others handle it, watch over it, or must not see it."""

    li: Account
    wang: Account
    zhao: Account
    chen: Account
    sun: Account
    qian: Account
    he: Account
    zhou: Account
    stranger: Account
    sysadmin: Account
    secadmin: Account
    auditor: Account


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def person(name: str, region: str = COMMUNITY) -> Person:
    """A human being without documents."""
    return Person.objects.create(county=county_of(region), region_id=region, name=name, registered_at=LONG_AGO)


def account(
    username: str, name: str, *, person: Person | None = None, at: datetime = LONG_AGO, **fields: object
) -> Account:
    """An account with the cast's password."""
    values: dict[str, object] = {"password": _hashed(), "password_changed_at": at, "created_at": at, **fields}
    return Account.objects.create(username=username, name=name, person=person, **values)


def granted(
    to: Account,
    role: Role,
    region: str,
    *,
    unit: str = "",
    purpose: str = "",
    at: datetime = LONG_AGO,
    until: datetime | None = None,
) -> Grant:
    """A grant straight into the table, past every rule (the rules have their own tests)."""
    assert Region.objects.filter(pk=region).exists()
    return Grant.objects.create(
        account=to,
        role=role,
        region_id=region,
        unit=unit,
        purpose=purpose,
        valid_from=at,
        valid_to=until,
        granted_at=at,
    )


def member(username: str, name: str, role: Role, region: str, **grant: str) -> Account:
    """An account with a person behind it and one role."""
    made = account(username, name, person=person(name, region))
    granted(made, role, region, **grant)  # type: ignore[arg-type]
    return made


def cast() -> Cast:
    """The whole cast on the small tree."""
    small_tree()
    return Cast(
        li=account("li", "李芳", person=person("李芳")),
        wang=member("wang", "王建国", Role.COMMUNITY_WORKER, COMMUNITY),
        zhao=member("zhao", "赵敏", Role.GRID_WORKER, COMMUNITY),
        chen=member("chen", "陈晓东", Role.TOWNSHIP_ACCEPTOR, TOWNSHIP),
        sun=member("sun", "孙丽", Role.DUTY_OFFICER, TOWNSHIP),
        qian=member("qian", "钱卫东", Role.OVERSEER, COUNTY),
        he=member("he", "何静", Role.HOTLINE_AGENT, CITY),
        zhou=member("zhou", "周玉梅", Role.PROTECTION_OFFICER, TOWNSHIP, purpose="protection"),
        stranger=member("stranger", "吴刚", Role.CLERK, "410103001"),
        sysadmin=member("sysadmin", "郑国华", Role.SYSTEM_ADMIN, PROVINCE),
        secadmin=member("secadmin", "冯雪", Role.SECURITY_ADMIN, PROVINCE),
        auditor=member("auditor", "褚文", Role.AUDIT_ADMIN, PROVINCE),
    )


def as_actor(who: Account, at: datetime | None = None) -> Actor:
    """Who an account is at the door, with its grants of that moment."""
    return actor_of(who, at or LONG_AGO)
