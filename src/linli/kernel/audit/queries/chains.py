"""Whether the record still is what was written: every entry, every link, every end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Q

from linli.kernel.audit.models import Entry, Head
from linli.kernel.audit.queries.anchors import Anchored, read_anchors
from linli.kernel.audit.rules import GENESIS, Break, Row, broken, check_row


@dataclass(frozen=True)
class ChainState:
    """The end of one chain."""

    county: str
    chain: str
    seq: int
    digest: str


_Name = tuple[str, str]
_End = tuple[int, str]


def chain_heads(
    *, regions: tuple[str, str] | None = None, county: str | None = None, within: Q | None = None
) -> list[ChainState]:
    """The head of every chain, in order of county and chain, optionally of one range of organisations or county.

    ``within`` is any other condition on ``county`` and ``chain``.
    """
    heads = Head.objects.order_by("county", "chain")
    if within is not None:
        heads = heads.filter(within)
    if regions is not None:
        heads = heads.filter(chain__gte=regions[0], chain__lt=regions[1])
    if county is not None:
        heads = heads.filter(county=county)
    return [ChainState(*row) for row in heads.values_list("county", "chain", "seq", "digest")]


def verify(
    chain: str | None = None,
    county: str | None = None,
    *,
    anchors: Path | None = None,
    trusted: Sequence[Ed25519PublicKey] = (),
) -> list[Break]:
    """Read the whole record (or one chain, or one county) and return the first break of every chain; empty means whole.

    Digests are computed anew from the stored text. With ``anchors`` (the folder of the anchor file) and the public keys
    ``trusted``, entries that an anchor saw must still be there and be the same: this finds a shortened end and a chain
    that was rewritten as a whole. Safe to run while others write.
    """
    if anchors is not None and not trusted:
        raise ValueError("anchors prove nothing without a key that is trusted")
    seen = read_anchors(anchors, trusted) if anchors is not None else Anchored()
    wanted = {name: value for name, value in (("chain", chain), ("county", county)) if value is not None}
    # Heads first: whatever is added while we read lies beyond them.
    heads = {
        (name[0], name[1]): (seq, end)
        for *name, seq, end in Head.objects.filter(**wanted).values_list("county", "chain", "seq", "digest")
    }
    anchored = {
        name: ends for name, ends in seen.seen.items() if county in (None, name[0]) and chain in (None, name[1])
    }
    breaks = list(seen.breaks)
    for name, rows in groupby(_rows(wanted), key=attrgetter("county", "chain")):
        found = _walk(name, rows, heads.pop(name, None), anchored.pop(name, {}))
        if found:
            breaks.append(found)
    breaks += [broken("head", *name, seq) for name, (seq, _) in sorted(heads.items()) if seq]
    breaks += [_lost(name, ends, 0) for name, ends in sorted(anchored.items()) if not heads.get(name, (0, ""))[0]]
    return breaks


def _rows(wanted: dict[str, str]) -> Iterator[Row]:
    rows = Entry.objects.filter(**wanted).order_by("county", "chain", "seq").values_list(*Row._fields)
    for row in rows.iterator(chunk_size=2000):
        yield Row(*row)


def _walk(name: _Name, rows: Iterator[Row], head: _End | None, anchored: dict[int, tuple[str, str]]) -> Break | None:
    seq, end = 0, GENESIS
    for row in rows:
        fault = check_row(row, seq, end)
        if fault:
            return fault
        seq, end = row.seq, row.digest
        if head and head[0] == seq and head[1] != end:
            return broken("head", *name, seq)
        if seq in anchored and anchored[seq][0] != end:
            return broken("anchor", *name, seq, day=anchored[seq][1])
    return _end_fault(name, seq, head) or (_lost(name, anchored, seq) if max(anchored, default=0) > seq else None)


def _end_fault(name: _Name, last: int, head: _End | None) -> Break | None:
    if head is None or head[0] < last:
        # Either entries were added since the heads were read, or somebody moved the head back.
        head = Head.objects.filter(county=name[0], chain=name[1]).values_list("seq", "digest").first()
        if head is None:
            return broken("headless", *name, last)
        return broken("head", *name, head[0]) if head[0] < last else None
    return broken("head", *name, head[0]) if head[0] > last else None


def _lost(name: _Name, anchored: dict[int, tuple[str, str]], last: int) -> Break:
    seq = min(number for number in anchored if number > last)
    return broken("tail", *name, seq, day=anchored[seq][1])
