"""Handing one message over, and understanding the answer. When in doubt the answer is *unknown*, never *failed*."""

from __future__ import annotations

import logging
import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import apprise
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from linli.kernel.notices.models import Message
from linli.kernel.notices.queries.gateways import Gateway
from linli.kernel.notices.rules import Channel, Outcome, Result

# Apprise tells what happened only in its log, where it also notes whom it wrote to: read here, shown nowhere.
_log = logging.getLogger("apprise")

_STATUS = re.compile(r"error=(\d{3})")
# The connection never came about, so nothing can have been accepted.
_NEVER_LEFT = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|Failed to resolve"
    r"|CERTIFICATE_VERIFY_FAILED|Name or service not known|getaddrinfo|Network is unreachable|No route to host"
)


@dataclass(frozen=True)
class Outgoing:
    """One message ready for the road, with its address opened."""

    message: Message
    address: str


def hand_over(gateway: Gateway, outgoing: Outgoing) -> Result:
    """Send one message through its gateway; never raises for what happens out there."""
    if gateway.url.startswith("django://"):
        return _by_mail(outgoing)
    return _by_apprise(gateway, outgoing)


def _by_apprise(gateway: Gateway, outgoing: Outgoing) -> Result:
    message = outgoing.message
    # One service, asked directly: the library's own front would ask it in another thread and lose what it says.
    service = apprise.Apprise.instantiate(_filled(gateway, outgoing), suppress_exceptions=True)
    if service is None:
        return Result(Outcome.LATER, "refused_now", "the gateway's address is not understood")
    with _overheard() as said:
        accepted = service.notify(body=message.body, title=message.title, body_format=apprise.NotifyFormat.TEXT)
    return Result(Outcome.ACCEPTED) if accepted else meaning_of("\n".join(said))


def _filled(gateway: Gateway, outgoing: Outgoing) -> str:
    values = {
        "message": str(outgoing.message.pk),
        "phone": outgoing.address if gateway.channel == Channel.SMS else "",
        "email": outgoing.address if gateway.channel == Channel.EMAIL else "",
        "desk": outgoing.address if gateway.channel == Channel.CHAT else "",
    }
    url = gateway.url
    for name, value in values.items():
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    return url


def meaning_of(said: str) -> Result:
    """What a refusal means, from the library's log: by the status, else by whether a connection came about at all."""
    found = _STATUS.search(said)
    if found is None:
        if _NEVER_LEFT.search(said):
            return Result(Outcome.LATER, "unreachable")
        return Result(Outcome.UNKNOWN, "no_answer")
    status = int(found[1])
    detail = f"HTTP {status}"
    if status == 504:
        return Result(Outcome.UNKNOWN, "no_answer", detail)
    # 401 and 403 are our own keys being wrong: someone mends them, and the message is still good.
    if status in (400, 404, 405, 410, 413, 415, 422):
        return Result(Outcome.NEVER, "refused", detail)
    return Result(Outcome.LATER, "refused_now", detail)


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What Apprise logs in this thread meanwhile."""
    said: list[str] = []
    mine = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == mine:
                said.append(record.getMessage())

    ear = Ear(logging.DEBUG)
    level = _log.level
    _log.propagate = False  # from here on, because configuring the logs anew would undo it
    _log.addHandler(ear)
    _log.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        _log.removeHandler(ear)
        _log.setLevel(level)


def _by_mail(outgoing: Outgoing) -> Result:
    """Plain SMTP. Until the connection stands nothing has left; after the server refuses nothing was accepted;
    between, unknown."""
    connection = get_connection(timeout=30)
    try:
        connection.open()
    except smtplib.SMTPResponseException as problem:
        return Result(Outcome.LATER, "refused_now", f"SMTP {problem.smtp_code}")
    except (OSError, smtplib.SMTPException):
        return Result(Outcome.LATER, "unreachable")
    try:
        return _mailed(connection, outgoing)
    finally:
        _hang_up(connection)


def _mailed(connection: BaseEmailBackend, outgoing: Outgoing) -> Result:
    message = outgoing.message
    mail = EmailMessage(
        subject=message.title,
        body=message.body,
        to=[outgoing.address],
        connection=connection,
        # Mail has no key against doubles; by this one the reader's program may still recognise one.
        headers={"Message-ID": f"<{message.pk}@linli>", "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as problem:
        return _by_code(max((answer[0] for answer in problem.recipients.values()), default=0), "address")
    except smtplib.SMTPResponseException as problem:
        return _by_code(problem.smtp_code, "refused")
    except (OSError, smtplib.SMTPException):
        return Result(Outcome.UNKNOWN, "no_answer")
    except ValueError:
        return Result(Outcome.NEVER, "address")
    return Result(Outcome.ACCEPTED)


def _by_code(code: int, reason: str) -> Result:
    outcome = Outcome.NEVER if 500 <= code < 600 else Outcome.LATER
    return Result(outcome, reason if outcome == Outcome.NEVER else "refused_now", f"SMTP {code}")


def _hang_up(connection: BaseEmailBackend) -> None:
    """Say goodbye; how that goes changes nothing about the message."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        _log.debug("the mail server hung up first")
