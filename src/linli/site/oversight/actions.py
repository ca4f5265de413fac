"""What those who watch do, and the lines the record keeps about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.errors import Refusal, ensure
from linli.base.text import fold, gettext_noop
from linli.kernel.access.queries import holding, require, require_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record, retry_delivery, skip_delivery
from linli.kernel.audit.rules import Who
from linli.kernel.calendar.actions import confirm_year
from linli.kernel.calendar.queries import NATION
from linli.kernel.regions.queries import roots
from linli.kernel.regions.rules import county_of
from linli.site.oversight.permissions import Permission
from linli.site.oversight.queries.chains import STEP_SECONDS, VERIFY, Check, go_on
from linli.site.oversight.queries.outbox import dead_delivery
from linli.site.oversight.queries.record import SEE, EntryPage, Filter, Line, all_lines, open_entry

CONFIRM = "calendar.confirm_year"
MOST_ROWS = 10_000
REASON = Refusal("oversight.reason", gettext_noop("Please say why, in a few words."))


def _who(actor: Actor, permission: str) -> Who:
    """The actor in the capacity that the permission gives, in the chain of the place it was given for."""
    grant = min(holding(actor, permission), key=lambda held: len(held.region))
    return Who(
        actor.account,
        actor.name,
        str(grant.role),
        str(grant.desk),
        county_of(grant.region),
        actor.address,
        actor.channel,
    )


def _reason(text: str) -> str:
    reason = fold(text)[:400]
    ensure(REASON if len(reason) < 2 else None)
    return reason


def read_entry(actor: Actor, entry_id: UUID, *, at: datetime) -> EntryPage:
    """Open an entry in full. Where it shows values, a line says who looked; Missing when it is not for this actor."""
    require_somewhere(actor, SEE)
    page = open_entry(actor, entry_id)
    seen = [name for name, _old, _new in page.entry.changes] + list(page.entry.detail)
    if seen:
        with transaction.atomic():
            record(
                _who(actor, SEE), "audit.read_entry", f"audit.entry:{page.entry.id}", at=at, county=page.entry.county,
                reads=seen, detail={"subject": page.entry.subject},
            )  # fmt: skip
    return page


def take_record(actor: Actor, wanted: Filter, *, reason: str, at: datetime) -> list[Line]:
    """The lines of a filter for a file, at most ``MOST_ROWS``, with the reason on the record; Refused without one."""
    require_somewhere(actor, SEE)
    why = _reason(reason)
    lines = list(all_lines(actor, wanted, limit=MOST_ROWS))
    detail = {"reason": why, "rows": len(lines), "filter": wanted.as_words()}
    with transaction.atomic():
        record(_who(actor, SEE), "audit.export", "audit.record", at=at, reads=["entries"], detail=detail)
    return lines


def check_on(actor: Actor, check: Check, *, at: datetime, seconds: float = STEP_SECONDS) -> Check:
    """One step of a check; the last one writes down what was found. Reading holds up no writer."""
    require_somewhere(actor, VERIFY)
    after = go_on(actor, check, seconds=seconds)
    if after.done:
        what = "/".join(part for part in (after.county, after.chain) if part) or "all"
        detail = {"chains": after.chains, "entries": after.entries, "broken": after.broken, "what": what}
        with transaction.atomic():
            record(_who(actor, VERIFY), "audit.verify", "audit.record", at=at, detail=detail)
    return after


@transaction.atomic
def retry(actor: Actor, delivery: UUID, *, at: datetime) -> None:
    """Have a dead delivery tried again; Missing when it is not dead or not this actor's to settle."""
    require_somewhere(actor, Permission.SETTLE_DELIVERY)
    dead_delivery(actor, delivery)
    retry_delivery(_who(actor, Permission.SETTLE_DELIVERY), delivery, at=at)


@transaction.atomic
def skip(actor: Actor, delivery: UUID, *, reason: str, at: datetime) -> None:
    """Let a dead delivery go, with the reason on the record."""
    require_somewhere(actor, Permission.SETTLE_DELIVERY)
    dead_delivery(actor, delivery)
    skip_delivery(_who(actor, Permission.SETTLE_DELIVERY), delivery, reason=_reason(reason), at=at)


@transaction.atomic
def vouch(actor: Actor, year: int, *, at: datetime) -> bool:
    """Confirm the nation's table of a year for this installation; False when someone already has.

    It moves due dates everywhere, so it takes an administrator of the whole province, not of one county.
    """
    require_somewhere(actor, CONFIRM)
    for root in roots():
        require(actor, CONFIRM, root.code)
    return confirm_year(_who(actor, CONFIRM), year, at, jurisdiction=NATION)
