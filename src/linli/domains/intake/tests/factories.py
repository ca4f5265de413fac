"""The fixed cast as actors, and one way to say something: what every test of requests begins with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from linli.domains.intake.actions.submit import Receipt, Submission, submit_request
from linli.domains.intake.rules.kinds import Kind, Privacy
from linli.kernel.access.rules import ANONYMOUS, Actor, Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.parties.actions.keys import make_keys

COMMUNITY = stage.COMMUNITY
HOUSING = "410102/housing"
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 2026-11-23, 09:00 in Beijing."""
HOUR = timedelta(hours=1)
LIFT = Submission(
    region=COMMUNITY,
    text="3号楼2单元的电梯从上周三开始一到四楼就停，楼里老人多，请来看看。",
    kind=Kind.HELP,
    place="桐柏路191号院3号楼",
    privacy=Privacy.NAMED,
    name="李芳",
    phone="13800010001",
)


@dataclass(frozen=True)
class Cast:
    """The house's cast as they stand at the door, and a handling unit of the county."""

    li: Actor
    wang: Actor
    zhao: Actor
    chen: Actor
    sun: Actor
    qian: Actor
    he: Actor
    zhou: Actor
    zheng: Actor
    stranger: Actor
    auditor: Actor
    nobody: Actor = ANONYMOUS


def cast() -> Cast:
    """Everyone, on the small tree."""
    make_keys()
    people = stage.cast()
    zheng = stage.member("zheng", "郑大鹏", Role.HANDLING_UNIT, stage.COUNTY, unit="housing")
    names = ("li", "wang", "zhao", "chen", "sun", "qian", "he", "zhou", "stranger", "auditor")
    return Cast(**{name: stage.as_actor(getattr(people, name)) for name in names}, zheng=stage.as_actor(zheng))


def say(actor: Actor, *, at: datetime = MONDAY, key: str = "", **changes: object) -> Receipt:
    """A request about a lift, with changes."""
    return submit_request(actor, replace(LIFT, **changes), at=at, key=key)  # type: ignore[arg-type]
