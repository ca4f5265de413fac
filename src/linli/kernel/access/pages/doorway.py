"""What a signed-in session has to pass on every request: it is not idle too long, its password is its own and fresh,
and where policy asks for a second factor there is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.base.clock import now
from linli.kernel.access import actions
from linli.kernel.access.queries import account_of, carries_token, policy_at
from linli.kernel.access.queries.accounts import needs_new_password, needs_second_factor
from linli.kernel.access.rules import Actor

Next = Callable[[HttpRequest], HttpResponse]
SEEN = "linli_seen"
PASSED = "linli_passed"
STEP = 30
"""Seconds between two notes of a session's last request, so that reading a page seldom writes one."""


def doorway(get_response: Next) -> Next:
    """Middleware after sessions, allauth and ``request.actor``."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not carries_token(request):
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if not actor.is_anonymous:
                answer = _check(request, actor, now())
                if answer is not None:
                    return answer
        response = get_response(request)
        token = getattr(request, "access_token", None)
        if token is not None:
            actions.touch_token(token, at=now())
        return response

    return middleware


def _check(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse | None:
    seen, moment = request.session.get(SEEN), int(at.timestamp())
    if seen is not None and moment - seen > policy_at(at).idle_minutes(actor.roles) * 60:
        actions.note_sign_out(account_of(actor), address=actor.address, why="idle", at=at)
        logout(request)
        messages.info(request, _("You were signed out because nothing happened for a while."))
        return _send(request, "account_login", _("Please sign in again."))
    if seen is None or moment - seen >= STEP:
        request.session[SEEN] = moment
    if _is_exempt(request):
        return None
    return _errand(request, actor, at)


def _errand(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse | None:
    """What has to be done first; asked once a day and session, and again when roles or password changed."""
    mark = f"{at:%Y%m%d} {','.join(sorted(actor.roles))} {request.session.get('_auth_user_hash', '')[:12]}"
    if request.session.get(PASSED) == mark:
        return None
    if needs_new_password(actor, at):
        return _send(request, "account_change_password", _("Please choose a new password first."))
    if needs_second_factor(actor, at) and not is_mfa_enabled(request.user):
        return _send(request, "mfa_index", _("Your role needs a second factor: add an authenticator app or a passkey."))
    request.session[PASSED] = mark
    return None


def _is_exempt(request: HttpRequest) -> bool:
    """Paths one needs to get past the doorway: allauth's own, the language switch, files."""
    return request.path.startswith((reverse("account_login").removesuffix("login/"), settings.STATIC_URL, "/i18n/"))


def _send(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": sentence, "status": 403, "code": f"access.{name}"}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    if name != "account_login":
        messages.warning(request, sentence)
    address = reverse(name)
    if request.method == "GET":
        address += "?" + urlencode({"next": request.get_full_path()})
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
    return HttpResponseRedirect(address)
