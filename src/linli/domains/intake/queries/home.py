"""What the resident's first page and first step need: the community, places to choose from, own matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from linli.base.clock import BEIJING
from linli.base.errors import Missing
from linli.domains.intake.queries.parameters import parameters_for
from linli.domains.intake.queries.requests import Found, own_requests
from linli.domains.intake.rules.guards import promised
from linli.domains.intake.rules.kinds import STATE_NAMES
from linli.domains.intake.rules.parameters import OfficeHours
from linli.kernel.access.rules import Actor
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.cases.rules import get_type
from linli.kernel.regions.queries import children, get_region, match_address, path
from linli.kernel.regions.rules import Level, UnitType, is_code, short_name

COLUMNS, WIDTH, HEIGHT, GAP = 3, 200, 64, 8


@dataclass(frozen=True)
class Community:
    """The community somebody lives in, as the frame of the page shows it."""

    code: str
    name: str
    phone: str
    hours: OfficeHours


@dataclass(frozen=True)
class Choice:
    """A place to choose, with the reasons why it is offered."""

    code: str
    name: str
    full_name: str
    reasons: tuple[str, ...] = ()
    is_last: bool = True


@dataclass(frozen=True)
class Tile:
    """A community as a square of the schematic map."""

    code: str
    name: str
    x: int
    y: int
    is_home: bool


@dataclass(frozen=True)
class Row:
    """One of the actor's own requests as a line: what, where it stands, until when."""

    found: Found
    state: str
    left: str
    due_at: datetime | None


def community_of(code: str, at: datetime) -> Community | None:
    """The community of a remembered code; None when there is none or it is unknown."""
    if not is_code(code):
        return None
    try:
        region = get_region(code)
        hours = parameters_for(region.code, at.astimezone(BEIJING).date()).hours
    except Missing:
        return None
    name = short_name(region.name, Level(region.level), UnitType(region.unit_type))
    return Community(region.code, name, hours.phone, hours)


COMMUNITY = 12  # digits of a community's code; a grid's has three more


def home_of(actor: Actor, remembered: str, at: datetime) -> Community | None:
    """The remembered community, else the one of the actor's latest request."""
    if remembered:
        return community_of(remembered, at)
    latest = own_requests(actor, limit=1) if not actor.is_anonymous else []
    return community_of(latest[0].case.region_id[:COMMUNITY], at) if latest else None


def candidates(words: str, within: str, limit: int = 6) -> list[Choice]:
    """Communities an address may lie in, best first, each with its reasons; near home, else in the whole province."""
    found = match_address(words, within or None, limit) or (match_address(words, None, limit) if within else [])
    return [
        Choice(
            one.code,
            one.full_name,
            one.full_name,
            tuple(_(reason) for reason in one.reasons),
            one.level >= Level.COMMUNITY,
        )
        for one in found
    ]


def inside(code: str) -> tuple[list[Choice], list[Choice]]:
    """The way down to a region and the units right inside it, for choosing from a list."""
    above = [Choice(region.code, region.name, region.full_name) for region in path(code)] if code else []
    below = [
        Choice(region.code, region.name, region.full_name, is_last=region.level >= Level.COMMUNITY)
        for region in children(code or "41")
        if region.level <= Level.COMMUNITY
    ]
    return above, below


def tiles(choices: Sequence[Choice], home: str) -> tuple[list[Tile], int]:
    """The communities of a township as squares, three in a row, and the height of the drawing."""
    drawn = [
        Tile(
            choice.code, choice.name.removesuffix("居民委员会").removesuffix("居委会").removesuffix("村委会"),
            GAP + (index % COLUMNS) * (WIDTH + GAP), GAP + (index // COLUMNS) * (HEIGHT + GAP), choice.code == home,
        )
        for index, choice in enumerate(choices)
        if choice.is_last
    ]  # fmt: skip
    rows = (len(drawn) + COLUMNS - 1) // COLUMNS
    return drawn, GAP + rows * (HEIGHT + GAP)


def clock_state(due: datetime | None, closed: datetime | None, at: datetime) -> str:
    """exceeded, today, soon (this week), later, stopped: the words and shapes of parts/clock.html."""
    if closed is not None or due is None:
        return "stopped"
    if due < at:
        return "exceeded"
    local = at.astimezone(BEIJING)
    midnight = datetime.combine(local.date(), time(0), BEIJING) + timedelta(days=1)
    if due < midnight:
        return "today"
    return "soon" if due < midnight + timedelta(days=6 - local.weekday()) else "later"


def my_rows(actor: Actor, at: datetime, limit: int = 50) -> list[Row]:
    """The actor's own requests as lines; two queries however many."""
    return [
        Row(found, STATE_NAMES[found.case.state], clock_state(_due(found), found.case.closed_at, at), _due(found))
        for found in own_requests(actor, limit)
    ]


def _due(found: Found) -> datetime | None:
    """What the person waits for; what the desk owes the police in a sealed matter is not theirs to watch."""
    return None if found.case.state == "replied" or found.case.sealed else found.case.due_at


def is_open_now(hours: OfficeHours, at: datetime) -> bool:
    """Whether the desk answers at this moment (office hours, every day of the week)."""
    local = at.astimezone(BEIJING)
    return hours.opens <= local.time() < hours.closes


def promised_answer(kind: str, at: datetime) -> datetime:
    """The date to tell before anybody has signed: passed on within a day, signed for within the next, then the days
    of its kind."""
    spec = get_type("request")
    calendar = work_calendar(spec.jurisdiction)
    started = promised(spec.clocks["sign"].span, promised(spec.clocks["dispatch"].span, at, calendar), calendar)
    return promised(spec.clocks["handle"].span_for({"kind": kind}), started, calendar)
