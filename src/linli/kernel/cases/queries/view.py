"""Everything a case page shows, gathered once; domains add their own to it and include the same parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.base.errors import Missing
from linli.base.ids import new_id
from linli.kernel.access.rules import Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import reading, showing
from linli.kernel.cases.queries.choices import Choice, choices
from linli.kernel.cases.queries.facts import type_of
from linli.kernel.cases.queries.queue import Page, QueueRow, day_ends
from linli.kernel.cases.queries.seeing import NO_CASE
from linli.kernel.cases.queries.speaking import say
from linli.kernel.cases.rules.forms import options_of, words
from linli.kernel.cases.rules.shapes import CaseType
from linli.kernel.regions.queries import path


@dataclass(frozen=True)
class Fact:
    """A field of the case with its answer in words."""

    label: str
    value: str


def case_view(actor: Actor, case: Case, at: datetime, *, public_only: bool = False) -> dict[str, Any]:
    """The context of ``cases/case.html`` and its parts; a constant number of queries."""
    kind = type_of(case)
    offers = reading.handovers(case)
    lines = [show_line(kind, line) for line in reading.history(case, public_only=public_only)]
    clocks = reading.clocks(case, at)
    return {
        "case": showing.show_case(case), "kind": kind, "address": case.get_absolute_url(), "at": at,
        "facts": facts(kind, case.data), "timeline": lines, "clocks": [show_clock(clock) for clock in clocks],
        "choices": [] if kind.own_doors else [show_choice(case, choice) for choice in choices(actor, case, at)],
        "comments": reading.comments(case, public_only=public_only), "links": reading.links(actor, case),
        "children": reading.children(actor, case), "handovers": offers, "passing": reading.passing(actor, case, offers),
        "co_handlers": reading.co_handlers(case), "clock_requests": reading.clock_requests(case),
        "desk": reading.desk_name(case.handler), "region_path": region_crumbs(case.region_id),
        "crumbs": [{"name": case.number, "address": ""}],
    }  # fmt: skip


def region_crumbs(code: str) -> list[dict[str, str]]:
    """The way from the province down, each step leading to that level's queue."""
    if not code:
        return []
    try:
        units = path(code)
    except Missing:
        return []
    return [{"name": unit.name, "address": f"{reverse('cases:queue')}?region={unit.code}"} for unit in units]


def facts(kind: CaseType, data: Mapping[str, object]) -> list[Fact]:
    """A case's data as labelled answers, in the order of its forms; fields no form knows stay out."""
    language = get_language() or "zh-hans"
    properties: dict[str, Mapping[str, Any]] = {}
    for form in (kind.open.form, *(action.form for action in kind.actions.values())):
        for name, spec in (form or {}).get("properties", {}).items():
            if not spec.get("x-hidden"):
                properties.setdefault(name, spec)
    found = []
    for name, spec in properties.items():
        if data.get(name) not in (None, "", []):
            found.append(Fact(words(spec, language) or name, in_words(spec, data[name], language)))
    return found


def in_words(spec: Mapping[str, Any], value: object, language: str) -> str:
    """An answer as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    labels = dict(options_of(spec, language))
    if isinstance(value, list):
        return ", ".join(labels.get(str(item), str(item)) for item in value)
    return labels.get(str(value), str(value))


def show_line(kind: CaseType, line: reading.HistoryLine) -> dict[str, Any]:
    """A line of the timeline with its answers in words."""
    spec = kind.actions.get(line.action)
    form = spec.form if spec else None
    language = get_language() or "zh-hans"
    answers = []
    for name, value in line.data.items():
        field = (form or {}).get("properties", {}).get(name)
        if field is not None and not field.get("x-hidden") and value not in (None, ""):
            answers.append(Fact(words(field, language) or name, in_words(field, value, language)))
    return {**showing.show_line(line), "answers": answers, "moved": line.moved, "detail": engine_detail(line)}


def engine_detail(line: reading.HistoryLine) -> str:
    """What an engine's own step concerned: from which desk to which, or which case."""
    data = line.data
    if line.action.startswith("case.") and data.get("to"):
        return f"{data.get('from', '')} → {data['to']}"
    if line.action in ("case.link", "case.sub_case", "follow_master"):
        return str(data.get("number", ""))
    return ""


def show_clock(clock: reading.ClockView) -> dict[str, Any]:
    """A clock with the words and the look of its bar."""
    looks = {"late": "exceeded", "soon": "today", "good": "later", "paused": "paused", "done": "stopped"}
    return {
        **showing.show_clock(clock), "look": looks[clock.level], "words": clock_words(clock),
        "may_extend": clock.may_extend,
        "may_pause": clock.may_pause, "provisional": clock.provisional, "kept": clock.kept,
    }  # fmt: skip


def clock_words(clock: reading.ClockView) -> str:
    """How a clock stands in one sentence."""
    if clock.stopped_at is not None:
        return (
            _("{clock}: done in time").format(clock=say(clock.title))
            if clock.kept
            else _("{clock}: done after its time").format(clock=say(clock.title))
        )
    if clock.paused:
        return _("{clock}: paused").format(clock=say(clock.title))
    amount = _amount(clock)
    if clock.overdue:
        return _("{clock}: {amount} over its time").format(clock=say(clock.title), amount=amount)
    return _("{clock}: {amount} left").format(clock=say(clock.title), amount=amount)


def _amount(clock: reading.ClockView) -> str:
    left = clock.left
    if left.unit == "working_days":
        if left.amount == 0:
            return _("less than a working day")
        return _("{n} working day(s)").format(n=left.amount)
    hours, minutes = divmod(left.amount, 60)
    return (
        _("{hours} h {minutes} min").format(hours=hours, minutes=minutes) if hours else _("{n} min").format(n=minutes)
    )


def show_choice(case: Case, choice: Choice) -> dict[str, Any]:
    """A step as parts/actions.html draws it."""
    why = showing.explained(choice.refusal)
    return {
        "action": choice.action, "label": say(choice.title), "primary": choice.primary, "danger": choice.danger,
        "why": why["sentence"] if why else "", "help": say(choice.help) if choice.help else "",
        "address": reverse("cases:step", args=[case.pk, choice.action]),
    }  # fmt: skip


def choice_of(actor: Actor, case: Case, action: str, at: datetime) -> Choice:
    """One step of the actor's by its name; Missing when it is none of theirs now."""
    for choice in choices(actor, case, at):
        if choice.action == action:
            return choice
    raise Missing(NO_CASE)


def fresh_key() -> str:
    """A key for a form, so that a second click does nothing twice."""
    return str(new_id())


def address(name: str) -> str:
    """The address of one of the desk's pages."""
    return reverse(f"cases:{name}")


def form_of(case: Case, action: str) -> Mapping[str, Any] | None:
    """The form of a step, whoever asks; None for a step without one (or none at all, which the action then says)."""
    spec = type_of(case).actions.get(action)
    return spec.form if spec else None


@dataclass(frozen=True)
class ShownRow:
    """A line of the queue in the reader's language."""

    row: QueueRow
    look: str
    due_said: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def type_said(self) -> str:
        """The type in words."""
        return say(self.row.type_title)

    @property
    def state_said(self) -> str:
        """The state in words."""
        return say(self.row.state_title)


@dataclass(frozen=True)
class ShownPage:
    """A page of the queue in the reader's language."""

    rows: tuple[ShownRow, ...]
    after: str


def shown_page(page: Page, at: datetime) -> ShownPage:
    """A page of the queue with each row's clock in words and look."""
    today, week = day_ends(at)

    def look(due: datetime | None) -> str:
        if due is None:
            return "later"
        return "exceeded" if due < at else "today" if due < today else "soon" if due < week else "later"

    return ShownPage(tuple(ShownRow(row, look(row.due_at), date_words(row.due_at)) for row in page.rows), page.after)


def date_words(value: datetime | None) -> str:
    """An instant as Beijing people write it: 11-23 17:30, with the year when it is another one."""
    if value is None:
        return ""
    local = localtime(value)
    return f"{local:%m-%d %H:%M}" if local.year == localtime().year else f"{local:%Y-%m-%d %H:%M}"
