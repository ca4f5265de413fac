"""The desk's pages about people: look someone up, one masked entry, enter someone, households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import now
from linli.base.errors import Conflict, Denied, Invalid, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import (
    CorrectForm,
    DocumentForm,
    FindForm,
    HouseholdForm,
    MemberForm,
    PersonForm,
    ReasonForm,
    RevealForm,
    sentence,
)
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import (
    ActorRequest,
    may_somewhere,
    person_page,
    require_somewhere,
    search_people,
    visible_by_number,
)
from linli.kernel.access.queries.people import PersonPage
from linli.kernel.parties.queries import notices

SAYS_NO = (Refused, Conflict, Missing, Invalid)


@require_http_methods(["GET", "POST"])
def people(request: ActorRequest) -> HttpResponse:
    """Look someone up; what was typed travels in the body and is kept nowhere."""
    require_somewhere(request.actor, Permission.SEE_PEOPLE)
    form, found = FindForm(request.POST or None), None
    if form.is_valid():
        words = form.cleaned_data["q"]
        found = search_people(request.actor, words)
        by = "number" if any(letter.isdigit() for letter in words) else "name"
        actions.note_search(request.actor, by=by, found=len(found), at=now())
    context = {
        "form": form,
        "found": found,
        "may_enter": may_somewhere(request.actor, Permission.REGISTER_PERSON),
        "may_keep": may_somewhere(request.actor, Permission.KEEP_ORGANISATIONS),
    }
    return render(request, "access/people.html", context, status=422 if form.errors else 200)


@require_safe
def person(request: ActorRequest, person: str) -> HttpResponse:
    """One person's masked entry; that it was opened goes on the record."""
    page = person_page(request.actor, person, now())
    actions.note_opening(request.actor, person, at=now())
    return _show(request, page)


def _show(request: ActorRequest, page: PersonPage, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "page": page,
        "card": page.card,
        "correct": CorrectForm(initial={"name": page.card.name}),
        "document": DocumentForm(),
        "household": HouseholdForm(),
        "member": MemberForm(),
        "erasing": ReasonForm(),
        "crumbs": [{"name": _("People"), "address": reverse("access:people")}, {"name": page.card.name}],
        **more,
    }
    return render(request, "access/person.html", context, status=status)


@require_http_methods(["GET", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """Enter someone: as little as is needed, with the notice they hear."""
    require_somewhere(request.actor, Permission.REGISTER_PERSON)
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            made = _entered(request, dict(form.cleaned_data), form)
        except (*SAYS_NO, Denied) as error:
            form.add_error(None, sentence(error.refusal))
        else:
            messages.success(request, _("Entered."))
            return HttpResponseRedirect(reverse("access:person", args=[made]))
    told = [one for one in notices(now(), get_language() or "zh-hans") if one.purpose in {"entry", "children"}]
    context = {"form": form, "told": told, "crumbs": _crumbs(_("Enter someone"))}
    return render(request, "access/enter.html", context, status=422 if form.errors else 200)


def _entered(request: ActorRequest, data: dict[str, Any], form: PersonForm) -> str:
    number = data.pop("guardian")
    for name in ("kind", "number", "no_document"):
        data.pop(name)
    guardian = visible_by_number(request.actor, number) if number else None
    documents = [form.document()] if form.cleaned_data["kind"] else []
    return str(actions.enter_person(request.actor, **data, documents=documents, guardian=guardian, at=now()).pk)


def _crumbs(last: str) -> list[dict[str, str]]:
    return [{"name": _("People"), "address": reverse("access:people")}, {"name": last}]


@require_POST
def reveal(request: ActorRequest, person: str) -> HttpResponse:
    """One number or address in full, for a reason, shown this once."""
    page, form = person_page(request.actor, person, now()), RevealForm(request.POST)
    if not form.is_valid():
        return _show(request, page, status=422, problem=_("Say what you need it for."))
    field, reason = form.cleaned_data["field"], form.cleaned_data["reason"]
    try:
        if field in {"phone", "address"}:
            shown = actions.reveal_identity(request.actor, person, field, reason=reason, at=now())
        else:
            paper = next((one for one in page.card.papers if one.id == field), None)
            shown = actions.reveal_document(request.actor, paper.id if paper else person, reason=reason, at=now())
    except Refused as error:
        return _show(request, page, status=422, problem=sentence(error.refusal))
    answer = _show(request, person_page(request.actor, person, now()), shown=shown, shown_field=field)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def correct(request: ActorRequest, person: str) -> HttpResponse:
    """Put an entry right."""
    form = CorrectForm(request.POST)
    return _deed(
        request,
        person,
        form,
        lambda: actions.correct_person(request.actor, person, **form.cleaned_data, at=now()),
        "correct",
    )


@require_POST
def document(request: ActorRequest, person: str) -> HttpResponse:
    """Add an identity document."""
    form = DocumentForm(request.POST)
    form.fields["kind"].required = True
    return _deed(
        request,
        person,
        form,
        lambda: actions.add_document(request.actor, person, form.document(), at=now()),
        "document",
    )


@require_POST
def found(request: ActorRequest, person: str) -> HttpResponse:
    """Begin a household with this person as its head."""
    form = HouseholdForm(request.POST)
    return _deed(
        request,
        person,
        form,
        lambda: actions.found_household(request.actor, person, **form.cleaned_data, at=now()),
        "household",
    )


@require_POST
def join(request: ActorRequest, person: str) -> HttpResponse:
    """Someone joins this person's household."""
    form = MemberForm(request.POST)
    return _deed(
        request,
        person,
        form,
        lambda: actions.join_household(request.actor, person, **form.cleaned_data, at=now()),
        "member",
    )


@require_POST
def leave(request: ActorRequest, person: str, member: str) -> HttpResponse:
    """Someone leaves the household."""
    heir = request.POST.get("new_head", "")
    return _deed(
        request, person, None, lambda: actions.leave_household(request.actor, member, new_head=heir, at=now()), ""
    )


@require_POST
def head(request: ActorRequest, person: str, member: str) -> HttpResponse:
    """Make someone the head of a household that has none."""

    def do() -> object:
        return actions.name_head(request.actor, member, at=now())

    return _deed(request, person, None, do, "")


@require_POST
def erase(request: ActorRequest, person: str) -> HttpResponse:
    """Erase someone's data when its purpose has ended."""
    page, form = person_page(request.actor, person, now()), ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, page, status=422, erasing=form)
    try:
        actions.erase_person(request.actor, person, reason=form.cleaned_data["reason"], at=now())
    except (Refused, Conflict) as error:
        return _show(request, page, status=422, problem=sentence(error.refusal))
    messages.success(request, _("The data is erased."))
    return HttpResponseRedirect(reverse("access:people"))


def _deed(request: ActorRequest, person: str, form: Any, do: Callable[[], object], name: str) -> HttpResponse:
    """Do it and go back to the entry, or show the entry with what is wrong."""
    page = person_page(request.actor, person, now())
    if form is not None and not form.is_valid():
        return _show(request, page, status=422, **{name: form}, opened=name)
    try:
        do()
    except SAYS_NO as error:
        return _show(request, page, status=422, problem=sentence(error.refusal), **({name: form} if form else {}))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("access:person", args=[person]))
