"""Who may read a file: whoever may see its subject. The packages above say so for their own subjects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from linli.base.clock import stamp
from linli.base.errors import Missing
from linli.kernel.access.rules import Actor
from linli.kernel.files.models import Attachment
from linli.kernel.files.queries.find import MISSING

Guard = Callable[[Actor, str], bool]

_guards: dict[str, Guard] = {}
_SALT = "linli.files.pass"


def guard_subject(prefix: str, allowed: Guard) -> None:
    """Register, in ``ready()``, who may read the files of subjects written ``PREFIX:ID``; ValueError when two packages
    claim one prefix."""
    if _guards.setdefault(prefix, allowed) is not allowed:
        raise ValueError(f"files of {prefix} have a guard already")


def may_read(actor: Actor, attachment: Attachment) -> bool:
    """Whether the guard of the attachment's subject lets the actor in; a subject that nobody guards is closed to
    all."""
    prefix, colon, _ = attachment.subject.partition(":")
    guard = _guards.get(prefix)
    return bool(colon and guard is not None and guard(actor, attachment.subject))


def pass_for(attachment: Attachment, *, at: datetime, minutes: int = 30) -> str:
    """A short-lived pass to one attachment, for a page that has proven another right (a number with its code, a link
    in a message)."""
    return signing.dumps([str(attachment.id), stamp(at + timedelta(minutes=minutes))], salt=_SALT)


def subject_of_pass(token: str, *, at: datetime) -> UUID:
    """The attachment that a pass opens; Missing when it is forged or over."""
    try:
        id, until = signing.loads(token, salt=_SALT)
        if stamp(at) <= until:
            return UUID(id)
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise Missing(MISSING) from problem
    raise Missing(MISSING)
