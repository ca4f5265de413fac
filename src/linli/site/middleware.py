"""What happens to every request around its page: an id and a log line, headers, sizes, who acts, rates, answers."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from linli.base.ids import new_id
from linli.kernel.access.queries import actor_for, carries_token
from linli.site import answers
from linli.site.rates import Rates

Next = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("linli.requests")

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
QUIET = frozenset({"/healthz", "/readyz"})
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=(), interest-cohort=()"


def requests(get_response: Next) -> Next:
    """Give the request an id and one log line: its route, never its path or content, for those name people."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.PROXY else ""
        request.id = given if given.isascii() and 8 <= len(given) <= 64 else str(new_id())  # type: ignore[attr-defined]
        if settings.PROXY and (hops := request.headers.get("X-Forwarded-For")):
            request.META["REMOTE_ADDR"] = hops.rsplit(",", 1)[-1].strip()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        begun = time.perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
            if request.path not in QUIET:
                route = request.resolver_match.route if request.resolver_match else ""
                took = round((time.perf_counter() - begun) * 1000, 1)
                log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
            return response
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    return middleware


def policies(get_response: Next) -> Next:
    """Headers that keep a page to itself: no script or style but our files, no frame, no other site's eyes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers and response.status_code != 304:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def mother_tongue(get_response: Next) -> Next:
    """Pages speak Chinese until someone chooses otherwise: a borrowed phone set to English must not lose a grandmother.
    Programs that ask the API for a language get it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not answers.is_api(request):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return middleware


def sizes(get_response: Next) -> Next:
    """Say no to a body that is too large by its announced size, before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            detail = _("The request does not say how large it is.")
            return answers.respond(request, answers.Answer(411, "no_length", detail, _("Send a Content-Length.")))
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = -1
        with_files = (request.content_type or "").startswith("multipart/form-data")
        limit = settings.UPLOAD_LIMIT if with_files else settings.TEXT_LIMIT
        if size < 0:
            return answers.respond(request, answers.Answer(400, "unreadable", _("What was sent cannot be read.")))
        if size > limit:
            return answers.respond(request, answers.too_large(limit))
        return get_response(request)

    return middleware


def actors(get_response: Next) -> Next:
    """Who acts (``request.actor``, found out when first asked for), and how often they may."""
    rates = Rates(settings.RATES, settings.RATE_FACTOR / max(settings.WORKERS, 1))

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request))  # type: ignore[attr-defined]
        if answers.is_api(request) and not _own_will(request):
            return answers.forged(request)
        if rates.factor and request.path not in QUIET:
            actor = request.actor  # type: ignore[attr-defined]
            caller = actor.account or request.META.get("REMOTE_ADDR", "")
            wait = rates.wait("read" if request.method in SAFE else "write", caller, time.monotonic())
            if wait:
                return answers.respond(request, answers.too_fast(wait))
        return get_response(request)

    return middleware


def _own_will(request: HttpRequest) -> bool:
    """An API write that travels on the browser's session cookie needs the CSRF token; one with a token does not."""
    if request.method in SAFE or carries_token(request):
        return True
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is None


class Answers:
    """Errors raised by pages become answers here; the API turns its own into problems in site/api.py."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (ImmediateHttpResponse, ReauthenticationRequired)):
            return None  # allauth asks for the password again, or answers by itself
        return answers.answer_for(request, exception)
