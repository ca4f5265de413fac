"""Views as plain values for JSON, with words in the caller's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.base.errors import Refusal
from linli.domains.intake.queries.desk import Desk, Row
from linli.domains.intake.queries.timeline import Matter
from linli.domains.intake.rules.figures import Figures, Rate
from linli.domains.intake.rules.wording import Line


class _Places(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def show_refusal(refusal: object) -> str:
    """A refusal as a sentence; "" for None."""
    if not isinstance(refusal, Refusal):
        return ""
    return _(refusal.message).format_map(_Places(refusal.params))


def show_line(line: Line) -> dict[str, Any]:
    """One line of the resident's timeline."""
    params = {name: _(str(value)) if name == "grade" and value else value for name, value in line.params.items()}
    text = "" if line.message == "{text}" else _(line.message).format_map(_Places(params))
    return {"at": line.at, "action": line.action, "text": text, "who": line.who, "words": line.words}


def show_matter(view: Matter) -> dict[str, Any]:
    """A request as the person who asked sees it."""
    case, request = view.case, view.request
    return {
        "id": case.pk, "number": case.number, "title": case.title, "text": request.text, "state": case.state,
        "state_name": _(view.state), "kind": request.kind, "category": request.category, "category_name": view.category,
        "region": case.region_id, "region_name": case.region.name, "place": request.place, "holder": view.holder,
        "opened_at": case.opened_at, "due_at": view.clock.due_at if view.clock and not view.clock.stopped_at else None,
        "closed_at": case.closed_at, "reply": view.reply, "grade": request.grade,
        "timeline": [show_line(line) for line in view.lines],
        "steps": [name for name, own in view.steps.items() if own.refusal is None],
    }  # fmt: skip


def show_request(view: Desk) -> dict[str, Any]:
    """A request on the desk."""
    case, request = view.case, view.request
    return {
        "id": case.pk,
        "number": case.number,
        "title": case.title,
        "text": request.text,
        "state": case.state,
        "state_name": _(view.state),
        "kind": request.kind,
        "category": request.category,
        "suggested": request.suggested,
        "confidence": request.confidence,
        "region": case.region_id,
        "region_name": case.region.full_name,
        "place": request.place,
        "longitude": request.longitude,
        "latitude": request.latitude,
        "handler": case.handler,
        "handler_name": view.holder,
        "channel": request.channel,
        "sealed": case.sealed,
        "urgency": case.urgency,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "person": view.person.name,
        "phone": view.person.phone,
        "anonymous": request.is_anonymous,
        "reply": request.reply,
        "grade": request.grade,
        "reopened": request.reopened,
        "support": request.support,
        "steps": [
            {
                "action": step.action,
                "title": step.title,
                "primary": step.is_primary,
                "refusal": show_refusal(step.refusal),
            }
            for step in view.steps
        ],
    }


def show_row(row: Row) -> dict[str, Any]:
    """A request in a list."""
    names = (
        "id", "number", "title", "state", "category", "region_name", "place", "handler", "opened_at", "due_at",
        "closed_at", "left", "urgency", "sealed",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"kind": _(row.kind)}


def show_rate(rate: Rate) -> dict[str, Any]:
    """A rate with what is counted and what is left out."""
    return {"part": rate.part, "whole": rate.whole, "percent": rate.percent, "excluded": dict(rate.excluded)}


def show_figures(region: str, name: str, found: Figures) -> dict[str, Any]:
    """The numbers of one region."""
    rates = {
        key: show_rate(getattr(found, key)) for key in ("on_time", "response", "solution", "satisfaction", "reopening")
    }
    hours = round(found.median.total_seconds() / 3600, 1) if found.median is not None else None
    return {
        "region": region,
        "name": name,
        "received": found.tally.received,
        "open": found.tally.open,
        "median_hours": hours,
        **rates,
    }
