"""Where django-allauth and Linli meet: who may sign in, how often one may try, where it is written down."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from linli.base.clock import now
from linli.kernel.access import actions
from linli.kernel.access.actions.sealed import SECOND_FACTOR
from linli.kernel.access.queries import account_of, actor_for, find_by_login
from linli.kernel.parties.queries import open_text, seal_text


def can_enter(account: Any) -> bool:
    """Whether an account may sign in here at all: open, and not of a demonstration unless this is one."""
    return bool(account.is_active and (settings.DEMO or not account.is_demo))


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by user name or mobile number and password."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return self._check_password(find_by_login(username), password)

    def user_can_authenticate(self, user: Any) -> bool:
        return can_enter(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Linli's answers to allauth's questions."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt first; a door closed after failures says until when."""
        until = actions.begin_attempt(credentials.get("username", ""), at=now())
        if until is not None:
            moment = date_format(localtime(until), "H:i")
            sentence = _("After several failed attempts this door is closed until %(time)s.") % {"time": moment}
            raise ValidationError(sentence + " " + _("A system administrator can open it earlier."), code="locked")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account, or None; demonstration accounts are nobody outside a demonstration."""
        account = super().authenticate(request, **credentials)
        if account is not None and (settings.DEMO or not account.is_demo):
            actions.end_attempt(credentials.get("username", ""), succeeded=True, at=now())
            return account
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = self.get_client_ip(request)
        actions.end_attempt(credentials.get("username", ""), succeeded=False, address=address, at=now())

    def pre_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse | None:
        """The last look before a session begins, whatever the way in (password or passkey)."""
        if not can_enter(user):
            return HttpResponseRedirect(reverse("account_inactive"))
        answer: HttpResponse | None = super().pre_login(request, user, **details)
        return answer

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Write the sign-in down and speak the account's language from here on."""
        response: HttpResponse = super().post_login(request, user, **details)
        methods = [str(entry.get("method", "")) for entry in request.session.get("account_authentication_methods", [])]
        actions.note_sign_in(
            user, address=self.get_client_ip(request), method="+".join(filter(None, methods)), at=now()
        )
        return speak(response, user)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A sign-up is one of our actions, not a form saved."""
        data = form.cleaned_data
        return actions.sign_up(
            name=data.get("name", ""),
            username=data.get("username", ""),
            phone=data.get("phone", ""),
            password=data["password1"],
            language=request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans",
            address=self.get_client_ip(request),
            at=now(),
        )

    def set_password(self, user: Any, password: str) -> None:
        """A change of password is one of our actions too."""
        from allauth.core import context  # the request allauth is working for

        actor = actor_for(context.request)
        owner = user if actor.is_anonymous else account_of(actor)
        actions.set_password(owner, password, who=actor.who(""), at=now())
        user.password = owner.password

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.META.get("REMOTE_ADDR") or "127.0.0.1"

    def logout(self, request: HttpRequest) -> None:
        actor = actor_for(request)
        if not actor.is_anonymous:
            actions.note_sign_out(account_of(actor), address=self.get_client_ip(request), why="hand", at=now())
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator secrets are sealed like every other secret; nothing is mailed."""

    def encrypt(self, text: str) -> str:
        return seal_text(text, SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text, SECOND_FACTOR)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Linli's own notices tell people; see ``kernel.notices``."""


ELDER_COOKIE = "linli_elder"  # as the shells read it


def speak(response: HttpResponse, account: Any) -> HttpResponse:
    """Remember an account's language and elder mode in the browser, where middleware and shells look for them."""
    keep: dict[str, Any] = {
        "max_age": settings.LANGUAGE_COOKIE_AGE,
        "secure": settings.LANGUAGE_COOKIE_SECURE,
        "samesite": "Lax",
    }
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, **keep)
    if account.elder_mode:
        response.set_cookie(ELDER_COOKIE, "1", httponly=True, **keep)
    return response
