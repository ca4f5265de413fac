"""How far an actor sees: the grants of ``access`` as one condition on county and chain."""

from __future__ import annotations

from django.db.models import Q

from linli.kernel.access.queries import holding
from linli.kernel.access.rules import Actor, narrowest
from linli.site.oversight.rules import Reach

NOTHING = Q(pk__in=[])


def reaches(actor: Actor, permission: str) -> list[Reach]:
    """The places for which an actor holds a permission, each once."""
    return [Reach(grant.region, grant.unit) for grant in narrowest(holding(actor, permission))]


def record_within(actor: Actor, permission: str) -> Q:
    """The lines of the record, and the heads of chains, that an actor may see: ``Reach.holds`` for a query."""
    wanted = NOTHING
    for reach in reaches(actor, permission):
        low, high = reach.chains
        chains = Q(chain=f"{reach.region}/{reach.unit}") if reach.unit else Q(chain__gte=low, chain__lt=high)
        wanted |= Q(county__in=reach.home) & chains
        if reach.counties:
            wanted |= Q(county__gte=reach.counties[0], county__lt=reach.counties[1])
        if reach.sees_system:
            wanted |= Q(county="", chain="system")
    return wanted


def counties_within(actor: Actor, permission: str) -> Q:
    """What lies in the counties an actor looks after; a grant inside one county opens nothing here."""
    wanted = NOTHING
    for reach in reaches(actor, permission):
        if reach.counties:
            wanted |= Q(county__gte=reach.counties[0], county__lt=reach.counties[1])
        if reach.sees_system:
            wanted |= Q(county="")
    return wanted
