"""The desk's pages about organisations: the list, and entering one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.base.clock import now
from linli.base.errors import Conflict, Denied, Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import OrganisationForm, sentence
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import ActorRequest, require_somewhere, search_organisations


@require_safe
def organisations(request: ActorRequest) -> HttpResponse:
    """Organisations of one's area; codes of organisations are public, so the words may stand in the address."""
    text = request.GET.get("q", "")[:80]
    context = {"found": search_organisations(request.actor, text), "q": text, "crumbs": _crumbs()}
    return render(request, "access/organisations.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"name": _("People"), "address": reverse("access:people")},
        {"name": _("Organisations"), "address": reverse("access:organisations")},
    ]


@require_http_methods(["GET", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """Enter an organisation; a doubtful code is shown as such and kept only with a reason."""
    require_somewhere(request.actor, Permission.KEEP_ORGANISATIONS)
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.enter_organisation(request.actor, **form.cleaned_data, at=now())
        except (Refused, Conflict, Denied) as error:
            code = error.refusal.code
            name = "reason" if code == "parties.doubt_reason" else "credit_code" if "code" in code else None
            form.add_error(name, sentence(error.refusal))
        else:
            messages.success(request, _("Entered."))
            return HttpResponseRedirect(reverse("access:organisations"))
    context = {"form": form, "crumbs": [*_crumbs(), {"name": _("Enter an organisation")}]}
    return render(request, "access/organisation.html", context, status=422 if form.errors else 200)
