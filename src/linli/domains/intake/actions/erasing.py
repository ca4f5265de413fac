"""Forgetting who asked once their person is erased; what was said and done stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from linli.domains.intake.models import Request
from linli.kernel.audit.actions import record_many
from linli.kernel.audit.rules import SYSTEM, Record
from linli.kernel.cases.models import Case

LEFT = ~Q(contact_name="") | ~Q(contact_phone="") | ~Q(phone_index="") | ~Q(external_person="")
"""Anything by which the person could still be named, called or found."""
EMPTY = {"contact_name": "", "contact_phone": "", "phone_index": "", "external_person": ""}


def erase_contacts(person: UUID, *, at: datetime) -> int:
    """Clear name, telephone and their indexes in every request of a person whose entry was erased (个人信息保护法 47);
    returns in how many. The words, the answer and the history stay: they are the record of what the desk did. Each
    request is noted without what was in it; a repetition finds nothing and notes nothing."""
    with transaction.atomic():
        found = list(
            Request.objects.select_for_update(of=("self",))
            .filter(LEFT, case__requester=person)
            .values_list("pk", "case_id", "county")
        )
        Request.objects.filter(pk__in=[pk for pk, _case, _county in found]).update(**EMPTY)
        rows = [
            Record(
                "intake.erase_contact", Case(pk=case).subject, county,
                changes={"contact_name": ("***", ""), "contact_phone": ("***", "")}, detail={"person": str(person)},
            )
            for _pk, case, county in found
        ]  # fmt: skip
        record_many(SYSTEM, rows, at=at)
    return len(found)
