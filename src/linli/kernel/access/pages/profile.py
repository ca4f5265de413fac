"""Pages about oneself: name, language, elder mode, password, second factor, keys, sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import now
from linli.base.errors import Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import ProfileForm, TokenForm, sentence
from linli.kernel.access.pages.signin import ELDER_COOKIE, speak
from linli.kernel.access.permissions import held_by
from linli.kernel.access.queries import (
    ActorRequest,
    account_of,
    grants_of,
    phone_of,
    require_account,
    role_name,
    tokens_of,
)
from linli.kernel.access.rules import Actor


@require_http_methods(["GET", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    """Who I am here: what I may change, and what was given to me."""
    require_account(request.actor)
    account, at = account_of(request.actor), now()
    known = {"name": account.name, "language": account.language, "elder_mode": account.elder_mode}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        account = actions.update_profile(request.actor, **form.cleaned_data, at=at)
        messages.success(request, _("Saved."))
        response = speak(HttpResponseRedirect(reverse("access:profile")), account)
        if not account.elder_mode:
            response.delete_cookie(ELDER_COOKIE, samesite="Lax")
        return response
    roles = [(role_name(grant.role), grant) for grant in grants_of(account, at)]
    context = {"form": form, "account": account, "phone": phone_of(account), "roles": roles}
    return render(request, "access/profile.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tokens(request: ActorRequest) -> HttpResponse:
    """My keys for programs; a new one is shown this once and kept nowhere."""
    require_account(request.actor)
    form, fresh, at = TokenForm(request.POST or None, scopes=_scopes(request.actor)), "", now()
    if form.is_valid():
        try:
            _token, fresh = actions.make_token(request.actor, **form.cleaned_data, at=at)
            form = TokenForm(scopes=_scopes(request.actor))
        except Refused as error:
            form.add_error(None, sentence(error.refusal))
    context = {"form": form, "fresh": fresh, "tokens": tokens_of(account_of(request.actor), at)}
    return render(request, "access/tokens.html", context, status=422 if form.errors else 200)


def _scopes(actor: Actor) -> list[tuple[str, str]]:
    """What a key of this actor could be for: to read, everything, or single verbs of the actor's roles."""
    verbs = {entry.name: gettext(entry.sentence) for role in actor.roles for entry in held_by(role)}
    return [("read", _("Read what I may read")), ("*", _("Everything I may do")), *sorted(verbs.items())]


@require_POST
def revoke_token(request: ActorRequest, token: str) -> HttpResponse:
    """End one of my keys."""
    actions.revoke_token(request.actor, token, at=now())
    messages.success(request, _("The key has ended."))
    return HttpResponseRedirect(reverse("access:tokens"))
