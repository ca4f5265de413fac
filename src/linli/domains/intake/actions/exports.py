"""Taking a list out as a file: with a reason, for long lists with somebody else's yes, and always on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.errors import Conflict, Invalid, Missing, Refusal, Refused
from linli.base.text import gettext_noop
from linli.domains.intake.models import Export
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.desk import Filters, count_rows
from linli.domains.intake.queries.exporting import LONGEST
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.regions.rules import county_of

FREE = 1_000
"""Rows that may be taken out with a reason alone; longer lists need a second person (maker ≠ checker)."""
DECIDED = Refusal("intake.export_decided", gettext_noop("This has been decided already."))


def ask_export(actor: Actor, filters: Filters, *, reason: str, at: datetime) -> Export:
    """Ask to take a list out; up to 1,000 rows it is approved at once, longer ones wait for a second person."""
    require(actor, Permission.EXPORT, filters.region)
    if len(reason.strip()) < 4:
        message = gettext_noop("Please say what the list is for.")
        raise Invalid(Refusal("intake.no_reason", message), {"reason": [message]})
    rows = count_rows(actor, filters, at)
    if rows > LONGEST:
        message = gettext_noop("At most {most} rows fit into one file; narrow the list.")
        raise Refused(Refusal("intake.export_size", message, {"most": LONGEST}))
    export = Export(
        county=county_of(filters.region),
        region=filters.region,
        filters=filters.as_dict(),
        reason=reason.strip()[:400],
        rows=rows,
        asked_by=UUID(actor.account),
        asked_name=actor.name,
        asked_at=at,
        state="asked" if rows > FREE else "approved",
    )
    with transaction.atomic():
        export.save(force_insert=True)
        detail = {"reason": export.reason, "rows": rows, "filters": export.filters, "state": export.state}
        record(actor.who(filters.region), "intake.ask_export", _key(export), at=at, county=export.county, detail=detail)
    return export


def answer_export(actor: Actor, export_id: UUID, *, approve: bool, at: datetime) -> Export:
    """Say yes or no to a long list. Denied without the right, Refused for one's own, Conflict when it is decided."""
    export = _asked(export_id)
    require(actor, Permission.APPROVE_EXPORT, export.region)
    if str(export.asked_by) == actor.account:
        message = gettext_noop("Whoever asks may not approve.")
        raise Refused(
            Refusal("intake.same_person", message, advice=gettext_noop("Ask a colleague who may approve it."))
        )
    state = "approved" if approve else "refused"
    with transaction.atomic():
        changed = Export.objects.filter(pk=export.pk, county=export.county, state="asked").update(
            state=state, answered_by=UUID(actor.account), answered_at=at
        )
        if not changed:
            raise Conflict(DECIDED)
        record(
            actor.who(export.region), "intake.answer_export", _key(export), at=at, county=export.county,
            changes={"state": ("asked", state)},
        )  # fmt: skip
    export.state = state
    return export


def take_export(actor: Actor, export_id: UUID, *, at: datetime) -> Export:
    """Take an approved list, once; whoever asked for it, nobody else."""
    export = _asked(export_id)
    if str(export.asked_by) != actor.account:
        raise Missing(NO_EXPORT)
    require(actor, Permission.EXPORT, export.region)
    with transaction.atomic():
        taken = Export.objects.filter(pk=export.pk, county=export.county, state="approved").update(
            state="taken", taken_at=at
        )
        if not taken:
            waiting = gettext_noop("This list is not approved, or was taken already.")
            raise Conflict(Refusal("intake.export_not_ready", waiting))
        record(
            actor.who(export.region), "intake.take_export", _key(export), at=at, county=export.county,
            detail={"rows": export.rows, "reason": export.reason}, reads=["requests"],
        )  # fmt: skip
    export.state, export.taken_at = "taken", at
    return export


NO_EXPORT = Refusal("intake.no_export", gettext_noop("There is no such list."))


def _asked(export_id: UUID) -> Export:
    export = Export.objects.filter(pk=export_id).first()
    if export is None:
        raise Missing(NO_EXPORT)
    return export


def _key(export: Export) -> str:
    return f"intake.export:{export.pk}"
