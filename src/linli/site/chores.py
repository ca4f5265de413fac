"""The recurring jobs, each one call into the package that knows how. They return how many things they did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from linli.base.clock import BEIJING
from linli.domains.intake.actions.speaking import prune_attempts
from linli.kernel.access import actions as access
from linli.kernel.audit import actions as audit
from linli.kernel.cases import actions as cases
from linli.kernel.files import actions as files
from linli.kernel.notices import actions as notices
from linli.kernel.parties import actions as parties
from linli.site.worker import BATCH

OUTBOX_KEPT = timedelta(days=30)


def deliver_events(now: datetime) -> int:
    """Events of the outbox to those who listen."""
    return audit.deliver(now, BATCH)


def fire_escalations(now: datetime) -> int:
    """Steps that a clock takes by itself when it is exceeded."""
    return cases.fire_escalations(now, BATCH)


def deliver_notices(now: datetime) -> int:
    """Messages to people whose time has come."""
    return notices.deliver_due(now, BATCH)


def write_anchor(now: datetime) -> int:
    """Yesterday's signed anchor of every chain, once, to a file outside the database."""
    yesterday = now.astimezone(BEIJING).date() - timedelta(days=1)
    return int(audit.anchor(yesterday, settings.HOME / "anchors", audit.anchor_key(settings.KEYS)))


def clean_up(now: datetime) -> int:
    """What has served its time: sessions, counted sign-ins and wrong codes, delivered events, files and messages past
    their retention. Records about matters are never cleaned up here."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    gone = sessions + access.prune_lockouts(now) + audit.prune_outbox(now - OUTBOX_KEPT)
    gone += prune_attempts(now)
    gone += files.expire(now) + files.sweep(now) + notices.erase_old(now)
    return min(gone, BATCH - 1)


def bring_over_keys(_now: datetime) -> int:
    """Sealed columns and indexes that a change of keys left behind, some at a time; nothing when there are none."""
    return BATCH if parties.reseal(BATCH) + parties.reindex(BATCH) else 0
