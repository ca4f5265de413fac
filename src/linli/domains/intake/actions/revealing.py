"""Opening what is sealed about one person: one request, one reason, on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.base.errors import Invalid, Refusal, Refused
from linli.base.text import gettext_noop
from linli.domains.intake.models import CONTACT_NAME, CONTACT_PHONE
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.requests import get_request, is_accused
from linli.domains.intake.rules.wording import Person
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.parties.queries import open_text


def reveal_contact(actor: Actor, case_id: str | UUID, *, reason: str, at: datetime) -> Person:
    """Name and telephone of one requester in full. Denied without the right, Refused for an anonymous request or for
    those complained of (济南市12345热线条例 32), Invalid without a reason. The reading itself is recorded."""
    found = get_request(actor, case_id)
    require(actor, Permission.REVEAL_CONTACT, found.case.region_id, handler=found.case.handler)
    if found.request.is_anonymous:
        raise Refused(
            Refusal("intake.nobody_known", gettext_noop("This request is anonymous; nobody knows who sent it."))
        )
    if is_accused(actor, found.case):
        message = gettext_noop("The complaint is about this desk or about you.")
        raise Refused(Refusal("intake.accused", message, article="济南市12345热线条例 32"))
    if len(reason.strip()) < 2:
        message = gettext_noop("Please give a reason.")
        raise Invalid(Refusal("intake.no_reason", message), {"reason": [message]})
    with transaction.atomic():
        record(
            actor.who(found.case.region_id, found.case.handler), "intake.reveal_contact", found.subject, at=at,
            county=found.case.county, detail={"reason": reason.strip()[:400]}, reads=["contact_name", "contact_phone"],
        )  # fmt: skip
    name, phone = (
        open_text(found.request.contact_name, CONTACT_NAME),
        open_text(found.request.contact_phone, CONTACT_PHONE),
    )
    return Person(name, phone, False)
