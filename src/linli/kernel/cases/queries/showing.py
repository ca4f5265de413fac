"""Cases as plain mappings in the reader's language, the same for pages and the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from linli.base.errors import Refusal
from linli.kernel.access.queries import may_somewhere
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries.choices import Choice
from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.queries.queue import QueueRow
from linli.kernel.cases.queries.reading import ClockView, CommentView, HistoryLine, LinkView
from linli.kernel.cases.queries.speaking import say
from linli.kernel.cases.rules.decide import permissions_of
from linli.kernel.cases.rules.registry import current_types
from linli.kernel.cases.rules.shapes import ANYONE, CaseType


def types_for(actor: Actor) -> list[CaseType]:
    """The types with the engine's own doors that an actor may open somewhere."""
    return [kind for kind in current_types() if not kind.own_doors and may_open(actor, kind)]


def may_open(actor: Actor, kind: CaseType) -> bool:
    """Whether an actor may open cases of a type in any place."""
    if ANYONE in kind.open.who:
        return True
    return any(may_somewhere(actor, permission) for permission in permissions_of(kind.open.who))


def show_type(kind: CaseType) -> dict[str, Any]:
    """A type with its form."""
    return {
        "type": kind.type, "version": kind.version, "title": say(kind.title),
        "summary": say(kind.summary) if kind.summary else "", "form": kind.open.form,
    }  # fmt: skip


def show_case(case: Case) -> dict[str, Any]:
    """A case as it stands."""
    kind = type_of(case)
    return {
        "id": case.pk, "number": case.number, "type": case.type, "type_version": case.type_version,
        "type_title": say(kind.title), "state": case.state, "state_title": say(kind.states[case.state].title),
        "title": case.title, "region": case.region_id, "region_name": case.region.name, "handler": case.handler,
        "assignee": case.assignee_id, "urgency": case.urgency, "channel": case.channel, "sealed": case.sealed,
        "opened_at": case.opened_at, "due_at": case.due_at, "closed_at": case.closed_at, "outcome": case.outcome,
        "parent": case.parent_id, "master": case.master_id, "counter": case.counter, "data": case.data,
    }  # fmt: skip


def show_row(row: QueueRow) -> dict[str, Any]:
    """A line of a queue."""
    return {
        "id": row.id, "number": row.number, "type": row.type, "state": row.state, "state_title": say(row.state_title),
        "title": row.title, "region": row.region, "region_name": row.region_name, "handler": row.handler,
        "urgency": row.urgency, "opened_at": row.opened_at, "due_at": row.due_at, "overdue": row.overdue,
        "next_steps": [name for name, _ in row.next_steps],
    }  # fmt: skip


def show_choice(choice: Choice, sentence: str) -> dict[str, Any]:
    """A step; ``sentence`` is its refusal as the door says it."""
    return {
        "action": choice.action, "title": say(choice.title), "to": choice.to, "primary": choice.primary,
        "possible": choice.possible, "note": choice.note, "form": choice.form, "refusal": sentence,
        "article": choice.refusal.article if choice.refusal else "",
    }  # fmt: skip


def show_line(line: HistoryLine) -> dict[str, Any]:
    """A line of history."""
    return {
        "seq": line.seq, "at": line.at, "action": line.action, "title": say(line.title), "state": say(line.state),
        "name": line.name, "role": line.role, "note": line.note, "data": line.data, "public": line.is_public,
    }  # fmt: skip


def show_clock(clock: ClockView) -> dict[str, Any]:
    """A clock."""
    return {
        "key": clock.key, "kind": clock.kind, "title": say(clock.title), "started_at": clock.started_at,
        "due_at": clock.due_at, "stopped_at": clock.stopped_at, "running": clock.running, "paused": clock.paused,
        "overdue": clock.overdue, "percent": clock.percent, "source": clock.source,
    }  # fmt: skip


def show_comment(comment: CommentView) -> dict[str, Any]:
    """A remark."""
    return {
        "id": comment.id, "at": comment.at, "name": comment.name, "role": comment.role, "text": comment.text,
        "public": comment.is_public,
    }  # fmt: skip


def show_link(link: LinkView) -> dict[str, Any]:
    """A linked case."""
    return {
        "case": link.case, "kind": link.kind, "direction": link.direction, "number": link.number, "title": link.title,
        "open": link.is_open,
    }  # fmt: skip


def sentence_of(refusal: Refusal | None) -> str:
    """A refusal's message in the reader's language with its places filled."""
    if refusal is None:
        return ""
    return gettext(refusal.message).format(**refusal.params) if refusal.params else gettext(refusal.message)


def explained(refusal: Refusal | None) -> dict[str, str] | None:
    """A refusal as a page shows it: the sentence, its article, and what to do now."""
    if refusal is None:
        return None
    return {
        "sentence": sentence_of(refusal),
        "article": refusal.article,
        "advice": gettext(refusal.advice) if refusal.advice else "",
    }


def state_of(case: Case) -> str:
    """A case's state in words."""
    return say(type_of(case).states[case.state].title)
