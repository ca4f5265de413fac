"""Reading the record page by page, newest first. Who may read which county or region is decided by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.base.clock import stamp
from linli.base.errors import Missing, Refusal
from linli.base.text import gettext_noop
from linli.kernel.audit.models import Entry


@dataclass(frozen=True)
class EntryValue:
    """One entry for showing; ``changes`` is a list of (field, before, after) for the table on the entry's page."""

    id: UUID
    county: str
    chain: str
    seq: int
    at: datetime
    kind: str
    account: str
    name: str
    role: str
    address: str
    channel: str
    action: str
    subject: str
    changes: list[tuple[str, Any, Any]]
    detail: Mapping[str, Any]
    reads: list[str]
    digest: str
    previous: str
    algorithm: str


@dataclass(frozen=True)
class EntryPage:
    """A page of entries; ``after`` is the cursor of the next one, None at the end."""

    entries: list[EntryValue]
    after: str | None


def value_of(entry: Entry) -> EntryValue:
    """A stored entry as a value."""
    content = entry.content
    return EntryValue(
        id=entry.id, county=entry.county, chain=entry.chain, seq=entry.seq, at=datetime.fromisoformat(entry.at),
        kind=entry.kind, account=entry.account, name=content.get("name", ""), role=entry.role,
        address=content.get("address", ""), channel=content.get("channel", ""), action=entry.action,
        subject=entry.subject,
        changes=[(field, old, new) for field, (old, new) in content.get("changes", {}).items()],
        detail=content.get("detail", {}), reads=content.get("reads", []), digest=entry.digest,
        previous=entry.previous, algorithm=entry.algorithm,
    )  # fmt: skip


def entries(
    *,
    regions: tuple[str, str] | None = None,
    county: str | None = None,
    within: Q | None = None,
    account: str = "",
    role: str = "",
    action: str = "",
    subject: str = "",
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> EntryPage:
    """Entries, newest first. ``regions`` is the (low, high) range of the organisations whose chains are wanted
    (``regions.rules.subtree``), ``within`` any other condition on ``county`` and ``chain``; ``action`` and ``subject``
    ending in ``*`` mean "begins with"; ``until`` is excluded.
    """
    found = _within(regions, county, within).filter(_when(since, until))
    found = _matching(_matching(_matching(found, "account", account), "role", role), "kind", kind)
    found = _matching(_matching(found, "action", action), "subject", subject)
    if after:
        found = found.filter(id__lt=_cursor(after))
    rows = list(found.order_by("-id")[: limit + 1])
    page = [value_of(row) for row in rows[:limit]]
    return EntryPage(page, str(page[-1].id) if len(rows) > limit else None)


def entries_about(subject: str, *, limit: int = 200) -> list[EntryValue]:
    """Everything recorded about one subject (``case:UUID``), oldest first."""
    return [value_of(row) for row in Entry.objects.filter(subject=subject).order_by("id")[:limit]]


def get_entry(
    entry_id: UUID,
    *,
    regions: tuple[str, str] | None = None,
    county: str | None = None,
    within: Q | None = None,
) -> EntryValue:
    """One entry within the given range; Missing when it does not exist there."""
    row = _within(regions, county, within).filter(pk=entry_id).first()
    if row is None:
        raise Missing(Refusal("audit.no-entry", gettext_noop("There is no such entry in the record.")))
    return value_of(row)


def _within(regions: tuple[str, str] | None, county: str | None, within: Q | None) -> QuerySet[Entry]:
    found = Entry.objects.all() if within is None else Entry.objects.filter(within)
    if regions is not None:
        found = found.filter(chain__gte=regions[0], chain__lt=regions[1])
    return found if county is None else found.filter(county=county)


def _when(since: datetime | None, until: datetime | None) -> Q:
    wanted = Q(at__gte=stamp(since)) if since is not None else Q()
    return wanted & Q(at__lt=stamp(until)) if until is not None else wanted


def _matching(found: QuerySet[Entry], column: str, text: str) -> QuerySet[Entry]:
    if not text:
        return found
    if text.endswith("*"):
        return found.filter(**{f"{column}__startswith": text[:-1]})
    return found.filter(**{column: text})


def _cursor(after: str) -> UUID:
    try:
        return UUID(after)
    except ValueError:
        raise Missing(Refusal("audit.no-page", gettext_noop("There is no such page of the record."))) from None
