"""Lists as rows of a file: what stands on the desk's list, never who asked."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.intake.models import Export
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.desk import Filters, all_rows
from linli.domains.intake.rules.sheets import Cell
from linli.kernel.access.queries import visible_to
from linli.kernel.access.rules import Actor

LONGEST = 100_000


def exports_of(actor: Actor, limit: int = 50) -> list[Export]:
    """An actor's own lists and those that wait for the actor's yes, newest first."""
    waiting = visible_to(
        actor, Permission.APPROVE_EXPORT, Export.objects.filter(state="asked"), region_field="region", handler_field=""
    )
    return list(
        Export.objects.filter(Q(asked_by=actor.account) | Q(pk__in=waiting.values("pk"))).order_by("-asked_at")[:limit]
    )


def sheet_of(actor: Actor, export: Export, at: datetime) -> tuple[list[str], list[list[Cell]]]:
    """Head and rows of a list as the actor sees it now; sealed requests are never taken out."""
    head = [
        _("Number of the request"),
        _("Said on"),
        _("Kind"),
        _("Class"),
        _("What it is"),
        _("Community"),
        _("Place"),
        _("Channel"),
        _("State"),
        _("Who has it"),
        _("Due"),
        _("Closed on"),
        _("Support"),
    ]
    rows: list[list[Cell]] = [
        [
            row.number, _local(row.opened_at), _(row.kind), row.category, row.title, row.region_name, row.place,
            _(row.channel), _(row.state_name), row.handler, _local(row.due_at), _local(row.closed_at), row.support,
        ]
        for row in all_rows(actor, Filters(**export.filters), at, LONGEST)
        if not row.sealed
    ]  # fmt: skip
    return head, rows


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
