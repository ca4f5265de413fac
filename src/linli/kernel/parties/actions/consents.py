"""What people are told, and what they answer: versioned notices, consents in three kinds, one step back out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction
from django.db.models import Max

from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Refusal, ensure
from linli.base.text import gettext_noop
from linli.kernel.audit.actions import emit, record
from linli.kernel.audit.rules import SYSTEM, Who
from linli.kernel.parties.models import Consent, Notice, Person
from linli.kernel.parties.queries import current_notice
from linli.kernel.parties.rules import Asked, check_consent


def publish_notice(
    who: Who,
    *,
    purpose: str,
    basis: str,
    title: Mapping[str, str],
    text: Mapping[str, str],
    sensitive: bool = False,
    for_minors: bool = False,
    retention_days: int | None = None,
    at: datetime,
) -> Notice:
    """The next version of a purpose's notice, in force from ``at``. Earlier consents stay with their version."""
    with transaction.atomic():
        last = Notice.objects.filter(purpose=purpose).aggregate(last=Max("version"))["last"] or 0
        notice = Notice(
            purpose=purpose,
            version=last + 1,
            basis=basis,
            title=dict(title),
            text=dict(text),
            sensitive=sensitive,
            for_minors=for_minors,
            retention_days=retention_days,
            valid_from=at,
        )
        try:
            with transaction.atomic():
                notice.save(force_insert=True)
        except IntegrityError as error:
            message = gettext_noop("Someone else has just published a version of this notice.")
            raise Conflict(Refusal("parties.notice_race", message)) from error
        record(who, "publish_notice", f"parties.notice:{purpose}/{notice.version}", at=at, detail={"basis": basis})
    return notice


def load_notices(path: Path, *, at: datetime) -> int:
    """Publish the notices of a file that are new or read differently from the version in force; how many."""
    wanted: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["notices"]
    made = 0
    for entry in wanted:
        known = current_notice(entry["purpose"], at)
        if known is None or (known.title, known.text) != (entry["title"], entry["text"]):
            publish_notice(SYSTEM, **entry, at=at)
            made += 1
    return made


def give_consent(
    who: Who,
    person: Person,
    notice: Notice,
    *,
    kind: str = "general",
    given_by: Person | None = None,
    channel: str = "",
    at: datetime,
) -> Consent:
    """Record that a person (or guardian, ``given_by``) agrees; Refused where the law asks for more. Twice is once."""
    given_by = given_by or person
    asked = Asked(
        kind=kind,
        sensitive=notice.sensitive,
        for_minors=notice.for_minors,
        newest=current_notice(notice.purpose, at) == notice,
        born=person.born,
        by_self=given_by.pk == person.pk,
        by_guardian=person.guardian_id is not None and given_by.pk == person.guardian_id,
    )
    ensure(check_consent(asked, at.astimezone(BEIJING).date()))
    return _answer(who, person, notice, kind=kind, given_by=given_by, channel=channel, agreed=True, at=at)


def refuse_consent(
    who: Who, person: Person, notice: Notice, *, kind: str = "general", channel: str = "", at: datetime
) -> Consent:
    """Record a no, so that the person is not asked again (网络数据安全管理条例 22); ends a consent still open."""
    return _answer(who, person, notice, kind=kind, given_by=person, channel=channel, agreed=False, at=at)


def _answer(
    who: Who, person: Person, notice: Notice, *, kind: str, given_by: Person, channel: str, agreed: bool, at: datetime
) -> Consent:
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        standing = Consent.objects.filter(person=person, notice=notice, kind=kind, withdrawn_at=None).first()
        if standing is not None and standing.agreed == agreed:
            return standing
        if standing is not None:
            Consent.objects.filter(pk=standing.pk).update(withdrawn_at=at)
        consent = Consent.objects.create(
            county=person.county,
            person=person,
            notice=notice,
            kind=kind,
            given_by=given_by,
            given_at=at,
            channel=channel,
            as_guardian=given_by.pk != person.pk,
            agreed=agreed,
        )
        detail = {"notice": str(notice), "kind": kind, "as_guardian": consent.as_guardian}
        action = "give_consent" if agreed else "refuse_consent"
        record(who, action, f"parties.person:{person.pk}", at=at, county=person.county, detail=detail)
    return consent


def withdraw_consent(who: Who, consent: Consent, *, at: datetime) -> None:
    """Take a consent back in one step, without a reason (个人信息保护法 15); ``consent.withdrawn`` tells others."""
    with transaction.atomic():
        if not Consent.objects.filter(pk=consent.pk, agreed=True, withdrawn_at=None).update(withdrawn_at=at):
            raise Conflict(Refusal("parties.withdrawn", gettext_noop("This consent has already been withdrawn.")))
        payload = {"person": str(consent.person_id), "purpose": consent.notice.purpose, "kind": consent.kind}
        emit("consent.withdrawn", str(consent.person_id), payload, county=consent.county, at=at)
        subject = f"parties.person:{consent.person_id}"
        record(who, "withdraw_consent", subject, at=at, county=consent.county, detail={"notice": str(consent.notice)})
