"""Events that did not arrive, where an actor looks after the county they belong to."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.audit.queries import DeadDelivery, dead_deliveries
from linli.site.oversight.permissions import Permission
from linli.site.oversight.queries.reach import counties_within

GONE = Refusal("oversight.no_delivery", gettext_noop("There is no such delivery waiting for a decision."))
LISTED = 50


def dead_seen(actor: Actor) -> list[DeadDelivery]:
    """The oldest dead deliveries an actor may settle; one more than are listed, so that a page knows of more."""
    return dead_deliveries(within=counties_within(actor, Permission.SETTLE_DELIVERY), limit=LISTED + 1)


def dead_delivery(actor: Actor, delivery: UUID) -> DeadDelivery:
    """One of them; Missing when it is not dead or not for this actor."""
    within = counties_within(actor, Permission.SETTLE_DELIVERY) & Q(pk=delivery)
    found = dead_deliveries(within=within, limit=1)
    if not found:
        raise Missing(GONE)
    return found[0]
