"""One error, one answer: the right status, a sentence in the reader's language, and a way on; on both doors."""

from __future__ import annotations

import errno
import json
import sqlite3

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import RequestFactory, override_settings
from django.urls import path

from linli.base.errors import Conflict, Denied, Invalid, Missing, Refusal, Refused
from linli.kernel.access.rules import ANONYMOUS, Actor
from linli.site import answers
from linli.site.urls import handler404, urlpatterns  # noqa: F401 - this module is an URL configuration in one test

REFUSAL = Refusal("x.y", "Please sign in first.", article="Law 1", advice="Go back, or search.")
WANG = Actor(account="01a20000-0000-7000-8000-000000000001", name="Wang")


def raising(request):
    raise RuntimeError("the secret of somebody's phone 13800000000")


urlpatterns = [*urlpatterns, path("raising", raising), path("api/v1/raising", raising)]


def request(url="/page", actor=WANG, **headers):
    made = RequestFactory(headers=headers).get(url)
    made.actor, made.id = actor, "01a20000-0000-7000-8000-00000000000f"
    return made


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Denied(REFUSAL), 403), (Missing(REFUSAL), 404), (Conflict(REFUSAL), 409), (Refused(REFUSAL), 422),
        (Invalid(REFUSAL, {"title": ["too long"]}), 400), (Http404(), 404), (PermissionDenied(), 403),
        (RequestDataTooBig(), 413), (SuspiciousOperation(), 400), (OperationalError("database is locked"), 503),
        (OperationalError("database or disk is full"), 503), (OSError(errno.ENOSPC, "No space left on device"), 503),
        (IntegrityError("not expected"), 500), (ZeroDivisionError(), 500),
    ],
)  # fmt: skip
def test_an_error_is_a_problem_of_its_status(error, status):
    response = answers.answer_for(request("/api/v1/x"), error)
    body = json.loads(response.content)
    assert (response.status_code, body["status"]) == (status, status)
    assert response["Content-Type"] == "application/problem+json"
    assert body["detail"] and body["title"] and body["code"] and body["type"].startswith("urn:linli:problem:")
    assert ("Retry-After" in response) == (status == 503)


@pytest.mark.parametrize(("words", "status"), [("database is locked", 503), ("misuse of aggregate: COUNT()", 500)])
def test_a_slip_in_a_query_is_not_called_busy(words, status):
    error = OperationalError(words)
    error.__cause__ = sqlite3.OperationalError(words)
    assert answers.answer_for(request("/api/v1/x"), error).status_code == status


def test_a_refusal_carries_rule_article_advice_and_fields():
    body = json.loads(answers.answer_for(request("/api/v1/x"), Invalid(REFUSAL, {"title": ["too long"]})).content)
    assert (body["code"], body["article"], body["fields"]) == ("x.y", "Law 1", {"title": ["too long"]})
    assert body["advice"]


def test_the_sentence_is_in_the_readers_language(client):
    chinese = client.get("/nothing-here")
    client.cookies["linli_language"] = "en"
    english = client.get("/nothing-here")
    assert chinese.status_code == english.status_code == 404
    assert "There is nothing here" in english.content.decode()
    assert "There is nothing here" not in chinese.content.decode()


def test_a_person_gets_a_page_and_htmx_a_part(db):
    page = answers.answer_for(request(), Refused(REFUSAL)).content.decode()
    part = answers.answer_for(request(**{"HX-Request": "true"}), Refused(REFUSAL)).content.decode()
    assert "<html" in page and "<html" not in part
    assert "Law 1" in page and "Law 1" in part


def test_somebody_unknown_is_asked_to_sign_in_and_comes_back():
    response = answers.answer_for(request("/desk/?a=1", ANONYMOUS), Denied(REFUSAL))
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/desk/%3Fa%3D1"
    api = answers.answer_for(request("/api/v1/x", ANONYMOUS), Denied(REFUSAL))
    assert (api.status_code, api["WWW-Authenticate"]) == (401, "Bearer")


def test_words_of_a_refusal_are_filled_and_missing_places_do_not_break_it():
    assert answers.sentence("{a} of {b}", {"a": 1}) == "1 of "
    assert answers.sentence("50 % {of", {}) == "50 % {of"


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("url", ["/raising", "/api/v1/raising"])
def test_what_nobody_expected_is_logged_and_shown_as_an_id_only(client, url, caplog):
    client.raise_request_exception = False
    response = client.get(url)
    shown = response.content.decode()
    assert response.status_code == 500
    assert "13800000000" not in shown and "RuntimeError" not in shown
    assert response["X-Request-ID"] in shown
