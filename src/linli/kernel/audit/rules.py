"""Pure words of the record: who acts, what is written, how it is chained, what can be broken. No Django, no clock."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

import orjson

from linli.base.clock import stamp
from linli.base.text import gettext_noop

ALGORITHMS = ("sha256", "sm3")
GENESIS = "0" * 64
"""What the first entry of every chain names as its predecessor."""
LONGEST_VALUE = 4000
"""Characters of one value kept in an entry; a longer text is kept as its beginning, its length and its digest."""


@dataclass(frozen=True)
class Who:
    """Who acts. ``chain`` is the organisation whose chain is written: a region code, ``REGION/UNIT`` or ``system``."""

    account: str
    name: str
    role: str
    chain: str
    county: str
    address: str = ""
    channel: str = ""


SYSTEM = Who(account="", name="Linli", role="system", chain="system", county="", channel="worker")
"""The program itself: loading tables, firing clocks, anchoring."""


@dataclass(frozen=True)
class Record:
    """One line for the record: ``changes`` maps a field to (before, after); ``reads`` names personal fields seen."""

    action: str
    subject: str
    county: str | None = None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    detail: Mapping[str, object] = field(default_factory=dict)
    reads: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """``read`` when personal data was looked at and nothing changed, else ``change``."""
        return "read" if self.reads and not self.changes else "change"


@dataclass(frozen=True)
class Emission:
    """One event to be put in the outbox. ``key`` is what order is kept for (a case's id)."""

    topic: str
    key: str
    payload: Mapping[str, object]
    county: str


@dataclass(frozen=True)
class EventValue:
    """One event as a subscriber receives it. ``id`` is the same at every delivery: use it to notice a repetition."""

    seq: int
    id: str
    county: str
    topic: str
    key: str
    payload: Mapping[str, object]
    at: datetime


class Row(NamedTuple):
    """One stored entry, exactly as the database holds it."""

    county: str
    chain: str
    seq: int
    at: str
    kind: str
    account: str
    role: str
    action: str
    subject: str
    body: str
    previous: str
    digest: str
    algorithm: str


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold. ``message`` is a msgid with ``{named}`` places for ``params``."""

    county: str
    chain: str
    seq: int
    kind: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


BREAKS = {
    "gap": gettext_noop("Entry {seq} is missing: after {before} comes {after}."),
    "link": gettext_noop("Entry {seq} does not continue the entry before it."),
    "digest": gettext_noop("Entry {seq} was altered: its digest does not fit its text."),
    "column": gettext_noop("Entry {seq} was altered: the column {column} differs from its text."),
    "head": gettext_noop("The chain's head names entry {seq}, which is not what is stored there."),
    "headless": gettext_noop("The chain has entries but no head."),
    "tail": gettext_noop("Entries are missing at the end: the anchor of {day} saw entry {seq}."),
    "anchor": gettext_noop("Entry {seq} is not the one that the anchor of {day} saw."),
    "signature": gettext_noop("The anchor of {day} is not signed with the known key."),
    "anchor_link": gettext_noop("The anchor of {day} does not continue the anchor before it."),
    "anchor_text": gettext_noop("Line {seq} of the anchor file can not be read."),
}


def broken(kind: str, county: str, chain: str, seq: int, **params: object) -> Break:
    """A break with its sentence filled from ``BREAKS``."""
    return Break(county, chain, seq, kind, BREAKS[kind], {"seq": seq, **params})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value) if value.tzinfo else value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return {str(name): content for name, content in value.items()}
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError("bytes do not belong in the record: write a digest or a reference")
    return str(value)


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_SURROGATES = re.compile("[\ud800-\udfff]")


def canonical(body: Mapping[str, object]) -> str:
    """The one text of a body: JSON, keys sorted, no blanks, characters as they are; instants by ``clock.stamp``."""
    try:
        return orjson.dumps(body, default=_plain, option=_OPTIONS).decode()
    except (TypeError, UnicodeEncodeError):
        # Half characters (a broken surrogate) and integers over 64 bit: rare, and the record must still be written.
        text = json.dumps(body, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return _SURROGATES.sub("\ufffd", text)


def digest(previous: str, body: str, algorithm: str) -> str:
    """The hexadecimal digest of an entry: over its predecessor's digest, a line feed and its own text."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown digest {algorithm!r}: one of {', '.join(ALGORITHMS)}")
    return hashlib.new(algorithm, f"{previous}\n{body}".encode()).hexdigest()


def _brief(value: object) -> object:
    if not isinstance(value, str) or len(value) <= LONGEST_VALUE:
        return value
    whole = hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
    return {"beginning": value[:LONGEST_VALUE], "length": len(value), "sha256": whole}


def body_of(who: Who, record: Record, *, county: str, seq: int, at: str, algorithm: str) -> str:
    """The canonical text of an entry: everything that is chained, so that no column can be altered unseen."""
    body: dict[str, object] = {
        "county": county, "chain": who.chain, "seq": seq, "at": at, "kind": record.kind, "account": who.account,
        "role": who.role, "action": record.action, "subject": record.subject, "algorithm": algorithm,
        "name": who.name, "address": who.address, "channel": who.channel,
    }  # fmt: skip
    if record.changes:
        body["changes"] = {name: [_brief(old), _brief(new)] for name, (old, new) in record.changes.items()}
    if record.detail:
        body["detail"] = {name: _brief(value) for name, value in record.detail.items()}
    if record.reads:
        body["reads"] = list(record.reads)
    return canonical(body)


_CHAINED = ("county", "chain", "seq", "at", "kind", "account", "role", "action", "subject", "algorithm")


def check_row(row: Row, last_seq: int, last_digest: str) -> Break | None:
    """Whether a stored entry continues the entry before it: number, link, digest of its text, columns like its text."""
    if row.seq != last_seq + 1:
        return broken("gap", row.county, row.chain, last_seq + 1, before=last_seq, after=row.seq)
    if row.previous != last_digest:
        return broken("link", row.county, row.chain, row.seq)
    if row.algorithm not in ALGORITHMS or digest(row.previous, row.body, row.algorithm) != row.digest:
        return broken("digest", row.county, row.chain, row.seq)
    body = orjson.loads(row.body)
    for column in _CHAINED:
        if body.get(column) != getattr(row, column):
            return broken("column", row.county, row.chain, row.seq, column=column)
    return None


MOST_ATTEMPTS = 12
LEASE = timedelta(minutes=1)
"""How long a worker may hold a delivery before another one takes it for dead and delivers again."""


def back_off(attempts: int) -> timedelta:
    """Waiting time after the given number of failed attempts: 15 s, doubled each time, at most six hours."""
    return timedelta(seconds=min(15 * 2 ** max(0, attempts - 1), 6 * 3600))


def takes(wanted: str, topic: str) -> bool:
    """Whether a subscription (``case.closed``, or ``case.*`` for a family) takes a topic."""
    return wanted == topic or (wanted.endswith(".*") and topic.startswith(wanted[:-1]))


@dataclass(frozen=True)
class Anchor:
    """One line of the anchor file: the heads that moved since the line before, signed, and bound to that line."""

    number: int
    day: str
    previous: str
    heads: tuple[tuple[str, str, int, str], ...]
    key: str
    signature: str = ""

    def signed_text(self) -> str:
        """What the signature is over."""
        return canonical(self._fields())

    def line(self) -> str:
        """The line as it stands in the file."""
        return canonical({**self._fields(), "signature": self.signature})

    def _fields(self) -> dict[str, object]:
        heads = [list(head) for head in self.heads]
        return {"number": self.number, "day": self.day, "previous": self.previous, "heads": heads, "key": self.key}


def read_anchor(line: str) -> Anchor:
    """An anchor from its line; ValueError when it is none."""
    try:
        raw = orjson.loads(line)
        heads = tuple((str(county), str(chain), int(seq), str(end)) for county, chain, seq, end in raw["heads"])
        return Anchor(
            int(raw["number"]), date.fromisoformat(raw["day"]).isoformat(), str(raw["previous"]), heads,
            str(raw["key"]), str(raw["signature"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not an anchor: {error}") from error


def line_digest(line: str) -> str:
    """What the next anchor names as its predecessor."""
    return hashlib.sha256(line.encode()).hexdigest()
