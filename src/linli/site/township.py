"""The demonstration: the province, one township with its people and their matters. Only where LINLI_DEMO=1.

What people did is replayed through the same actions that pages use, each step at its own time in office hours, so that
clocks, history and record look as they would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from linli.base.clock import BEIJING, now
from linli.domains.intake.actions import handling, speaking
from linli.domains.intake.actions.submit import Submission, submit_request
from linli.domains.intake.queries.requests import own_request
from linli.domains.intake.rules.kinds import Channel, Kind, Privacy
from linli.kernel.access.actions import load_demo_accounts
from linli.kernel.access.models import Account
from linli.kernel.access.queries import actor_of
from linli.kernel.access.rules import ANONYMOUS, Actor
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.calendar.actions import load_calendar
from linli.kernel.calendar.queries import work_calendar
from linli.kernel.calendar.rules import received_on
from linli.kernel.cases.models import Case
from linli.kernel.parties.actions import load_notices
from linli.kernel.regions.actions import create_grid, load_regions
from linli.kernel.regions.queries import count_by_level
from linli.kernel.regions.rules import parent_of

Timed = Callable[[str, Callable[[], object]], None]
Progress = Callable[[str, int, int], None]
LONG_AGO = timedelta(days=60)
PARTS = {"d": "days", "h": "hours", "m": "minutes"}
TAKEN_IN_BY = {"phone": "he", "counter": "wang", "grid": "zhao"}
KINDS = {"suggest": "suggestion"}


def read(name: str) -> dict[str, Any]:
    """One of the demonstration's files."""
    return dict(yaml.safe_load((settings.INSTANCES / "demo" / name).read_text(encoding="utf-8")))


def accounts() -> dict[str, Any]:
    """The demonstration's people and their password."""
    return read("accounts.yaml")


def load(timed: Timed, progress: Progress) -> None:
    """Load what is not there yet; what is there stays as people left it."""
    load_calendar(settings.INSTANCES / "calendar", at=now())
    if not count_by_level()["community"]:
        folder = settings.INSTANCES / "henan" / "regions"
        timed("The province's regions", lambda: load_regions(folder, at=now() - LONG_AGO, progress=progress))
    township = read("township.yaml")
    if not count_by_level(township["region"])["grid"]:
        for grid in township["grids"]:
            create_grid(parent_of(grid["code"]), name=grid["name"], code=grid["code"], who=SYSTEM, at=now() - LONG_AGO)
    load_notices(settings.INSTANCES / "access" / "notices.yaml", at=now() - LONG_AGO)
    load_demo_accounts(settings.INSTANCES / "demo" / "accounts.yaml", at=now() - LONG_AGO)
    if not Case.objects.filter(type="request").exists():
        timed("What people of the township said", _requests)


@transaction.atomic  # all of it or nothing, so that a start that was broken off is simply repeated
def _requests() -> None:
    present = now()
    for number, entry in enumerate(read("requests.yaml")["requests"]):
        _replay(entry, f"demo-{number}", present)


def _replay(entry: Mapping[str, Any], key: str, present: datetime) -> None:
    """One request and what was done with it, up to the present."""
    at = min(in_office_hours(present - span(entry["ago"])), present)
    taker = TAKEN_IN_BY.get(entry["channel"], "")
    speaker = _actor(entry.get("agent") or entry.get("by") or taker, at)
    case = submit_request(speaker, _submission(entry), at=at, key=key).case
    for step in entry.get("steps", []):
        at = in_office_hours(at + span(step["after"]))
        if at > present:
            return
        _step(dict(step), case, at)


def _submission(entry: Mapping[str, Any]) -> Submission:
    named = bool(entry.get("by") or entry.get("phone") or entry.get("name"))
    person: Mapping[str, str] = next((one for one in accounts()["accounts"] if one["username"] == entry.get("by")), {})
    return Submission(
        region=entry["region"] + entry.get("grid", ""),
        text=entry["words"],
        title=entry["title"],
        kind=Kind(KINDS.get(entry["kind"], entry["kind"])),
        category=entry["class"],
        place=entry.get("place", ""),
        privacy=Privacy.NAMED if named else Privacy.ANONYMOUS,
        name=entry.get("name", "") or person.get("name", ""),
        phone=entry.get("phone", "") or person.get("phone", ""),
        channel=Channel(entry["channel"]),
        insist=True,
    )


def _step(step: dict[str, Any], case: Case, at: datetime) -> None:
    verb = next(iter(step))
    actor, words = _actor(step[verb], at), step.get("words", "")
    steps: dict[str, Callable[[], object]] = {
        "accept": lambda: handling.accept(actor, case.pk, at=at),
        "reply": lambda: handling.reply(actor, case.pk, text=words, at=at),
        "call_back": lambda: handling.call_back(
            actor, case.pk, reached=True, responded=True, solved=step["solved"], satisfied=step["satisfied"], at=at
        ),
        "close": lambda: handling.close_request(actor, case.pk, at=at),
        "reopen": lambda: handling.reopen(actor, case.pk, note=words, at=at),
        "hand_over": lambda: handling.hand_over(actor, case.pk, desk=step["to"], note=words, at=at),
        "rate": lambda: speaking.rate(actor, own_request(actor, case.pk), grade=step["stars"], words=words, at=at),
    }
    steps[verb]()


def _actor(username: str, at: datetime) -> Actor:
    return actor_of(Account.objects.get(username=username), at) if username else ANONYMOUS


def span(text: str) -> timedelta:
    """``6d``, ``2h``, ``40m``."""
    match = re.fullmatch(r"(\d+)([dhm])", text)
    if match is None:
        raise ValueError(f"{text} is no length of time; write 6d, 2h or 40m")
    return timedelta(**{PARTS[match[2]]: int(match[1])})


def in_office_hours(at: datetime) -> datetime:
    """The instant itself if offices are open then, else a quarter past their next opening."""
    calendar = work_calendar()
    day, local = received_on(at, calendar), at.astimezone(BEIJING)
    if day == local.date() and local.time() >= calendar.opens:
        return at
    return datetime.combine(day, calendar.opens, BEIJING) + timedelta(minutes=15)
