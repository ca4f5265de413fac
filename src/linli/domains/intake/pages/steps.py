"""One page for each step on the desk: what it needs, what will happen, then the action of the same name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.errors import Invalid, LinliError, Missing
from linli.base.text import gettext_noop
from linli.domains.intake import actions
from linli.domains.intake import forms as shapes
from linli.domains.intake.pages.portal import actor_of
from linli.domains.intake.pages.words import place, places, said, step_title
from linli.domains.intake.queries.desk import way
from linli.domains.intake.queries.names import categories, is_english, unit_names
from linli.domains.intake.queries.parameters import parameters_for
from linli.domains.intake.queries.requests import Found, after_step, get_request

DONE = {
    "draft": gettext_noop("The draft is saved. It is not sent: the resident reads nothing yet."),
    "extend": gettext_noop("Asked for more time. The date stays as it is until somebody else approves it."),
}
Run = Callable[[dict[str, Any]], object]


def _page(
    request: HttpRequest, case_id: UUID, step: str, shape: type[forms.Form], run: Run, **initial: Any
) -> HttpResponse:
    """The form of a step; on POST the action, then back to the case with a sentence."""
    actor = actor_of(request)
    found = get_request(actor, case_id)
    form = shape(request.POST if request.method == "POST" else None, initial={"key": str(uuid4()), **initial})
    _fill(form, found)
    if request.method == "POST" and form.is_valid():
        try:
            run(form.cleaned_data)
            done = "draft" if step == "reply" and request.POST.get("go") == "draft" else step
        except Invalid as error:
            form.add_error(None, said(error.refusal))
        except LinliError as error:
            if error.__class__.__name__ in ("Denied", "Missing"):
                raise
            form.add_error(None, said(error.refusal))
        else:
            messages.success(request, _(DONE.get(done, "Done: {step}.")).format(step=step_title(step, step)))
            return _after(request, case_id)
    context = {
        "found": found,
        "form": form,
        "title": step_title(step, step),
        "step": step,
        "region_path": places(way(found.case.region_id), "intake:queue"),
        "crumbs": [place(found.case.number, reverse("intake:case", args=[case_id])), place(step_title(step, step), "")],
        "back": reverse("intake:case", args=[case_id]),
        "units": unit_names(found.case.region_id, clock.now()),
        "county": found.case.county,
        "desks": _desks(found),
    }
    return render(request, "intake/step.html", context, status=422 if form.errors else 200)


def _after(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Back to the case or, where the step took it out of sight (sealed, or with another desk), to the queue."""
    try:
        get_request(actor_of(request), case_id)
    except Missing:
        gone = after_step(case_id).case
        messages.info(
            request,
            _("{number} is sealed now; only those named for sealed matters see it.").format(number=gone.number)
            if gone.sealed
            else _("{number} is with another desk now.").format(number=gone.number),
        )
        return HttpResponseRedirect(reverse("intake:queue"))
    return HttpResponseRedirect(reverse("intake:case", args=[case_id]))


def _fill(form: forms.Form, found: Found) -> None:
    at = clock.now()
    if isinstance(form, shapes.RefuseForm):
        reasons = parameters_for(found.case.region_id, at.astimezone(clock.BEIJING).date()).refusals.reasons
        english = is_english()
        form.fields["reason"].choices = [(one.code, one.name_en if english else one.name) for one in reasons]  # type: ignore[attr-defined]
    if isinstance(form, shapes.CategoryForm):
        form.fields["category"].choices = list(categories(found.case.region_id, at).items())  # type: ignore[attr-defined]


def _desks(found: Found) -> list[tuple[str, str]]:
    """Desks to choose from: the levels above and the county's departments."""
    case, names = found.case, unit_names(found.case.region_id, clock.now())
    levels = [(code, name) for code, name in way(case.region_id) if len(code) >= 6]
    return [*reversed(levels), *((f"{case.county}/{unit}", name) for unit, name in names.items())]


def accept(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a request up."""
    return _page(
        request,
        case_id,
        "accept",
        shapes.StepForm,
        lambda d: actions.accept(actor_of(request), case_id, at=clock.now(), key=d["key"]),
    )


def dispatch(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Pass it on."""
    return _page(
        request,
        case_id,
        "dispatch",
        shapes.DeskForm,
        lambda d: actions.dispatch(
            actor_of(request), case_id, desk=d["desk"], note=d["note"], at=clock.now(), key=d["key"]
        ),
    )


def refuse(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do not accept it."""
    return _page(
        request,
        case_id,
        "refuse",
        shapes.RefuseForm,
        lambda d: actions.refuse(
            actor_of(request), case_id, reason=d["reason"], note=d["note"], at=clock.now(), key=d["key"]
        ),
    )


def transfer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note an emergency number that was called."""
    return _page(
        request,
        case_id,
        "transfer",
        shapes.TransferForm,
        lambda d: actions.transfer(
            actor_of(request), case_id, number=d["number"], note=d["note"], at=clock.now(), key=d["key"]
        ),
    )


def send_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Return a wrong assignment."""
    return _noted(request, case_id, "send_back", actions.send_back)


def arbitrate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Decide whose it is."""
    return _page(
        request,
        case_id,
        "arbitrate",
        shapes.DeskForm,
        lambda d: actions.arbitrate(
            actor_of(request), case_id, desk=d["desk"], note=d["note"], at=clock.now(), key=d["key"]
        ),
    )


def ask_more(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for missing facts."""
    return _noted(request, case_id, "ask_more", actions.ask_more)


def go_on(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Go on without them."""
    return _noted(request, case_id, "go_on", actions.go_on)


def first_word(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """First feedback."""
    return _noted(request, case_id, "first_word", actions.first_word)


def reply(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Answer, or keep a draft of the answer."""
    draft = get_request(actor_of(request), case_id).request.draft

    def run(data: dict[str, Any]) -> object:
        if request.POST.get("go") == "draft":
            return actions.save_draft(actor_of(request), case_id, text=data["text"], at=clock.now())
        return actions.reply(actor_of(request), case_id, text=data["text"], at=clock.now(), key=data["key"])

    return _page(request, case_id, "reply", shapes.ReplyForm, run, text=draft)


def call_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note a call-back."""

    def run(data: dict[str, Any]) -> object:
        yes = {
            name: {"yes": True, "no": False}.get(data[name]) for name in ("reached", "responded", "solved", "satisfied")
        }
        return actions.call_back(
            actor_of(request), case_id, reached=bool(yes["reached"]), responded=yes["responded"], solved=yes["solved"],
            satisfied=yes["satisfied"], words=data["words"], at=clock.now(), key=data["key"],
        )  # fmt: skip

    return _page(request, case_id, "call_back", shapes.CallBackForm, run)


def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close it."""
    return _noted(request, case_id, "close", actions.close_request)


def reopen(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Open it again."""
    return _noted(request, case_id, "reopen", actions.reopen)


def correct_category(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Correct class or kind."""
    found = get_request(actor_of(request), case_id)
    return _page(
        request, case_id, "correct_category", shapes.CategoryForm,
        lambda d: actions.correct_category(
            actor_of(request), case_id, category=d["category"], kind=d["kind"], at=clock.now(), key=d["key"]
        ),
        category=found.request.category, kind=found.request.kind,
    )  # fmt: skip


def hand_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Offer it to another desk."""
    return _page(
        request, case_id, "hand_over", shapes.DeskForm,
        lambda d: actions.hand_over(actor_of(request), case_id, desk=d["desk"], note=d["note"], at=clock.now()),
    )  # fmt: skip


def accept_handover(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take it over."""
    return _page(
        request, case_id, "accept_handover", shapes.StepForm,
        lambda d: actions.accept_handover(actor_of(request), case_id, at=clock.now()),
    )  # fmt: skip


def return_handover(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give it back."""
    return _page(
        request, case_id, "return_handover", shapes.NoteForm,
        lambda d: actions.return_handover(actor_of(request), case_id, note=d["note"], at=clock.now()),
    )  # fmt: skip


def extend(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for more time."""
    return _page(
        request, case_id, "extend", shapes.NoteForm,
        lambda d: actions.ask_extension(actor_of(request), case_id, note=d["note"], at=clock.now()),
    )  # fmt: skip


def comment(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Leave a remark."""
    return _page(
        request, case_id, "comment", shapes.RemarkForm,
        lambda d: actions.comment(actor_of(request), case_id, text=d["note"], is_public=d["is_public"], at=clock.now()),
    )  # fmt: skip


def duplicate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Join it to an earlier request."""
    return _page(
        request, case_id, "duplicate", shapes.JoinForm,
        lambda d: actions.link_duplicate(actor_of(request), case_id, d["master"], at=clock.now()),
        master=request.GET.get("master", ""),
    )  # fmt: skip


def _noted(request: HttpRequest, case_id: UUID, step: str, action: Callable[..., object]) -> HttpResponse:
    return _page(
        request, case_id, step, shapes.StepForm,
        lambda d: action(actor_of(request), case_id, note=d["note"], at=clock.now(), key=d["key"]),
    )  # fmt: skip


def answer_extension(request: HttpRequest, case_id: UUID, asked_id: UUID) -> HttpResponse:
    """Approve or turn down more time."""
    if request.method != "POST":
        raise Http404
    approve = request.POST.get("approve") == "yes"
    try:
        actions.answer_extension(
            actor_of(request), case_id, asked_id, approve=approve, note=request.POST.get("note", ""), at=clock.now()
        )
        messages.success(request, _("Decided."))
    except Invalid as error:
        messages.error(request, said(error.refusal))
    return HttpResponseRedirect(reverse("intake:case", args=[case_id]))
