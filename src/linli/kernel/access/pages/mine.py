"""Pages about one's own data: what is kept, who looked, consents, a copy, erasing; privacy notices for everyone."""

from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.base.clock import BEIJING, now
from linli.base.errors import Conflict, Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import EraseForm, HomeForm, sentence
from linli.kernel.access.queries import ActorRequest, my_data, require_account
from linli.kernel.parties.queries import get_notice, notices


@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """What is kept about me, who looked at it and why, and what I may do about it."""
    data = my_data(request.actor, now(), after=request.GET.get("after", "")[:36])
    home = HomeForm(initial={"region": data.card.region if data.card else ""})
    return render(request, "access/mine.html", {"data": data, "home": home})


@require_POST
def withdraw(request: ActorRequest, consent: str) -> HttpResponse:
    """Take a consent back, in one tap."""
    try:
        taken = actions.withdraw_my_consent(request.actor, consent, at=now())
    except Conflict as error:
        messages.error(request, sentence(error.refusal))
    else:
        messages.success(
            request,
            _(
                "Your consent is withdrawn. From this moment your data is no longer used for “%(purpose)s”. "
                "What was done before stays lawful; what the law has us keep is only stored."
            )
            % {"purpose": taken.notice.title.get(get_language()) or taken.notice.title.get("zh-hans", "")},
        )
    return HttpResponseRedirect(reverse("access:mine") + "#consents")


@require_POST
def agree(request: ActorRequest, purpose: str) -> HttpResponse:
    """Agree to a notice that is in force."""
    return _own_deed(request, lambda: actions.give_my_consent(request.actor, purpose, at=now()), "#consents")


@require_POST
def move(request: ActorRequest) -> HttpResponse:
    """Say where I live."""
    form = HomeForm(request.POST)
    if form.is_valid():
        region = form.cleaned_data["region"]
        return _own_deed(request, lambda: actions.move_my_home(request.actor, region, at=now()), "")
    return render(request, "access/mine.html", {"data": my_data(request.actor, now()), "home": form}, status=422)


def _own_deed(request: ActorRequest, do: object, anchor: str) -> HttpResponse:
    try:
        do()  # type: ignore[operator]
    except (Refused, Conflict) as error:
        messages.error(request, sentence(error.refusal))
    else:
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("access:mine") + anchor)


@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def copy(request: ActorRequest) -> HttpResponse:
    """My data as a file, after the password was typed once more."""
    require_account(request.actor)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("access:mine") + "#copy")
    at = now()
    text = json.dumps(actions.take_my_copy(request.actor, at=at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    name = f"linli-my-data-{at.astimezone(BEIJING):%Y%m%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def erase(request: ActorRequest) -> HttpResponse:
    """Erase my data and close my account, after a last question."""
    data, form = my_data(request.actor, now()), EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.erase_me(request.actor, at=now())
        except (Refused, Conflict) as error:
            form.add_error(None, sentence(error.refusal))
        else:
            logout(request)
            messages.success(request, _("Your data is erased and your account is closed."))
            return HttpResponseRedirect("/")
    return render(request, "access/erase.html", {"data": data, "form": form}, status=422 if form.errors else 200)


@require_safe
def privacy(request: ActorRequest) -> HttpResponse:
    """All privacy notices in force, for everyone."""
    return render(request, "access/privacy.html", {"notices": notices(now(), get_language() or "zh-hans")})


@require_safe
def notice(request: ActorRequest, purpose: str, version: int | None = None) -> HttpResponse:
    """One privacy notice, in force or as it read before."""
    card, versions = get_notice(purpose, version, now(), get_language() or "zh-hans")
    crumbs = [{"name": _("Privacy"), "address": reverse("access:privacy")}, {"name": card.title}]
    return render(request, "access/notice.html", {"notice": card, "versions": versions, "crumbs": crumbs})
