"""The same step for many requests: first a preview that says what would happen to each, then one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.base.errors import LinliError, Refusal, Refused
from linli.base.text import gettext_noop
from linli.domains.intake.actions import handling
from linli.domains.intake.queries.requests import Found, get_request
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import choices

MOST = 200
BULK = ("accept", "dispatch", "close", "assign", "comment")
_STEPS = frozenset({"accept", "dispatch", "close"})


@dataclass(frozen=True)
class Outcome:
    """What would become, or became, of one request."""

    number: str
    title: str
    refusal: Refusal | None


@dataclass(frozen=True)
class Bulk:
    """A step for many, with what it needs: a desk, an account, a remark."""

    action: str
    desk: str = ""
    account: str = ""
    note: str = ""


def preview(actor: Actor, ids: Sequence[str], bulk: Bulk, *, at: datetime) -> list[Outcome]:
    """What would happen to each; nothing is changed. Requests the actor may not see are Missing."""
    _known(bulk, ids)
    return [_foreseen(actor, get_request(actor, one), bulk, at) for one in ids]


def run(actor: Actor, ids: Sequence[str], bulk: Bulk, *, at: datetime, key: str = "") -> list[Outcome]:
    """Take the step for each in a transaction of its own: those that cannot be done say why, the others are done. The
    same key does nothing twice."""
    _known(bulk, ids)
    return [_done(actor, get_request(actor, one), bulk, at, f"{key}:{one}"[:80] if key else "") for one in ids]


def _known(bulk: Bulk, ids: Sequence[str]) -> None:
    if bulk.action not in BULK:
        raise Refused(Refusal("intake.no_bulk", gettext_noop("This cannot be done for many at once.")))
    if not ids or len(ids) > MOST:
        raise Refused(Refusal("intake.bulk_size", gettext_noop("Pick between 1 and {most} requests."), {"most": MOST}))


def _foreseen(actor: Actor, found: Found, bulk: Bulk, at: datetime) -> Outcome:
    case = found.case
    if bulk.action not in _STEPS:
        return Outcome(case.number, case.title, None)
    offered = {choice.action: choice.refusal for choice in choices(actor, case, at)}
    missing = Refusal("intake.not_offered", gettext_noop("This step is not possible in its present state."))
    return Outcome(case.number, case.title, offered.get(bulk.action, missing))


def _done(actor: Actor, found: Found, bulk: Bulk, at: datetime, key: str) -> Outcome:
    steps: dict[str, Callable[[UUID], object]] = {
        "accept": lambda case: handling.accept(actor, case, at=at, key=key),
        "dispatch": lambda case: handling.dispatch(actor, case, desk=bulk.desk, note=bulk.note, at=at, key=key),
        "close": lambda case: handling.close_request(actor, case, note=bulk.note, at=at, key=key),
        "assign": lambda case: handling.assign(actor, case, account=bulk.account, at=at),
        "comment": lambda case: handling.comment(actor, case, text=bulk.note, at=at),
    }
    case: Case = found.case
    number, title = case.number, case.title
    try:
        steps[bulk.action](case.pk)
    except LinliError as error:
        return Outcome(number, title, error.refusal)
    return Outcome(number, title, None)
