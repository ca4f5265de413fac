"""Pure decisions of those who watch: how far a grant reaches into the record, and when a figure needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from linli.base.clock import BEIJING
from linli.base.text import gettext_noop
from linli.kernel.regions.rules import county_of, subtree

COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Reach:
    """What one grant opens of the record. A line lies in a county and was written by an organisation (its chain).

    A county's auditor reads every line of that county, whoever wrote it, and what the county's own organisations wrote
    about no county at all; never a line of another county. The province's auditor reads the program's own lines too.
    """

    region: str
    unit: str = ""

    @property
    def counties(self) -> tuple[str, str] | None:
        """The range of counties whose every line is open; None for a grant inside a county."""
        return subtree(self.region) if len(self.region) <= COUNTY_DIGITS and not self.unit else None

    @property
    def chains(self) -> tuple[str, str]:
        """The range of organisations whose lines are open where the county says nothing against it."""
        return subtree(self.region)

    @property
    def home(self) -> tuple[str, ...]:
        """Counties a line of an organisation inside the reach may lie in."""
        return ("",) if self.counties else ("", county_of(self.region))

    @property
    def sees_system(self) -> bool:
        """Whether the program's own chain is open: tables loaded, anchors, what belongs to no county."""
        return len(self.region) <= 2 and not self.unit

    def holds(self, county: str, chain: str) -> bool:
        """Whether a line of this county and chain is open."""
        if self.unit:
            return county in self.home and chain == f"{self.region}/{self.unit}"
        if self.counties and self.counties[0] <= county < self.counties[1]:
            return True
        if self.sees_system and not county and chain == "system":
            return True
        return county in self.home and self.chains[0] <= chain < self.chains[1]


@dataclass(frozen=True)
class Light:
    """One thing on the state page: how it stands, and what to do. Words are msgids with ``{named}`` places."""

    key: str
    tone: str
    words: str
    params: Mapping[str, object] = field(default_factory=dict)
    advice: str = ""


WORKER_SILENT = timedelta(minutes=2)
OUTBOX_LATE = timedelta(minutes=15)
KEY_AGE = timedelta(days=365)
LITTLE_ROOM, NO_ROOM = 0.15, 0.05
NO_ROOM_BYTES = 2**30


def worker_light(last: datetime | None, at: datetime) -> Light:
    """Whether a worker has done its rounds in the last two minutes."""
    advice = gettext_noop("Start it with “linli worker”; nothing is lost meanwhile, it only waits.")
    if last is None:
        return Light("worker", "bad", gettext_noop("No worker has ever run here."), advice=advice)
    if at - last > WORKER_SILENT:
        return Light(
            "worker", "bad", gettext_noop("The worker has been silent since {since}."), {"since": last}, advice
        )
    return Light("worker", "good", gettext_noop("The worker runs."))


def outbox_light(waiting: int, dead: int, oldest: datetime | None, at: datetime) -> Light:
    """Whether events reach those who listen."""
    if dead:
        words = gettext_noop("Undeliverable and waiting for a decision: {dead}.")
        return Light("outbox", "bad", words, {"dead": dead}, gettext_noop("Read the error, then retry or skip them."))
    if oldest is not None and at - oldest > OUTBOX_LATE:
        words = gettext_noop("Waiting: {waiting}, the oldest since {since}.")
        advice = gettext_noop("See whether the worker runs and what its log says.")
        return Light("outbox", "warn", words, {"waiting": waiting, "since": oldest}, advice)
    return Light("outbox", "good", gettext_noop("Events are delivered; on their way: {waiting}."), {"waiting": waiting})


def notices_light(stuck: int) -> Light:
    """Whether messages to people got stuck."""
    if not stuck:
        return Light("notices", "good", gettext_noop("Every message to people went out or is on its way."))
    words = gettext_noop("Stuck messages to people: {stuck}.")
    return Light(
        "notices", "warn", words, {"stuck": stuck}, gettext_noop("Send them again, or discard them with a reason.")
    )


def clocks_light(exceeded: int, soon: int) -> Light:
    """How many matters are past their time."""
    params = {"exceeded": exceeded, "soon": soon}
    if exceeded:
        words = gettext_noop("Past their time: {exceeded}; due within a day: {soon}.")
        return Light("clocks", "warn", words, params, gettext_noop("The desks see them first in their queue."))
    return Light("clocks", "good", gettext_noop("No matter is past its time; due within a day: {soon}."), params)


def disk_light(free: int, total: int) -> Light:
    """Whether there is room; bytes."""
    share = free / total if total else 0.0
    params = {"free": free, "total": total}
    words = gettext_noop("{free} of {total} are free.")
    if share < NO_ROOM or free < NO_ROOM_BYTES:
        advice = gettext_noop("Make room now: when the disk is full nothing more can be written.")
        return Light("disk", "bad", words, params, advice)
    if share < LITTLE_ROOM:
        return Light("disk", "warn", words, params, gettext_noop("Plan for more room soon."))
    return Light("disk", "good", words, params)


def keys_light(changed: datetime | None, count: int, at: datetime) -> Light:
    """How old the keys are that seal personal data; a change every year is the custom."""
    if changed is None:
        return Light("keys", "info", gettext_noop("The keys come from the environment; their age is not known here."))
    params = {"changed": changed, "count": count}
    words = gettext_noop("The keys that seal personal data were last changed {changed}; {count} are kept.")
    if at - changed > KEY_AGE:
        advice = gettext_noop("The security administrator changes them once a year.")
        return Light("keys", "warn", words, params, advice)
    return Light("keys", "good", words, params)


def anchors_light(last: date | None, entries: int, at: datetime) -> Light:
    """Whether yesterday's ends of the chains stand in the file outside the database."""
    yesterday = at.astimezone(BEIJING).date() - timedelta(days=1)
    advice = gettext_noop("The worker writes an anchor every day; see its log.")
    if last is None:
        tone = "warn" if entries else "info"
        return Light("anchors", tone, gettext_noop("No anchor has been written yet."), advice=advice)
    if last < yesterday:
        return Light("anchors", "warn", gettext_noop("The last anchor is of {last}."), {"last": last}, advice)
    return Light(
        "anchors", "good", gettext_noop("Anchored up to {last}."), {"last": last},
        gettext_noop("Copy the anchors to another machine every day."),
    )  # fmt: skip


def calendar_light(today: date, confirmed: frozenset[int], known: frozenset[int]) -> Light:
    """Whether due dates of this year stand, and from December on those of the next."""
    advice = gettext_noop("Compare the table with the published notice and confirm it.")
    wanted = [today.year] + ([today.year + 1] if today.month == 12 else [])
    for year in wanted:
        if year not in known:
            words = gettext_noop("There is no table of working days for {year}.")
            return Light("calendar", "warn", words, {"year": year}, gettext_noop("Load it with “linli calendar load”."))
        if year not in confirmed:
            words = gettext_noop("The working days of {year} are not confirmed; due dates in it are provisional.")
            return Light("calendar", "warn", words, {"year": year}, advice)
    return Light("calendar", "good", gettext_noop("The working days of {year} are confirmed."), {"year": today.year})
