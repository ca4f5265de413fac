"""What every answer carries and what no request gets past: headers, sizes, forged writes, rates."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from linli.kernel.access.models import Account
from linli.site import middleware
from linli.site.rates import Rates

pytestmark = pytest.mark.django_db


def test_pages_keep_to_themselves(client):
    response = client.get("/account/login/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "*" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_pages_hold_no_inline_script_or_style(client):
    for url in ("/account/login/", "/nothing-here", "/assistance/"):
        html = client.get(url).content.decode()
        assert "<style" not in html and " style=" not in html and " onclick=" not in html, url
        tags = [tag.split(">")[0] for tag in html.split("<script")[1:]]
        assert all("src=" in tag or 'type="application/json"' in tag for tag in tags), url  # data is no script


def test_a_body_is_refused_by_its_announced_size_before_it_is_read():
    class Unreadable:
        def read(self, *_size):
            raise AssertionError("the body was read")

    def post(size, kind, path="/api/v1/x", **extra):
        request = RequestFactory().generic("POST", path, b"", kind, CONTENT_LENGTH=str(size), **extra)
        request._stream = Unreadable()
        return middleware.sizes(lambda _request: pytest.fail("passed on"))(request)

    for kind, size in (("multipart/form-data; boundary=x", 3 * 2**30), ("application/json", 10 * 2**20)):
        response = post(size, kind)
        assert response.status_code == 413 and "MB" in response.content.decode()
    assert post(0, "application/json", HTTP_TRANSFER_ENCODING="chunked").status_code == 411
    assert post("many", "application/json").status_code == 400


def test_a_text_of_ten_megabytes_gets_a_sentence(client):
    response = client.post("/account/login/", "login=" + "长" * (10 * 2**20 // 3), "application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "4 MB" in response.content.decode()


def test_a_write_on_the_session_cookie_needs_its_csrf_token():
    account = Account.objects.create(username="li", created_at="2026-01-01T00:00:00Z")
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    forged = client.post("/api/v1/requests", "{}", "application/json")
    assert forged.status_code == 403
    assert forged.json()["code"] == "forged"
    client.get("/account/login/")  # gives the cookie, as any page with a form does
    other = client.post("/api/v1/nothing", "{}", "application/json", headers={"authorization": "x"})
    assert other.status_code == 403, "a header that is no bearer token does not replace the session"
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    honest = client.post("/api/v1/nothing", "{}", "application/json", headers={"x-csrftoken": "a" * 32})
    assert honest.status_code == 404


def test_a_caller_who_asks_too_often_waits_and_others_do_not():
    rates = Rates({"write": 60}, 1.0)
    allowed = [rates.wait("write", "a", 0.0) for _ in range(31)]
    assert allowed == [0] * 30 + [1]
    assert rates.wait("write", "b", 0.0) == 0
    assert rates.wait("write", "a", 1.0) == 0
    assert rates.wait("write", "a", 1.0) == 1


def test_rates_are_answered_with_a_time_to_come_back(settings, client):
    settings.RATE_FACTOR, settings.RATES = 1.0, {"read": 4, "write": 4}
    codes = [Client().get("/api/v1/nothing").status_code for _ in range(2)]
    assert codes == [404, 404]  # every client builds its own chain, so its own buckets
    one = Client()
    answers = [one.get("/api/v1/nothing") for _ in range(4)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_a_request_id_comes_from_us_unless_a_proxy_is_believed(settings, client):
    ours = client.get("/healthz", headers={"x-request-id": "00000000-given"})["X-Request-ID"]
    settings.PROXY = True
    theirs = client.get("/healthz", headers={"x-request-id": "00000000-given"})["X-Request-ID"]
    assert ours != "00000000-given" and theirs == "00000000-given"


def test_machines_can_ask_how_it_is(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").status_code == 200
    assert client.get("/version").json()["name"] == "linli"


def test_production_settings_pass_djangos_own_questions(tmp_path):
    import os
    import subprocess
    import sys

    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "linli.site.manage", "check", "--deploy", "--fail-level=WARNING", "--tag=security"],
        env={**kept, "LINLI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "linli.site.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
