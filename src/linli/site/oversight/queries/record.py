"""The record as a person reads it: lines in words, one entry with its neighbours, what a filter may name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from linli.base.errors import Missing
from linli.kernel.access.models import Account
from linli.kernel.access.queries import may_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.audit.models import Entry, Head
from linli.kernel.audit.queries import EntryValue, entries, get_entry
from linli.kernel.audit.rules import GENESIS, Break, Row, broken, check_row
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import visible_cases
from linli.kernel.cases.rules import tidy_number
from linli.kernel.regions.models import Region
from linli.site.oversight.queries.reach import record_within
from linli.site.oversight.words import action_said, case_titles, role_said, subject_said

SEE = "audit.see_record"
MOST_NAMESAKES = 12


@dataclass(frozen=True)
class Filter:
    """What is asked of the record; ``until`` is excluded."""

    account: str = ""
    role: str = ""
    action: str = ""
    subject: str = ""
    kind: str = ""
    county: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def as_words(self) -> dict[str, str]:
        """For the record of who asked what."""
        return {name: str(value) for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    id: UUID
    at: datetime
    kind: str
    name: str
    role: str
    action: str
    subject: str
    place: str
    county: str
    chain: str
    seq: int
    fields: tuple[str, ...]
    digest: str
    account: str


@dataclass(frozen=True)
class Found:
    """A page of lines and the cursor of the next."""

    lines: list[Line]
    after: str | None


def find_lines(actor: Actor, wanted: Filter, *, after: str = "", limit: int = 50) -> Found:
    """Lines an actor may see, newest first."""
    page = entries(
        within=record_within(actor, SEE), account=wanted.account, role=wanted.role, action=wanted.action,
        subject=wanted.subject, kind=wanted.kind, county=wanted.county or None, since=wanted.since, until=wanted.until,
        after=after, limit=limit,
    )  # fmt: skip
    return Found(list(_lines(page.entries)), page.after)


def all_lines(actor: Actor, wanted: Filter, *, limit: int) -> Iterator[Line]:
    """Lines for a file, page by page, at most ``limit``."""
    after: str | None = ""
    while after is not None and limit > 0:
        found = find_lines(actor, wanted, after=after, limit=min(limit, 500))
        yield from found.lines
        after, limit = found.after, limit - len(found.lines)


def _lines(found: Sequence[EntryValue]) -> Iterator[Line]:
    names = _names(entry.subject for entry in found)
    places = place_names({entry.chain.partition("/")[0] for entry in found} | {entry.county for entry in found})
    titles = case_titles()
    for entry in found:
        organisation, _slash, unit = entry.chain.partition("/")
        place = places.get(organisation, organisation) + (f" · {unit}" if unit else "")
        yield Line(
            entry.id, entry.at, entry.kind, entry.name, role_said(entry.role), action_said(entry.action, titles),
            subject_said(entry.subject, names), "" if organisation == "system" else place,
            places.get(entry.county, entry.county), entry.chain, entry.seq,
            (*(name for name, _old, _new in entry.changes), *entry.reads), entry.digest, entry.account,
        )  # fmt: skip


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """What places are called, in one query."""
    return dict(Region.objects.filter(pk__in=[code for code in codes if code]).values_list("pk", "name"))


def _names(subjects: Iterable[str]) -> dict[str, str]:
    """What cases and accounts are called; other things keep their code, for a person's name is not shown in a list."""
    by_kind: dict[str, dict[str, str]] = {"cases.case": {}, "access.account": {}}
    for subject in set(subjects):
        kind, _colon, rest = subject.partition(":")
        if kind in by_kind and _is_id(rest):
            by_kind[kind][rest] = subject
    cases = Case.objects.filter(pk__in=by_kind["cases.case"]).values_list("pk", "number")
    accounts = Account.objects.filter(pk__in=by_kind["access.account"]).values_list("pk", "name", "username")
    names = {f"cases.case:{key}": number for key, number in cases}
    return names | {f"access.account:{key}": name or username for key, name, username in accounts}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class EntryPage:
    """One entry, whether it holds, its neighbours in the chain, and where its subject can be opened."""

    entry: EntryValue
    line: Line
    fault: Break | None
    before: UUID | None
    after: UUID | None
    address: str
    body: dict[str, Any]


def open_entry(actor: Actor, entry_id: UUID) -> EntryPage:
    """One entry in full; Missing when it does not exist for this actor."""
    entry = get_entry(entry_id, within=record_within(actor, SEE))
    around = Entry.objects.filter(
        county=entry.county, chain=entry.chain, seq__in=(entry.seq - 1, entry.seq, entry.seq + 1)
    )
    rows = {row.seq: row for row in around}
    last, own = rows.get(entry.seq - 1), rows[entry.seq]
    row = Row(*(getattr(own, column) for column in Row._fields))
    if last is None and entry.seq > 1:
        fault: Break | None = broken("gap", entry.county, entry.chain, entry.seq - 1, before="…", after=entry.seq)
    else:
        fault = check_row(row, entry.seq - 1, last.digest if last else GENESIS)
    following = rows.get(entry.seq + 1)
    return EntryPage(
        entry, next(_lines([entry])), fault, last.pk if last else None, following.pk if following else None,
        address_of(actor, entry.subject), own.content,
    )  # fmt: skip


def address_of(actor: Actor, subject: str) -> str:
    """Where an actor can open a subject; "" when there is no page or it is not for them."""
    kind, _colon, rest = subject.partition(":")
    if kind == "cases.case" and _is_id(rest):
        return reverse("cases:case", args=[rest]) if visible_cases(actor).filter(pk=rest).exists() else ""
    if kind == "access.account" and _is_id(rest):
        return reverse("access:account", args=[rest]) if may_somewhere(actor, "access.see_accounts") else ""
    if kind == "audit.entry" and _is_id(rest):
        try:
            return reverse("oversight:entry", args=[get_entry(UUID(rest), within=record_within(actor, SEE)).id])
        except Missing:
            return ""
    if kind == "region" and Region.objects.filter(pk=rest).exists():
        return reverse("regions:detail", args=[rest])
    year = rest.partition("/")[2]
    return reverse("oversight:year", args=[year]) if kind == "calendar" and year.isdigit() else ""


def namesakes(text: str) -> list[Account]:
    """The accounts somebody may mean by a name, a user name or an id; at most a dozen."""
    if _is_id(text):
        return list(Account.objects.filter(pk=text))
    return list(Account.objects.filter(Q(username=text.lower()) | Q(name=text)).order_by("username")[:MOST_NAMESAKES])


def subject_of(text: str) -> str:
    """A subject as the record names it, from a case's number or from the name itself; ``*`` at the end means any."""
    text = text.strip()
    if not text or ":" in text or text.endswith("*"):
        return text
    found = Case.objects.filter(number=tidy_number(text)).values_list("pk", flat=True).first()
    return f"cases.case:{found}" if found else text


def counties_seen(actor: Actor) -> list[tuple[str, str]]:
    """The counties that have a record this actor may see, with their names."""
    codes = Head.objects.filter(record_within(actor, SEE)).exclude(county="").values_list("county", flat=True)
    found = sorted(set(codes.distinct()))
    names = place_names(found)
    return [(code, f"{names.get(code, '')} {code}".strip()) for code in found]


def last_check(actor: Actor) -> Line | None:
    """The newest finished check of the record that this actor may see."""
    found = find_lines(actor, replace(Filter(), action="audit.verify"), limit=1)
    return found.lines[0] if found.lines else None
