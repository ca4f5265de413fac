"""Keys and home of a test are its own; gateways listen on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.kernel.notices.tests.servers import MailServer, SmsGateway
from linli.kernel.parties.actions import make_keys


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """LINLI_HOME with fresh keys, no gateway set up."""
    monkeypatch.delenv("LINLI_KEY_RING", raising=False)
    settings.HOME = tmp_path
    settings.LINLI_NOTICE_URLS = {}
    settings.LINLI_PUBLIC_URL = "https://linli.example"
    make_keys()
    return tmp_path


@pytest.fixture
def sms(settings: Any) -> Iterator[Callable[..., SmsGateway]]:
    """Set up a text-message gateway with faults, with or without a key against doubles."""
    opened: list[SmsGateway] = []

    def listen(fault: Callable[[int], int | str] = lambda number: 200, *, key: bool = False) -> SmsGateway:
        gateway = SmsGateway(fault)
        opened.append(gateway)
        header = "&+Idempotency-Key={message}" if key else ""
        settings.LINLI_NOTICE_URLS = {"sms": f"{gateway.address}?:to={{phone}}&rto=2&cto=2{header}"}
        return gateway

    yield listen
    for gateway in opened:
        gateway.close()


@pytest.fixture
def mail(settings: Any) -> Iterator[Callable[..., MailServer]]:
    """Set up a mail server with faults."""
    opened: list[MailServer] = []

    def listen(**say: str) -> MailServer:
        server = MailServer(**say)
        opened.append(server)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.LINLI_NOTICE_URLS = {"email": "django://"}
        return server

    yield listen
    for server in opened:
        server.close()
