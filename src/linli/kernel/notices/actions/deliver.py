"""Delivering what is due: claimed one by one before it leaves, marked afterwards, and never sent on a guess."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q

from linli.base.ciphers import SealBroken
from linli.kernel.notices.actions.gateways import Outgoing, hand_over
from linli.kernel.notices.models import Message
from linli.kernel.notices.queries.catalogue import parameters_at
from linli.kernel.notices.queries.gateways import Gateway, gateways
from linli.kernel.notices.queries.reach import agrees
from linli.kernel.notices.queries.undelivered import ADDRESS
from linli.kernel.notices.rules import Channel, Outcome, Parameters, Result, State, backoff, quiet_until
from linli.kernel.parties.queries import open_text

# After so many messages in a row that didn't get through, a channel rests until the next run: others aren't held up.
_PATIENCE = 3


def deliver_due(
    now: datetime,
    limit: int = 200,
    *,
    stopwatch: Callable[[], float] = time.monotonic,
    jitter: Callable[[], float] = random.random,
) -> int:
    """Send up to ``limit`` waiting messages per channel; returns how many gateways accepted. Not inside a transaction.

    ``now`` is when the run begins; the stopwatch only tells how long it has lasted, so that leases hold in a long run.
    """
    began = stopwatch()

    def tick() -> datetime:
        return now + timedelta(seconds=stopwatch() - began)

    ways = gateways()
    _take_back(now, ways)
    _without_gateway(now, ways)
    return sum(_run(gateway, limit, tick, jitter) for gateway in ways.values())


def erase_old(now: datetime, limit: int = 1000) -> int:
    """Empty words and addresses of messages settled longer ago than they are kept (个人信息保护法 47). Those that
    wait for a person's decision are kept twice as long, not for ever."""
    kept = timedelta(days=parameters_at(now).keep_days)
    done = Q(settled_at__lt=now - kept, state__in=[State.SENT, State.DISCARDED])
    stuck = Q(settled_at__lt=now - 2 * kept, state__in=[State.DEAD, State.UNCERTAIN])
    old = Message.objects.filter(done | stuck, erased_at=None)
    ids = list(old.values_list("pk", flat=True)[:limit])
    return Message.objects.filter(pk__in=ids).update(title="", body="", address="", link="", erased_at=now)


def _run(gateway: Gateway, limit: int, tick: Callable[[], datetime], jitter: Callable[[], float]) -> int:
    """One channel's due messages, oldest first, until it shows that it isn't there."""
    due = Message.objects.filter(state=State.WAITING, due_at__lte=tick(), channel=gateway.channel)
    accepted = failures = 0
    for id in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]):
        result = _one(id, gateway, tick, jitter)
        accepted += result == Outcome.ACCEPTED
        failures = failures + 1 if result in (Outcome.LATER, Outcome.UNKNOWN) else 0
        if failures >= _PATIENCE:
            break
    return accepted


def _one(id: UUID, gateway: Gateway, tick: Callable[[], datetime], jitter: Callable[[], float]) -> Outcome | None:
    """Claim, hand over, mark; None when there was nothing to do for this worker."""
    at = tick()
    parameters = parameters_at(at)
    claim = uuid4()
    if not _claimed(id, claim, at, parameters):
        return None
    message = Message.objects.get(pk=id)
    if _held_back(message, claim, at, parameters):
        return None
    try:
        outgoing = Outgoing(message, open_text(message.address, ADDRESS))
    except SealBroken:
        result = Result(Outcome.NEVER, "sealed")
    else:
        result = hand_over(gateway, outgoing)
    _mark(message, claim, result, gateway, at=tick(), jitter=jitter())
    return result.outcome


def _claimed(id: UUID, claim: UUID, at: datetime, parameters: Parameters) -> bool:
    """Make a waiting message this worker's own; committed before anything leaves, else a crash would send it again."""
    with transaction.atomic(durable=True):
        return bool(
            Message.objects.filter(pk=id, state=State.WAITING, due_at__lte=at).update(
                state=State.SENDING,
                claim=claim,
                lease_until=at + timedelta(seconds=parameters.lease_seconds),
                attempts=F("attempts") + 1,
            )
        )


def _held_back(message: Message, claim: UUID, at: datetime, parameters: Parameters) -> bool:
    """Put it back for the quiet hours, or end it where consent was withdrawn since it was written."""
    mine = Message.objects.filter(pk=message.pk, claim=claim, state=State.SENDING)
    quiet = quiet_until(at, parameters.quiet_from, parameters.quiet_to)
    if message.channel == Channel.SMS and not message.urgent and quiet is not None:
        mine.update(state=State.WAITING, due_at=quiet, attempts=F("attempts") - 1, claim=None, lease_until=None)
        return True
    if not message.necessary and not agrees(message.person):
        mine.update(state=State.DISCARDED, reason="withdrawn", settled_at=at, claim=None, lease_until=None)
        return True
    return False


def _mark(message: Message, claim: UUID, result: Result, gateway: Gateway, *, at: datetime, jitter: float) -> None:
    """Note what came of it, if the message still is this claim's: also when the lease ran out meanwhile."""
    mine = Message.objects.filter(pk=message.pk, claim=claim, state__in=[State.SENDING, State.UNCERTAIN])
    told = {"reason": result.reason, "detail": result.detail[:200]}
    if result.outcome == Outcome.ACCEPTED:
        mine.update(state=State.SENT, settled_at=at, lease_until=None, reason="", detail="")
    elif result.outcome == Outcome.UNKNOWN and not gateway.idempotent:
        mine.update(state=State.UNCERTAIN, settled_at=at, lease_until=None, **told)
    elif result.outcome == Outcome.NEVER or message.attempts >= parameters_at(at).attempts:
        mine.update(state=State.DEAD, settled_at=at, lease_until=None, **told)
    else:
        parameters = parameters_at(at)
        first, most = parameters.first_wait_seconds, parameters.longest_wait_seconds
        wait = backoff(message.attempts, timedelta(seconds=first), timedelta(seconds=most), jitter)
        mine.update(state=State.WAITING, due_at=at + wait, claim=None, lease_until=None, **told)


def _take_back(now: datetime, ways: dict[Channel, Gateway]) -> None:
    """Messages whose worker stopped midway: again where the gateway knows the id, otherwise for a person to decide."""
    lost = Message.objects.filter(state=State.SENDING, lease_until__lt=now)
    safe = [channel for channel, gateway in ways.items() if gateway.idempotent]
    lost.filter(channel__in=safe).update(
        state=State.WAITING, due_at=now, claim=None, lease_until=None, reason="stopped", detail=""
    )
    lost.exclude(channel__in=safe).update(
        state=State.UNCERTAIN, settled_at=now, lease_until=None, reason="stopped", detail=""
    )


def _without_gateway(now: datetime, ways: dict[Channel, Gateway]) -> None:
    """Messages written while a gateway was set up that is no more: a person decides, they don't wait for ever."""
    waiting = Message.objects.filter(state=State.WAITING, due_at__lte=now).exclude(channel__in=list(ways))
    waiting.update(state=State.DEAD, settled_at=now, reason="gateway_gone", detail="")
