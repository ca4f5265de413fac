"""The people of a demonstration, from ``instances/demo/accounts.yaml``; never outside one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from linli.base.errors import Denied, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.actions.accounts import ACCOUNT_PURPOSE, _open
from linli.kernel.access.actions.grants import _give, _record
from linli.kernel.access.models import Account
from linli.kernel.access.rules import Role
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties.actions import give_consent, register_person
from linli.kernel.parties.queries import current_notice


def load_demo_accounts(path: Path, *, at: datetime) -> int:
    """Open the accounts a demonstration file names, each with its person and role; those there stay. How many are new.

    Denied outside a demonstration: the file's one password is printed for everyone to read.
    """
    if not settings.DEMO:
        message = gettext_noop("Demonstration accounts exist in a demonstration only.")
        raise Denied(Refusal("access.no_demo", message))
    wanted: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    encoded = make_password(wanted["password"])
    made = 0
    for entry in wanted["accounts"]:
        made += _seat(entry, encoded, at)
    return made


def _seat(entry: dict[str, Any], encoded: str, at: datetime) -> bool:
    if Account.objects.filter(username=entry["username"]).exists():
        return False
    role, region, phone = Role(entry["role"]), entry["region"], entry.get("phone", "")
    with transaction.atomic():
        account = _open(entry["username"], name=entry["name"], phone=phone, language="zh-hans", is_demo=True, at=at)
        account.person = register_person(SYSTEM, region=region, name=entry["name"], phone=phone, at=at)
        notice = current_notice(ACCOUNT_PURPOSE, at)
        if notice is not None:
            give_consent(SYSTEM, account.person, notice, channel="web", at=at)
        account.password, account.password_changed_at = encoded, at
        account.save()
        if role is not Role.RESIDENT:
            given = _give(
                account,
                role,
                region,
                unit=entry.get("unit", ""),
                purpose=entry.get("purpose", ""),
                starts=at,
                ends=None,
                reason="",
                by=None,
                at=at,
            )
            _record(SYSTEM, "grant_demo", given, at)
    return True
