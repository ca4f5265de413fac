"""Destroying: in time by the retention class, or earlier by decision; and sweeping up what no row refers to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import transaction

from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Invalid, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.files.actions.shelf import drop
from linli.kernel.files.models import Attachment, Content
from linli.kernel.files.permissions import Permission
from linli.kernel.files.queries.find import get_attachment
from linli.kernel.files.queries.parameters import retention_classes
from linli.kernel.files.queries.places import incoming, storage

_NO_REASON = Refusal("files.no_reason", gettext_noop("Say why this file is destroyed before its time."))
_GONE = Refusal("files.gone", gettext_noop("This file was destroyed already."))


def expire(now: datetime, limit: int = 500) -> int:
    """Destroy files whose last day is over in Beijing; each leaves a row and an entry in the record. Returns how
    many."""
    today = now.astimezone(BEIJING).date()
    due = Attachment.objects.filter(state=Attachment.State.KEPT, keep_until__lt=today).order_by("keep_until")
    return sum(_end(id, None, "", now) for id in list(due.values_list("id", flat=True)[:limit]))


def destroy(actor: Actor, attachment: Attachment, *, reason: str, at: datetime) -> None:
    """Destroy one file before its time; needs ``files.destroy`` where it lies, and a reason."""
    require(actor, Permission.DESTROY, attachment.region)
    if not reason.strip():
        raise Invalid(_NO_REASON, {"reason": [_NO_REASON.message]})
    if not _end(attachment.id, actor.who(attachment.region), reason.strip()[:200], at):
        raise Conflict(_GONE)


def sweep(now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove bodies that no row refers to and that are older than a day: left by a crash or a rolled-back action."""
    before = now - older_than
    gone = 0
    for path in incoming().iterdir():
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    shelf = storage()
    for place in list(_places("")):
        if _moment(shelf.get_modified_time(place)) < before and not _wanted(place):
            shelf.delete(place)
            gone += 1
    return gone


def _end(id: object, who: Who | None, reason: str, at: datetime) -> bool:
    """Mark destroyed by compare-and-set; the body goes with the last attachment that needed it, after the commit."""
    with transaction.atomic():
        attachment = get_attachment(str(id))
        content = attachment.content
        if content is None:
            return False
        # Locked before the last user is counted, so that nobody takes this content up meanwhile.
        Content.objects.select_for_update().get(pk=content.pk)
        why = reason or _by_class(attachment)
        changed = Attachment.objects.filter(pk=attachment.pk, state=Attachment.State.KEPT).update(
            state=Attachment.State.DESTROYED, content=None, name="", destroyed_at=at, destroyed_why=why
        )
        if not changed:
            return False
        if not Attachment.objects.filter(county=content.county, content=content).exists():
            places = content.places()
            content.delete()
            transaction.on_commit(partial(drop, places))
        record(
            who or Who("", "", "", "system", attachment.county),
            "files.destroy",
            f"files.attachment:{attachment.id}",
            at=at,
            county=attachment.county,
            detail={"subject": attachment.subject, "digest": attachment.digest, "why": why},
        )
    return True


def _by_class(attachment: Attachment) -> str:
    found = retention_classes().get(attachment.retention)
    return f"{attachment.retention}: {found.keep}, {found.source}"[:200] if found else attachment.retention


def _places(folder: str) -> Iterator[str]:
    """Every place in the storage, folder by folder."""
    shelf = storage()
    try:
        folders, files = shelf.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield os.path.join(folder, name) if folder else name
    for name in folders:
        yield from _places(os.path.join(folder, name) if folder else name)


def _wanted(place: str) -> bool:
    whole = place.removesuffix("-small").removesuffix("-medium")
    return Content.objects.filter(county=place.split("/", 1)[0], place=whole).exists()


def _moment(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)
