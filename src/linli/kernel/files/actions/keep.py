"""Storing: the body first (temporary name, on the disk, renamed), the row afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from linli.base.clock import BEIJING
from linli.base.ids import new_id
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.files.actions.shelf import drop, put
from linli.kernel.files.actions.spool import Prepared, Readable, ready
from linli.kernel.files.models import Attachment, Content
from linli.kernel.files.queries.parameters import limits_at, retention_of
from linli.kernel.files.rules.retention import keep_until


def prepare(stream: Readable, name: str, *, at: datetime) -> Prepared:
    """Take a body in, judge and clean it, without any database: do this before opening a transaction.

    Refused or Invalid with a sentence when it isn't taken; the caller ``attach``es the result or ``discard``s it.
    """
    return ready(stream, name, limits_at(at))


def store(
    who: Who | Actor,
    stream: Readable,
    name: str,
    *,
    county: str,
    region: str,
    subject: str,
    retention: str,
    at: datetime,
    sensitive: bool | None = None,
) -> Attachment:
    """Take a body in and attach it in one go; ``sensitive`` defaults to what the retention class says."""
    retention_of(retention)
    prepared = prepare(stream, name, at=at)
    return attach(
        who, prepared, county=county, region=region, subject=subject, retention=retention, at=at, sensitive=sensitive
    )


def attach(
    who: Who | Actor,
    prepared: Prepared,
    *,
    county: str,
    region: str,
    subject: str,
    retention: str,
    at: datetime,
    sensitive: bool | None = None,
) -> Attachment:
    """Give a prepared body to a subject. The same bytes are kept once per county. Whatever happens, no temporary file
    stays."""
    who = who.who(region) if isinstance(who, Actor) else who
    kept_for = retention_of(retention)
    try:
        with transaction.atomic():
            content = _content_for(prepared, county, at)
            attachment = Attachment.objects.create(
                county=county,
                region=region,
                subject=subject,
                name=prepared.name,
                kind=content.kind,
                media_type=content.media_type,
                size=content.size,
                digest=content.digest,
                received_digest=prepared.received_digest,
                content=content,
                sensitive=kept_for.sensitive if sensitive is None else sensitive,
                retention=retention,
                keep_until=keep_until(kept_for, at.astimezone(BEIJING).date()),
                stored_at=at,
                stored_by=who.account,
            )
            record(who, "files.store", _key(attachment), at=at, county=county, detail=_about(attachment))
    finally:
        prepared.discard()
    return attachment


def count_from(who: Who, subject: str, *, county: str, start: datetime, at: datetime, retention: str = "") -> int:
    """Let the periods of a subject's files begin at ``start`` (the day its matter was closed), in another class if
    named."""
    with transaction.atomic():
        kept = list(Attachment.objects.select_for_update().filter(county=county, subject=subject, state="kept"))
        for attachment in kept:
            name = retention or attachment.retention
            kept_for = retention_of(name)
            until = keep_until(kept_for, start.astimezone(BEIJING).date())
            changes = {"retention": (attachment.retention, name), "keep_until": (attachment.keep_until, until)}
            attachment.retention, attachment.keep_until = name, until
            attachment.sensitive = attachment.sensitive or kept_for.sensitive
            attachment.save(update_fields=["retention", "keep_until", "sensitive"])
            record(who, "files.count_from", _key(attachment), at=at, county=county, changes=changes)
    return len(kept)


def _content_for(prepared: Prepared, county: str, at: datetime) -> Content:
    """The county's content with these bytes: an existing one, locked so that it can't be destroyed meanwhile, or a new
    one."""
    same = Content.objects.select_for_update()
    found = same.filter(county=county, digest=prepared.digest).first()
    if found is not None:
        return found
    content = _placed(prepared, county, at)
    try:
        with transaction.atomic():
            content.save(force_insert=True)
    except IntegrityError:
        # Someone else stored the same bytes between our look and our row; theirs stays.
        drop(content.places())
        return same.get(county=county, digest=prepared.digest)
    return content


def _placed(prepared: Prepared, county: str, at: datetime) -> Content:
    """Rename the bodies to their lasting places and describe them; nothing refers to them until the row is written."""
    id = new_id()
    place = f"{county}/{at.astimezone(BEIJING):%Y/%m}/{id}"
    done: list[str] = []
    try:
        for path, target in (
            (prepared.path, place),
            *((path, f"{place}-{part}") for part, path in prepared.thumbnails.items()),
        ):
            done.append(put(path, target))
    except BaseException:
        drop(done)
        raise
    return Content(
        id=id,
        county=county,
        digest=prepared.digest,
        size=prepared.size,
        kind=prepared.verdict.kind,
        media_type=prepared.verdict.media_type,
        place=place,
        small=f"{place}-small" if "small" in prepared.thumbnails else "",
        medium=f"{place}-medium" if "medium" in prepared.thumbnails else "",
        width=prepared.width,
        height=prepared.height,
        stored_at=at,
    )


def _key(attachment: Attachment) -> str:
    return f"files.attachment:{attachment.id}"


def _about(attachment: Attachment) -> dict[str, object]:
    """What the record says of a file: not its name, which may tell who someone is."""
    return {
        "subject": attachment.subject,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "digest": attachment.digest,
        "received_digest": attachment.received_digest,
        "retention": attachment.retention,
        "sensitive": attachment.sensitive,
    }
