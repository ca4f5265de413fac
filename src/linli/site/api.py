"""The JSON door: every package's router under /api/v1/, one way in, one way to say no, all in the OpenAPI document."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from linli.site import answers

VERSION = "1.0.0"

# prefix under /api/v1, module of the package that holds `router`
ROUTERS: tuple[tuple[str, str], ...] = (
    ("/regions", "linli.kernel.regions.api"),
    ("/calendar", "linli.kernel.calendar.api"),
    ("/notices", "linli.kernel.notices.api"),
    ("/files", "linli.kernel.files.api"),
    ("/cases", "linli.kernel.cases.api"),
    ("/requests", "linli.domains.intake.api"),
)

DESCRIPTION = """\
Everything that can be done in the browser can be done here.

* **Who you are**: a session (writes need its CSRF token) or `Authorization: Bearer …`, made by `linli token create`.
* **Lists** come in pages; `next` is the cursor to send back as `after`, null at the end.
* **Writes that must not happen twice** take an `Idempotency-Key` header: the same key and content, the same answer.
* **Errors** are RFC 9457 problems: a sentence, the rule's `code`, its `article` of law if it has one, and `advice`.
"""


class Problem(Schema):
    """RFC 9457 problem details; `code`, `article`, `advice` and `fields` are Linli's."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    article: str = ""
    advice: str = ""
    fields: dict[str, list[str]] = {}
    instance: str = ""


PROBLEMS = {
    400: "The input has the wrong shape; `fields` says where.",
    401: "Nobody is logged in, or the token is not valid.",
    403: "Not yours to do.",
    404: "It does not exist, or not for you.",
    405: "The resource does not know this method.",
    409: "Someone was faster, or the same key came with another content.",
    411: "The body's length was not announced.",
    413: "The body is too large.",
    422: "A rule says not now, and which.",
    429: "Too many requests; `Retry-After` says how long to wait.",
    503: "The records are busy or full; nothing was saved; `Retry-After` says when to come back.",
}


class Json(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z, default=str)


class JsonIn(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


def known(request: HttpRequest) -> Any:
    """Someone is acting: by session or by token. CSRF was checked by the middleware."""
    actor = request.actor  # type: ignore[attr-defined]
    return None if actor.is_anonymous else actor


class LinliAPI(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Ninja's document with what it cannot know: the problems any operation may answer with, and how to log in."""
        document = super().get_openapi_schema(**options)
        parts = document["components"]
        parts["schemas"]["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts["responses"] = {
            f"Problem{status}": {
                "description": text,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, text in PROBLEMS.items()
        }
        parts["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "linli_session"},
        }
        for path in document["paths"].values():
            for operation in path.values():
                for status in PROBLEMS:
                    operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
                if operation.pop("security", None):
                    operation["security"] = [{"token": []}, {"session": []}]
        return document


def build() -> NinjaAPI:
    """The API with every router mounted."""
    api = LinliAPI(
        title="Linli",
        version=VERSION,
        description=DESCRIPTION,
        urls_namespace="api",
        docs_url=None,
        auth=known,
        renderer=Json(),
        parser=JsonIn(),
    )
    for prefix, module in ROUTERS:
        if find_spec(module) is None:
            continue
        api.add_router(prefix, import_module(module).router, tags=[module.split(".")[-2]])
    for kind in (ValidationError, AuthenticationError, HttpError, Exception):
        api.add_exception_handler(kind, _answer)
    return api


def _answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Whatever an operation raised, as a problem."""
    if isinstance(error, ValidationError):
        return _wrong_shape(request, error)
    if isinstance(error, AuthenticationError):
        return answers.respond(request, answers.who_are_you())
    if isinstance(error, HttpError):
        return _ninja_said_no(request, error)
    return answers.answer_for(request, error if isinstance(error, Exception) else error())


def _wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Pydantic's findings, by field, as a 400."""
    fields: dict[str, list[str]] = {}
    for found in error.errors:
        name = ".".join(str(part) for part in found["loc"][2:] or found["loc"][-1:])
        fields.setdefault(name, []).append(str(found["msg"]))
    detail = _("Something in the input has the wrong shape.")
    return answers.respond(request, answers.Answer(400, "wrong_shape", detail, _("See the fields."), fields=fields))


def _ninja_said_no(request: HttpRequest, error: HttpError) -> HttpResponse:
    answer = answers.Answer(
        error.status_code, "unreadable", _("What was sent cannot be read."), _("Check it and send it again.")
    )
    return answers.respond(request, answer)
