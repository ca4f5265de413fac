"""The recurring jobs, each one call into the package that knows how. They return how many things they did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from linli.base.clock import BEIJING
from linli.kernel.audit import actions as audit
from linli.kernel.cases import actions as cases
from linli.kernel.notices import actions as notices
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
    """Sessions that ended and events delivered a month ago. Records about matters are never cleaned up here."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    return min(sessions + audit.prune_outbox(now - OUTBOX_KEPT), BATCH - 1)
