"""What the tests of the pages over everything share: a browser, lines of the record in several counties."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.test import Client

from linli.base.clock import now
from linli.kernel.access.models import Account
from linli.kernel.access.queries import actor_of
from linli.kernel.access.rules import Actor, Role
from linli.kernel.access.tests.cast import LONG_AGO, granted
from linli.kernel.access.tests.cast import account as account_named
from linli.kernel.audit.actions import record
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM, Who

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def actor(account: Account) -> Actor:
    return actor_of(account, AT)


def browser(account: Account | None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if account is not None:
        client.force_login(account)
        # Policy asks staff for a fresh password, and administrators for a second factor, before any page.
        type(account).objects.filter(pk=account.pk).update(password_changed_at=now())
        Authenticator.objects.get_or_create(user=account, type=Authenticator.Type.TOTP, defaults={"data": {}})
    return client


def write(who: Who, action: str = "cases.accept", subject: str = "region:410102", **more: object) -> Entry:
    at = more.pop("at", AT)
    with transaction.atomic():
        return record(who, action, subject, at=at, **more)  # type: ignore[arg-type]


def by(account: Account, region: str) -> Who:
    return actor(account).who(region)


def county_auditor(region: str = "410102", name: str = "county-auditor") -> Account:
    made = account_named(name, "卫明", at=LONG_AGO)
    granted(made, Role.AUDIT_ADMIN, region)
    return made


__all__ = ["AT", "SYSTEM", "actor", "browser", "by", "county_auditor", "write"]
