"""The one place where an error becomes an answer: a page with a sentence and a way on, or an RFC 9457 problem."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.base.errors import Conflict, Denied, Invalid, LinliError, Missing, Refused

log = structlog.get_logger("linli.answers")

TITLES = {
    400: gettext_noop("Something in what you sent is not right"),
    401: gettext_noop("Please say who you are"),
    403: gettext_noop("This is not yours to do"),
    404: gettext_noop("There is nothing here"),
    405: gettext_noop("This cannot be done here"),
    409: gettext_noop("Someone was faster"),
    411: gettext_noop("The size is missing"),
    413: gettext_noop("This is too large"),
    415: gettext_noop("This kind of content is not understood"),
    422: gettext_noop("Not now"),
    429: gettext_noop("A little slower, please"),
    500: gettext_noop("We made a mistake"),
    503: gettext_noop("Please try again in a moment"),
}
STATUS: tuple[tuple[type[LinliError], int], ...] = (
    (Denied, 403),
    (Missing, 404),
    (Conflict, 409),
    (Refused, 422),
    (Invalid, 400),
)
RETRY_SECONDS = 3
SQLITE_BUSY = re.compile("locked|busy|unable to open|disk i/o|readonly|interrupted")


@dataclass(frozen=True)
class Answer:
    """A refusal in the reader's language, ready to be shown."""

    status: int
    code: str
    detail: str
    advice: str = ""
    article: str = ""
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return _(TITLES.get(self.status, TITLES[500]))


def answer_to(error: BaseException) -> Answer | None:
    """The answer an error stands for, or None when nobody expected it."""
    if isinstance(error, LinliError):
        return _said_no(error)
    if isinstance(error, DatabaseError) or error.__class__.__name__ == "PoolTimeout":
        return _records_closed(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full()
    return _django_said_no(error)


def _django_said_no(error: BaseException) -> Answer | None:
    if isinstance(error, Http404):
        return Answer(404, "missing", _("This page does not exist, or is not for you."), _("Go back, or search."))
    if isinstance(error, PermissionDenied):
        return Answer(403, "denied", _("You have no right to do this."))
    if isinstance(error, RequestDataTooBig):
        return too_large(settings.TEXT_LIMIT)
    if isinstance(error, (TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, SuspiciousOperation, BadRequest)):
        return Answer(400, "unreadable", _("What was sent cannot be read."), _("Check it and send it again."))
    return None


def _said_no(error: LinliError) -> Answer:
    refusal = error.refusal
    status = next(number for kind, number in STATUS if isinstance(error, kind))
    fields = {name: [_(text) for text in texts] for name, texts in getattr(error, "fields", {}).items()}
    return Answer(
        status,
        refusal.code,
        sentence(refusal.message, refusal.params),
        sentence(refusal.advice, refusal.params),
        refusal.article,
        fields,
    )


def sentence(message: str, params: Mapping[str, object]) -> str:
    """A msgid in the reader's language with its ``{places}`` filled; a place without a value stays empty."""
    if not message:
        return ""

    class Places(dict[str, object]):
        def __missing__(self, key: str) -> str:
            return ""

    return _(message).format_map(Places(params)) if params else _(message)


def _records_closed(error: BaseException) -> Answer | None:
    """A database that is locked, full, away or in a deadlock undid everything: trying again is safe."""
    text = str(error).lower()
    if "disk is full" in text or "no space left" in text or getattr(error.__cause__, "sqlstate", "") == "53100":
        return _full()
    if isinstance(error, InterfaceError) or error.__class__.__name__ == "PoolTimeout" or _passing(error):
        return busy(_("The records are busy; nothing was saved. Please send it again in a moment."), "busy")
    return None


def _passing(error: BaseException) -> bool:
    """Whether an OperationalError goes away by itself. SQLite calls a slip in a query one as well; psycopg does not."""
    if not isinstance(error, OperationalError):
        return False
    return not isinstance(error.__cause__, sqlite3.OperationalError) or bool(SQLITE_BUSY.search(str(error).lower()))


def _full() -> Answer:
    return busy(_("There is no room left to store this; nothing was saved. Please tell the operators."), "full")


def busy(detail: str, code: str) -> Answer:
    """503 with the time after which to come back."""
    return Answer(503, code, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def too_large(limit: int) -> Answer:
    """413: how much may be sent at once, in MB."""
    megabytes = limit // 2**20
    return Answer(
        413,
        "too_large",
        _("At most {size} MB can be sent at once; nothing was saved.").format(size=megabytes),
        _("Shorten the text, or send smaller or fewer files."),
    )


def too_fast(seconds: int) -> Answer:
    """429: how long to wait, in seconds."""
    detail = _("Too many requests in a short time. Please wait {seconds} seconds.").format(seconds=seconds)
    return Answer(429, "too_fast", detail, headers={"Retry-After": str(seconds)})


def who_are_you() -> Answer:
    """401 for the API."""
    return Answer(
        401,
        "unauthenticated",
        _("Nobody is logged in, or the token is unknown or has expired."),
        _("Log in, or send a valid token as `Authorization: Bearer …`."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    """The answer in the form this caller reads: problem document for the API, page for a person."""
    response = problem(request, answer) if is_api(request) else page(request, answer)
    for name, value in answer.headers.items():
        response[name] = value
    return response


def problem(request: HttpRequest, answer: Answer) -> HttpResponse:
    """RFC 9457, with the rule's code, its article and what to do now."""
    body: dict[str, Any] = {
        "type": f"urn:linli:problem:{answer.code}",
        "title": answer.title,
        "status": answer.status,
        "detail": answer.detail or answer.title,
        "code": answer.code,
        "article": answer.article,
        "advice": answer.advice,
        "fields": answer.fields,
        "instance": f"urn:uuid:{request_id(request)}",
    }
    return HttpResponse(orjson.dumps(body), status=answer.status, content_type="application/problem+json")


def page(request: HttpRequest, answer: Answer) -> HttpResponse:
    """A page that says why, by which article, and what to do now; a fragment for htmx."""
    part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    template = "errors/part.html" if part else "errors/page.html"
    html = render_to_string(template, {"answer": answer, "request_id": request_id(request)}, request=request)
    return HttpResponse(html, status=answer.status)


def request_id(request: HttpRequest) -> str:
    return str(getattr(request, "id", ""))


def answer_for(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Whatever was raised, as an answer; what nobody expected is logged whole and shown as an id only."""
    if isinstance(error, (Denied, PermissionDenied)) and _stranger(request):
        if is_api(request):
            return respond(request, who_are_you())
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
    answer = answer_to(error)
    if answer is None:
        log.error("unexpected", exc_info=error)
        answer = Answer(500, "unexpected", _("Something went wrong on our side. Nothing was saved."))
    elif answer.status == 503:
        log.warning("unavailable", code=answer.code, kind=error.__class__.__name__, why=str(error)[:200])
    return respond(request, answer)


def _stranger(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return actor is None or bool(actor.is_anonymous)


# Django calls these when nothing of ours was reached ---------------------------------------------------------------
def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, exception)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_for(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    return respond(request, Answer(500, "unexpected", _("Something went wrong on our side. Nothing was saved.")))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: an old page, blocked cookies, or another site sending in a person's name."""
    detail = _("This form is too old, or came from another site; nothing was saved.")
    return respond(request, Answer(403, "forged", detail, _("Load the page again and send it once more.")))
