"""Who is named for the sealed matters of a place."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from linli.kernel.access.models import Grant
from linli.kernel.access.permissions import roles_with
from linli.kernel.cases.permissions import Permission as Engine
from linli.kernel.regions.rules import covers


def officers_for(region: str, at: datetime) -> list[str]:
    """The accounts that may see sealed matters of a region by a grant in force, each once; one query."""
    grants = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at), role__in=roles_with(Engine.SEE_SEALED), valid_from__lte=at, unit="",
        account__is_active=True, region_id__in=[region[:width] for width in (2, 4, 6, 9, 12, 15)],
    )  # fmt: skip
    rows = grants.order_by("account").values_list("account", "region_id")
    return list(dict.fromkeys(str(account) for account, place in rows if covers(place, region)))
