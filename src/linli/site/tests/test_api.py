"""The API's document: every operation says how it may say no; strange input finds no 5xx and no unsaid answer."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.domains.intake.tests import factories
from linli.kernel.access.actions import make_token
from linli.kernel.access.models import Account
from linli.site.api import PROBLEMS, ROUTERS, build
from linli.site.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12


def document():
    return build().get_openapi_schema(path_prefix="/api/v1/")


def operations():
    return [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1_with_two_ways_to_sign_in():
    made = document()
    assert made["openapi"].startswith("3.1")
    assert set(made["components"]["securitySchemes"]) == {"token", "session"}
    assert len(operations()) > 20


@pytest.mark.parametrize(
    ("path", "method", "operation"), operations(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_operation_says_what_it_is_and_how_it_says_no(path, method, operation):
    assert operation.get("summary") and operation.get("operationId")
    assert not {status for status in PROBLEMS if status not in operation["responses"]}


def test_one_shape_has_one_name():
    """Two schemas of the same name would silently become one in the document."""
    names: dict[str, str] = {}
    for prefix, module in ROUTERS:
        if find_spec(module.removesuffix("api") + "schemas") is None:
            continue
        shapes = import_module(module.removesuffix("api") + "schemas")
        for name, value in vars(shapes).items():
            if isinstance(value, type) and issubclass(value, Schema) and value is not Schema:
                assert names.setdefault(value.__name__, value.__module__) == value.__module__, f"{name} of {prefix}"
    assert len(names) > 20


@pytest.fixture
def headers(transactional_db, settings, tmp_path):
    settings.HOME, settings.KEYS, settings.MEDIA_ROOT = tmp_path, tmp_path / "keys", tmp_path / "files"
    cast = factories.cast()
    factories.say(cast.li)
    Account.objects.update(password_changed_at=datetime.now(UTC))
    _token, secret = make_token(cast.wang, name="schemathesis", scopes=["*"], days=1, at=datetime.now(UTC))
    return {"Authorization": f"Bearer {secret}"}


def probe(operation, headers, found):
    """A handful of well-formed inputs to one operation, as nobody and as Wang; what is wrong goes into ``found``."""
    name = f"{operation.method.upper()} {operation.path}"

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case):
        for sent in ({}, headers):
            response = case.call(headers=sent)
            try:
                case.validate_response(response, checks=CHECKS)
            except (Exception, FailureGroup) as error:
                for one in getattr(error, "exceptions", (error,)):
                    text = " ".join(str(one).split())[:300]
                    found.setdefault(f"{name} {response.status_code} {type(one).__name__}", text)

    send()


@pytest.mark.slow
def test_strange_input_finds_no_5xx_and_no_undocumented_answer(headers):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found = {}
    for result in schema.get_all_operations():
        probe(result.ok(), headers, found)
    assert not found, "\n\n".join(f"{name}\n{what}" for name, what in found.items())
