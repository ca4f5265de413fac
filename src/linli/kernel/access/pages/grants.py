"""Pages of those who look after accounts and roles, and the table of what each role may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.base.clock import now
from linli.base.errors import Conflict, Denied, LinliError, Missing, Refused
from linli.kernel.access import actions
from linli.kernel.access.forms import AccountForm, GrantForm, HumanForm, ReasonForm, sentence
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import (
    ActorRequest,
    account_card,
    get_account,
    may_somewhere,
    require_account,
    require_somewhere,
    role_table,
    search_accounts,
)
from linli.kernel.access.rules import Role


@require_GET
def accounts(request: ActorRequest) -> HttpResponse:
    """All accounts with a role, or those a search finds."""
    text = request.GET.get("q", "")
    found = search_accounts(request.actor, text, now(), staff_only=not text)
    context = {"accounts": found, "q": text, **_rights(request)}
    return render(request, "access/accounts.html", context)


def _rights(request: ActorRequest) -> dict[str, bool]:
    return {
        "may_open": may_somewhere(request.actor, Permission.OPEN_ACCOUNT),
        "may_grant": may_somewhere(request.actor, Permission.GIVE_GRANT),
        "may_close": may_somewhere(request.actor, Permission.CLOSE_ACCOUNT),
    }


@require_GET
def account(request: ActorRequest, account: str) -> HttpResponse:
    """One account: its roles past, present and to come, and what may be done about it."""
    return _account_page(request, account)


def _account_page(
    request: ActorRequest, account: str, *, form: GrantForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    card = account_card(request.actor, account, now())
    context = {
        "card": card,
        "form": form or GrantForm(),
        "reason": ReasonForm(),
        "human": HumanForm(),
        **_rights(request),
        **more,
    }
    return render(request, "access/account.html", context, status=status)


@require_http_methods(["GET", "POST"])
def open_account(request: ActorRequest) -> HttpResponse:
    """A new account for someone; its first password is shown this once."""
    require_somewhere(request.actor, Permission.OPEN_ACCOUNT)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            made, first = actions.create_account(request.actor, **form.cleaned_data, at=now())
            return _account_page(request, str(made.pk), first=first)
        except (Refused, Conflict) as error:
            form.add_error(None, sentence(error.refusal))
    return render(request, "access/open.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def give(request: ActorRequest, account: str) -> HttpResponse:
    """Give a role, or say why not."""
    form = GrantForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        wanted = {name: data[name] for name in ("region", "unit", "purpose", "reason")} | form.instants()
        try:
            actions.grant(request.actor, get_account(account), Role(data["role"]), **wanted, at=now())
        except (Refused, Denied, Missing, Conflict) as error:
            form.add_error(None, sentence(error.refusal))
        else:
            messages.success(request, _("The role is given."))
            return HttpResponseRedirect(reverse("access:account", args=[account]))
    return _account_page(request, account, form=form, status=422)


@require_POST
def name_person(request: ActorRequest, account: str) -> HttpResponse:
    """Say whose account this is, by a document."""
    form = HumanForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.name_person(
                request.actor, get_account(account), region=data["region"], name=data["name"],
                document=form.document(), at=now(),
            )  # fmt: skip
        except (Refused, Denied, Missing, Conflict) as error:
            form.add_error(None, sentence(error.refusal))
        else:
            messages.success(request, _("The account is linked with its person."))
            return HttpResponseRedirect(reverse("access:account", args=[account]))
    return _account_page(request, account, human=form, status=422)


@require_POST
def take(request: ActorRequest, account: str, grant: str) -> HttpResponse:
    """Take a role back, now."""
    return _deed(
        request, account, lambda: actions.revoke(request.actor, grant, reason=request.POST.get("reason", ""), at=now())
    )


@require_POST
def reset(request: ActorRequest, account: str) -> HttpResponse:
    """A new first password, shown this once."""
    try:
        first = actions.reset_password(request.actor, get_account(account), at=now())
    except LinliError as error:
        messages.error(request, sentence(error.refusal))
        return _account_page(request, account, status=422)
    return _account_page(request, account, first=first)


@require_POST
def unlock(request: ActorRequest, account: str) -> HttpResponse:
    """Open a door that failed attempts have closed."""
    return _deed(request, account, lambda: actions.unlock_account(request.actor, get_account(account), at=now()))


@require_POST
def close(request: ActorRequest, account: str) -> HttpResponse:
    """Close an account, or open a closed one."""
    found, form = get_account(account), ReasonForm(request.POST)
    if not found.is_active:
        return _deed(request, account, lambda: actions.reopen_account(request.actor, found, at=now()))
    if not form.is_valid():
        return _account_page(request, account, reason=form, status=422)
    reason = form.cleaned_data["reason"]
    return _deed(request, account, lambda: actions.close_account(request.actor, found, reason=reason, at=now()))


def _deed(request: ActorRequest, account: str, do: Any) -> HttpResponse:
    """Do it and go back to the account's page with a word about how it went."""
    account_card(request.actor, account, now())
    try:
        do()
    except (Refused, Conflict) as error:
        messages.error(request, sentence(error.refusal))
    else:
        messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("access:account", args=[account]))


@require_GET
def roles(request: ActorRequest) -> HttpResponse:
    """What each role may do, in sentences; for everyone who is signed in, because power is no secret."""
    require_account(request.actor)
    return render(request, "access/roles.html", {"lines": role_table(now())})
