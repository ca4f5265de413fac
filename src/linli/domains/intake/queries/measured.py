"""What every number about requests counts, said once: the numbers page counts these rows, the desk's list shows them.

Every measure is about the requests that came in on the days of a period (a cohort), open and closed ones, never sealed
ones: a small count could name a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from linli.base.clock import BEIJING
from linli.base.errors import Denied, Invalid, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.models import Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.requests import TYPE
from linli.domains.intake.rules.measuring import RECEIVED
from linli.kernel.access.queries import holding, visible_to
from linli.kernel.access.queries.decide import refusal_for
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.permissions import Permission as Engine
from linli.kernel.regions.rules import covers, subtree

LONGEST = 3_700  # days
_OUT = ("refused", "transferred", "withdrawn")
COUNTED = Q(case__master=None) & ~Q(case__state__in=_OUT)
"""What rates are about: neither turned away nor taken back nor joined to another request."""
MEASURES: Mapping[str, Q] = {
    RECEIVED: Q(),
    "open": Q(case__closed_at=None),
    "finished": COUNTED & Q(case__state="closed"),
    "on_time": COUNTED & Q(on_time=True),
    "late": COUNTED & Q(on_time=False),
    "with_clock": COUNTED & Q(on_time__isnull=False),
    "no_clock_ended": COUNTED & Q(on_time=None),
    "refused": Q(case__state="refused", case__master=None),
    "merged": Q(case__master__isnull=False),
    "withdrawn": Q(case__state="withdrawn", case__master=None),
    "transferred": Q(case__state="transferred", case__master=None),
    "anonymous": COUNTED & Q(is_anonymous=True),
    "called_back": COUNTED & Q(responded__isnull=False),
    "not_called_back": COUNTED & Q(responded=None),
    "responded": COUNTED & Q(responded=True),
    "solved": COUNTED & Q(solved=True),
    "solved_known": COUNTED & Q(solved__isnull=False),
    "not_asked": COUNTED & Q(solved=None),
    "satisfied": COUNTED & Q(grade__gte=3),
    "rated": COUNTED & Q(grade__isnull=False),
    "not_rated": COUNTED & Q(grade=None),
    "rated_by_self": COUNTED & Q(grade__isnull=False, graded_by_self=True),
    "reopened": COUNTED & Q(reopened__gt=0),
    "replied": COUNTED & Q(first_replied_at__isnull=False),
    "never_answered": COUNTED & Q(first_replied_at=None),
    "bad": COUNTED & Q(rectification__isnull=False),
    "bad_fixed": COUNTED & Q(rectification__state="put_right"),
}


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, in Beijing; what came in on these days is counted."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), BEIJING)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), BEIJING)


def period_of(first: str, last: str, today: date) -> Period:
    """A period from two ISO dates; by default the last thirty days. Invalid for no dates or the wrong way round."""
    try:
        end = date.fromisoformat(last) if last else today
        start = date.fromisoformat(first) if first else end - timedelta(days=29)
    except (ValueError, OverflowError):
        raise Invalid(_no_period(), {"from": [_no_period().message]}) from None
    if start > end or (end - start).days > LONGEST or start.year < 1900 or end.year > 2200:
        raise Invalid(_no_period(), {"from": [_no_period().message]})
    return Period(start, end)


def _no_period() -> Refusal:
    return Refusal("intake.period", gettext_noop("Give the first and the last day, at most ten years apart."))


def measured(actor: Actor, region: str, period: Period, measure: str = RECEIVED) -> QuerySet[Request]:
    """The requests that a number counts, for an actor with the right to numbers. Invalid for an unknown measure."""
    if measure not in MEASURES:
        message = gettext_noop("There is no such number.")
        raise Invalid(Refusal("intake.measure", message), {"measure": [message]})
    cases = visible_to(actor, Permission.SEE_NUMBERS, Case.objects.filter(type=TYPE, sealed=False))
    low, high = subtree(region)
    return Request.objects.filter(
        MEASURES[measure], case__in=cases, case__region_id__gte=low, case__region_id__lt=high,
        case__opened_at__gte=period.start, case__opened_at__lt=period.end,
    )  # fmt: skip


def require_numbers(actor: Actor, region: str) -> None:
    """Denied without the right to numbers that covers a region; somebody of one unit sees that unit's own there."""
    if not any(covers(grant.region, region) for grant in holding(actor, Permission.SEE_NUMBERS)):
        raise Denied(refusal_for(actor, Permission.SEE_NUMBERS, region))


def opens(actor: Actor, region: str) -> bool:
    """Whether the numbers of a region open into their records: each right to the numbers comes with one to see the
    requests of at least the same place and desk. Without it a number stays a number."""
    numbers = [grant for grant in holding(actor, Permission.SEE_NUMBERS) if covers(grant.region, region)]
    seeing = holding(actor, Engine.SEE)

    def seen(region_: str, unit: str) -> bool:
        return any(
            covers(see.region, region) and (not see.unit or (see.unit, see.region) == (unit, region_)) for see in seeing
        )

    return bool(numbers) and all(seen(grant.region, grant.unit) for grant in numbers)
