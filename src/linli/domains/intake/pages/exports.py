"""Taking lists out: asking with a reason, a second person's yes for long ones, the file itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.base import clock
from linli.base.errors import Conflict, LinliError, Refused
from linli.domains.intake.actions.exports import answer_export, ask_export, take_export
from linli.domains.intake.forms import ExportForm
from linli.domains.intake.pages.desk import filters_of
from linli.domains.intake.pages.portal import actor_of
from linli.domains.intake.pages.words import places, said
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.desk import way
from linli.domains.intake.queries.exporting import exports_of, sheet_of
from linli.domains.intake.rules.sheets import as_csv, as_xlsx
from linli.kernel.access.queries import require_somewhere

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """Ask for the list that the filters in the address name; below, what was asked and what waits for a yes."""
    actor, filters = actor_of(request), filters_of(request)
    require_somewhere(actor, Permission.EXPORT)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_export(actor, filters, reason=form.cleaned_data["reason"], at=clock.now())
            if asked.state == "approved":
                messages.success(request, _("The list is ready."))
                return HttpResponseRedirect(reverse("intake:exports"))
            messages.info(request, _("More than 1,000 rows: a second person has to approve it."))
            return HttpResponseRedirect(reverse("intake:exports"))
        except LinliError as error:
            form.add_error(None, said(error.refusal))
    context = {
        "form": form, "filters": filters, "lists": exports_of(actor), "me": actor.account,
        "region_path": places(way(filters.region), "intake:queue"),
    }  # fmt: skip
    return render(request, "intake/exports.html", context)


@require_POST
def take(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file, once, with its watermark."""
    actor, at = actor_of(request), clock.now()
    taken = take_export(actor, export_id, at=at)
    local = timezone.localtime(at)
    watermark = _("{name} took this out on {at} for: {reason}").format(
        name=actor.name, at=f"{local:%Y-%m-%d %H:%M}", reason=taken.reason
    )
    head, rows = sheet_of(actor, taken, at)
    if request.POST.get("shape") == "csv":
        return _file(as_csv(head, rows, watermark), "text/csv; charset=utf-8", f"requests-{local:%Y%m%d-%H%M}.csv")
    return _file(as_xlsx(head, rows, watermark, _("Requests")), XLSX, f"requests-{local:%Y%m%d-%H%M}.xlsx")


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_POST
def answer(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Yes or no to somebody else's long list."""
    try:
        answer_export(actor_of(request), export_id, approve=request.POST.get("approve") == "yes", at=clock.now())
        messages.success(request, _("Decided."))
    except (Conflict, Refused) as error:
        messages.error(request, said(error.refusal))
    return HttpResponseRedirect(reverse("intake:exports"))
