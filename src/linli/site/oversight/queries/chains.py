"""Chains, anchors, and a check that goes on in steps: each step reads whole counties until its time is over."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db.models import Q

from linli.base.text import gettext_noop
from linli.kernel.access.rules import Actor
from linli.kernel.audit.models import Entry
from linli.kernel.audit.queries import ChainState, chain_heads, public_key, verify
from linli.kernel.audit.queries.anchors import ANCHORS, read_anchors, read_lines
from linli.kernel.audit.rules import Anchor, Break
from linli.site.oversight.queries.reach import reaches, record_within
from linli.site.oversight.rules import Reach

SEE, VERIFY = "audit.see_record", "audit.verify_record"
STEP_SECONDS = 4.0
"""How long one step of a check may begin reading another county."""
MOST_BREAKS = 20
ANCHORS_SHOWN, HEADS_COMPARED, AT_ONCE = 10, 2000, 200


def anchor_folder() -> Path:
    return Path(settings.HOME) / "anchors"


def trusted() -> list[Ed25519PublicKey]:
    """The public key of this installation's anchors, when there is one."""
    path = Path(settings.KEYS) / "audit-anchor.pub"
    return [public_key(path)] if path.exists() else []


@dataclass(frozen=True)
class Check:
    """A check in progress. Kept in the session between two steps, so it survives a restart and can be gone on with."""

    started: str
    county: str | None = None
    chain: str | None = None
    reached: str | None = None
    chains: int = 0
    entries: int = 0
    of_chains: int = 0
    of_entries: int = 0
    broken: int = 0
    breaks: list[dict[str, object]] = field(default_factory=list)
    done: bool = False

    @property
    def percent(self) -> int:
        """How much of the record has been read, in per cent of its entries."""
        return 100 if self.done else min(99, 100 * self.entries // self.of_entries) if self.of_entries else 0


def heads_seen(actor: Actor) -> list[ChainState]:
    """The heads an actor may see."""
    return chain_heads(within=record_within(actor, SEE))


def go_on(actor: Actor, check: Check, *, seconds: float = STEP_SECONDS) -> Check:
    """Read on where the check stands: at least one county, and others until ``seconds`` have passed."""
    wanted = _wanted(actor, check)
    counties = _counties(wanted, reaches(actor, VERIFY), check)
    until = time.monotonic() + seconds
    values = {**vars(check), "of_chains": len(wanted), "of_entries": sum(head.seq for head in wanted)}
    for county in counties:
        if check.reached is not None and county <= check.reached:
            continue
        _read(actor, county, [head for head in wanted if head.county == county], values)
        if time.monotonic() >= until and county != counties[-1]:
            return Check(**values)
    return Check(**{**values, "done": True})


def _wanted(actor: Actor, check: Check) -> list[ChainState]:
    heads = chain_heads(within=record_within(actor, VERIFY), county=check.county)
    return [head for head in heads if check.chain in (None, head.chain)]


def _counties(heads: Iterable[ChainState], held: Sequence[Reach], check: Check) -> list[str]:
    """Counties with a chain, and those an anchor saw one of: a county whose chains were all deleted is read too."""
    anchored = read_anchors(anchor_folder(), trusted()).seen if trusted() else {}
    lost = {
        county for county, chain in anchored
        if check.county in (None, county) and check.chain in (None, chain) and _held(held, county, chain)
    }  # fmt: skip
    return sorted({head.county for head in heads} | lost)


def _held(held: Sequence[Reach], county: str, chain: str) -> bool:
    return any(reach.holds(county, chain) for reach in held)


def _read(actor: Actor, county: str, heads: Sequence[ChainState], values: dict[str, object]) -> None:
    keys = trusted()
    folder = anchor_folder() if keys and anchor_folder().exists() else None
    chain = values["chain"]
    held = reaches(actor, VERIFY)
    found = verify(str(chain) if chain is not None else None, county, anchors=folder, trusted=keys)
    breaks = list(values["breaks"])  # type: ignore[call-overload]
    known = {(one["county"], one["chain"], one["kind"], one["seq"]) for one in breaks}
    for one in found:
        of_file = not one.county and not one.chain
        if (one.county, one.chain, one.kind, one.seq) in known or not (of_file or _held(held, one.county, one.chain)):
            continue
        values["broken"] = int(values["broken"]) + 1  # type: ignore[call-overload]
        if len(breaks) < MOST_BREAKS:
            breaks.append(_plain(one))
    values["breaks"], values["reached"] = breaks, county
    values["chains"] = int(values["chains"]) + len(heads)  # type: ignore[call-overload]
    values["entries"] = int(values["entries"]) + sum(head.seq for head in heads)  # type: ignore[call-overload]


def _plain(one: Break) -> dict[str, object]:
    return {
        "county": one.county, "chain": one.chain, "seq": one.seq, "kind": one.kind, "message": one.message,
        "params": {name: value if isinstance(value, int) else str(value) for name, value in one.params.items()},
    }  # fmt: skip


def entry_ids(breaks: Sequence[dict[str, object]]) -> dict[tuple[object, object, object], str]:
    """The entries that breaks name, to be opened: (county, chain, seq) → id; one query."""
    wanted = Q(pk__in=[])
    for one in breaks:
        wanted |= Q(county=one["county"], chain=one["chain"], seq=one["seq"])
    rows = Entry.objects.filter(wanted).values_list("county", "chain", "seq", "pk") if breaks else []
    return {(county, chain, seq): str(key) for county, chain, seq, key in rows}


@dataclass(frozen=True)
class AnchorLine:
    """One day's anchor. ``state``: holds, broken (``words``), behind a broken one, or not compared here."""

    number: int
    day: str
    heads: int
    key: str
    state: str
    words: str = ""
    params: dict[str, object] = field(default_factory=dict)


def anchors_seen(actor: Actor) -> list[AnchorLine]:
    """The latest anchors, newest first, each compared with the entries it saw where this actor may see them."""
    path = anchor_folder() / ANCHORS
    keys = trusted()
    if not path.exists():
        return []
    latest = _latest(path)
    fault = next(iter(read_anchors(anchor_folder(), keys).breaks), None) if keys else None
    held = reaches(actor, SEE)
    compared = 0
    lines = []
    for anchor in latest:
        mine = [head for head in anchor.heads if _held(held, head[0], head[1])]
        compared += len(mine)
        lines.append(_judged(anchor, mine, fault, bool(keys), compared <= HEADS_COMPARED))
    return lines


def _latest(path: Path) -> list[Anchor]:
    """The last anchors that can be read, newest first."""
    latest: list[Anchor] = []
    try:
        for _line, anchor in read_lines(path):
            latest = [anchor, *latest[: ANCHORS_SHOWN - 1]]
    except ValueError:
        pass  # a line that is no anchor: what stands before it is shown, and the fault names the line
    return latest


def _judged(
    anchor: Anchor, heads: Sequence[tuple[str, str, int, str]], fault: Break | None, signed: bool, compare: bool
) -> AnchorLine:
    told = (anchor.number, anchor.day, len(heads), anchor.key)
    if not signed:
        return AnchorLine(*told, "unsure", gettext_noop("The key that signs anchors is not here."))
    if fault is not None and anchor.number == fault.seq:
        return AnchorLine(*told, "broken", fault.message, dict(fault.params))
    if fault is not None and anchor.number > fault.seq:
        return AnchorLine(*told, "unsure", gettext_noop("An anchor before this one is broken."))
    if not compare:
        return AnchorLine(*told, "unsure", gettext_noop("Too many entries to compare here: check the whole record."))
    wrong = next(_unlike(heads), None)
    if wrong is None:
        return AnchorLine(*told, "holds")
    return AnchorLine(
        *told, "broken", gettext_noop("Entry {seq} of {chain} is not what this anchor saw."),
        {"seq": wrong[2], "chain": wrong[1]},
    )  # fmt: skip


def _unlike(heads: Sequence[tuple[str, str, int, str]]) -> Iterator[tuple[str, str, int, str]]:
    """Anchored ends that the record no longer has as they were."""
    for start in range(0, len(heads), AT_ONCE):
        part = sorted(heads[start : start + AT_ONCE])
        wanted = Q(pk__in=[])
        for county, group in groupby(part, key=lambda head: head[0]):
            some = list(group)
            wanted |= Q(county=county, chain__in=[head[1] for head in some], seq__in=[head[2] for head in some])
        rows = Entry.objects.filter(wanted).values_list("county", "chain", "seq", "digest")
        stored = {(county, chain, seq): end for county, chain, seq, end in rows}
        yield from (head for head in part if stored.get(head[:3]) != head[3])


def by_county(heads: Sequence[ChainState]) -> list[tuple[str, list[ChainState]]]:
    """Heads grouped by the county they lie in."""
    return [(county, list(group)) for county, group in groupby(heads, key=attrgetter("county"))]
