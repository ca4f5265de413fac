"""How the system stands, in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from linli.base.clock import now
from linli.base.errors import Missing
from linli.kernel.access.queries import ActorRequest, may_somewhere, require_somewhere
from linli.kernel.cases.queries.speaking import say
from linli.kernel.cases.rules import get_type
from linli.site.answers import sentence
from linli.site.oversight.permissions import Permission
from linli.site.oversight.queries.state import gather, lights
from linli.site.oversight.rules import Light
from linli.site.templatetags.linli import day, moment

TITLES = {
    "worker": gettext_noop("Worker"),
    "outbox": gettext_noop("Events"),
    "notices": gettext_noop("Messages to people"),
    "clocks": gettext_noop("Due dates"),
    "disk": gettext_noop("Room on the disk"),
    "keys": gettext_noop("Keys of sealed data"),
    "anchors": gettext_noop("Anchors"),
    "calendar": gettext_noop("Working days"),
}
TONES = {
    "good": gettext_noop("In order"),
    "warn": gettext_noop("Look at it"),
    "bad": gettext_noop("Act now"),
    "info": gettext_noop("To know"),
}
JOBS = {
    "deliver": gettext_noop("deliver events"),
    "escalate": gettext_noop("steps of exceeded clocks"),
    "notices": gettext_noop("send messages"),
    "anchor": gettext_noop("write the daily anchor"),
    "clean": gettext_noop("clean up"),
}
LINKS = {
    "outbox": ("oversight:undelivered", Permission.SETTLE_DELIVERY),
    "notices": ("notices:dead", "notices.manage"),
    "calendar": ("oversight:years", "calendar.confirm_year"),
}


@require_GET
def state(request: ActorRequest) -> HttpResponse:
    """One sentence, then every light, then the figures behind them."""
    require_somewhere(request.actor, Permission.SEE_STATE)
    found = gather(now())
    rows = [_row(request, light) for light in lights(found)]
    context = {
        "found": found, "rows": rows, "wanting": [row for row in rows if row["tone"] in ("bad", "warn")],
        "bad": any(row["tone"] == "bad" for row in rows),
        "cases": _cases(found["cases"]),
        "jobs": [(_(JOBS.get(job, job)), ended) for job, ended in found["jobs"].items()],
        "chains": len(found["chains"]), "entries": sum(chain["seq"] for chain in found["chains"]),
        "size": filesizeformat(found["database"]["size"]),
    }  # fmt: skip
    return render(request, "oversight/state.html", context)


def _row(request: ActorRequest, light: Light) -> dict[str, Any]:
    params = {name: _said(light.key, value) for name, value in light.params.items()}
    name, permission = LINKS.get(light.key, ("", ""))
    may = bool(name) and light.tone != "good" and may_somewhere(request.actor, permission)
    return {
        "tone": light.tone, "tone_said": _(TONES[light.tone]), "title": _(TITLES[light.key]),
        "words": sentence(light.words, params), "advice": _(light.advice) if light.advice else "",
        "address": reverse(name) if may else "",
    }  # fmt: skip


def _said(key: str, value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int) and key == "disk":
        return filesizeformat(value)
    return f"{value:,}" if isinstance(value, int) and key != "calendar" else value


def _cases(found: dict[str, dict[str, int]]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Matters by type and state, in words and in the order of the type."""
    lines = []
    for key, states in found.items():
        try:
            kind = get_type(key)
        except Missing:
            lines.append((key, sum(states.values()), sorted(states.items())))
            continue
        named = [(say(state.title), states[name]) for name, state in kind.states.items() if name in states]
        lines.append((say(kind.title), sum(states.values()), named))
    return lines
