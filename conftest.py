"""What every test needs: a database that may be emptied, no calendar remembered from the last test, a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

REQUIRE_ALL = os.environ.get("LINLI_REQUIRE_ALL") == "1"


@pytest.fixture(scope="session", autouse=True)
def _keys_of_these_tests() -> Iterator[None]:
    """Personal data in tests is sealed by keys that live as long as the tests."""
    from linli.base.ciphers import fresh_ring, ring_to_text

    os.environ.setdefault("LINLI_KEY_RING", ring_to_text(fresh_ring()))
    yield


@pytest.fixture(scope="session", autouse=True)
def _record_can_be_emptied() -> Iterator[None]:
    """Entries of the record can not be deleted, not even by Django's flush after a test with real transactions."""
    from django.db import transaction
    from django.db.backends.base.operations import BaseDatabaseOperations

    append_only = import_module("linli.kernel.audit.migrations._append_only")
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        with transaction.atomic(using=self.connection.alias):
            append_only.unguard(self.connection)
            flush(self, sql_list)
            append_only.guard(self.connection)

    BaseDatabaseOperations.execute_sql_flush = unguarded
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def _no_calendar_from_before() -> None:
    """A calendar kept in the process may come from a test that was rolled back."""
    from linli.kernel.calendar.queries import forget

    forget()


def without(part: str) -> None:
    """Skip a test because a real component is not installed, or fail where nothing may be skipped."""
    if REQUIRE_ALL:
        pytest.fail(f"{part} is not installed and LINLI_REQUIRE_ALL=1 allows no skip", pytrace=False)
    pytest.skip(f"{part} is not installed")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        without("Chromium")
    # Playwright keeps an event loop in this thread, for which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A phone-sized page in Chinese at the live server; a script error or a request to another host fails the test."""
    context = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}, timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("request", lambda request: _at_home(request.url, live_server.url, wrong))
    yield page
    context.close()
    assert not wrong, wrong


def _at_home(url: str, home: str, wrong: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        wrong.append(f"request to another host: {url}")
