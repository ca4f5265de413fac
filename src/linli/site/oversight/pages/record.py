"""The record: lines by filter, one entry in full, a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.base.clock import now
from linli.domains.intake.rules.sheets import as_csv
from linli.kernel.access.queries import ActorRequest, may_somewhere, require_somewhere
from linli.site.answers import sentence
from linli.site.oversight import actions
from linli.site.oversight.forms import FilterForm, ReasonForm
from linli.site.oversight.queries import record as queries
from linli.site.oversight.queries.chains import VERIFY
from linli.site.oversight.queries.record import SEE, Filter, Line

FIELDS = ("who", "role", "action", "subject", "kind", "county", "since", "until")


@require_GET
def entries(request: ActorRequest) -> HttpResponse:
    """Lines of the record, newest first."""
    require_somewhere(request.actor, SEE)
    form, wanted, people = _asked(request, request.GET)
    kept = _kept(request.GET)
    context: dict[str, Any] = {
        "form": form, "people": people, "kept": kept, "may_verify": may_somewhere(request.actor, VERIFY),
    }  # fmt: skip
    if wanted is None:
        return render(request, "oversight/record.html", context, status=422 if form.errors else 200)
    found = queries.find_lines(request.actor, wanted, after=request.GET.get("after", ""))
    context |= {
        "lines": found.lines, "export": f"{reverse('oversight:export')}?{kept}",
        "after": "?" + "&".join(part for part in (kept, f"after={found.after}") if part) if found.after else "",
        "first": f"?{kept}" if request.GET.get("after") else "",
    }  # fmt: skip
    return render(request, "oversight/record.html", context)


def _asked(request: ActorRequest, given: QueryDict) -> tuple[FilterForm, Filter | None, list[Any]]:
    """The form, what it asks for (None when that cannot be told), and who might be meant by a name."""
    form = FilterForm(given if _kept(given) else {}, counties=queries.counties_seen(request.actor))
    if not form.is_valid():
        return form, None, []
    data = form.cleaned_data
    people = queries.namesakes(data["who"].strip()) if data["who"].strip() else []
    if data["who"].strip() and len(people) != 1:
        if not people:
            form.add_error("who", _("Nobody is called that. Try the whole name or the user name."))
        return form, None, people
    since, until = form.period()
    return form, Filter(
        account=str(people[0].pk) if people else "", role=data["role"], action=data["action"],
        subject=queries.subject_of(data["subject"]), kind=data["kind"], county=data["county"], since=since, until=until,
    ), []  # fmt: skip


def _kept(given: QueryDict) -> str:
    """The filter as an address, without the page."""
    kept = QueryDict(mutable=True)
    for name in FIELDS:
        if value := given.get(name):
            kept[name] = str(value)
    return kept.urlencode()


@require_GET
def entry(request: ActorRequest, id: UUID) -> HttpResponse:
    """One entry: who, what, before and after, and whether it holds. Looking at values is itself recorded."""
    page = actions.read_entry(request.actor, id, at=now())
    context = {
        "page": page, "line": page.line, "entry": page.entry,
        "fault": sentence(page.fault.message, page.fault.params) if page.fault else "",
        "crumbs": [{"name": _("The record"), "address": reverse("oversight:record")}, {"name": f"#{page.entry.seq}"}],
    }  # fmt: skip
    return render(request, "oversight/entry.html", context)


@require_http_methods(["GET", "POST"])
def export(request: ActorRequest) -> HttpResponse:
    """The lines of a filter as a file, for a reason that goes on the record."""
    require_somewhere(request.actor, SEE)
    filters, wanted, _people = _asked(request, request.GET)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if wanted is not None and form.is_valid():
        at, reason = now(), form.cleaned_data["reason"]
        lines = actions.take_record(request.actor, wanted, reason=reason, at=at)
        return _file(request, lines, reason, localtime(at).strftime("%Y-%m-%d %H:%M"))
    context = {
        "form": form, "filters": _said(filters), "kept": _kept(request.GET), "most": actions.MOST_ROWS,
        "impossible": wanted is None,
        "crumbs": [{"name": _("The record"), "address": reverse("oversight:record")}, {"name": _("As a file")}],
    }  # fmt: skip
    return render(request, "oversight/export.html", context, status=422 if form.errors or wanted is None else 200)


def _said(form: FilterForm) -> list[tuple[str, str]]:
    """What a filter asks for, in words."""
    said = []
    for bound in form:
        value = str(bound.value() or "")
        if value:
            choices = dict(getattr(bound.field, "choices", []))
            said.append((str(bound.label), str(choices.get(value, value))))
    return said


def _file(request: ActorRequest, lines: list[Line], reason: str, at: str) -> HttpResponse:
    head = [
        _("Time"), _("Kind of entry"), _("Who"), _("In which role"), _("For"), _("What was done"), _("About what"),
        _("Fields"), _("Chain"), _("Number in the chain"), _("Digest"),
    ]  # fmt: skip
    kinds = {"change": _("change"), "read": _("read")}
    rows = (
        (
            localtime(line.at).strftime("%Y-%m-%d %H:%M:%S"), kinds[line.kind], line.name, line.role, line.place,
            line.action, line.subject, ", ".join(line.fields), f"{line.county} {line.chain}".strip(), line.seq,
            line.digest,
        )
        for line in lines
    )  # fmt: skip
    mark = _("{name} took this out on {at} for: {reason}").format(name=request.actor.name, at=at, reason=reason)
    if len(lines) >= actions.MOST_ROWS:
        mark += " · " + _("only the newest {most} entries").format(most=actions.MOST_ROWS)
    response = HttpResponse(as_csv(head, rows, mark), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="record-{at[:10]}.csv"'
    return response
