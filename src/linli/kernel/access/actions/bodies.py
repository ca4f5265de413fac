"""The doors to households and organisations: the right is asked here, the deed is done in ``parties``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.base.clock import BEIJING
from linli.base.errors import Missing, Refusal, ensure
from linli.base.text import gettext_noop
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import require, visible_by_number, visible_person, visible_to
from linli.kernel.access.rules import Actor
from linli.kernel.parties import actions as parties
from linli.kernel.parties.models import Household, HouseholdMember, Organisation, Person
from linli.kernel.parties.rules import check_doubt_reason

NO_MEMBER = Refusal("parties.no_member", gettext_noop("There is no such household member."))


def found_household(actor: Actor, person_id: str | UUID, *, address: str = "", at: datetime) -> Household:
    """A new household in the community where a person lives, with that person as its head."""
    head = _editable(actor, person_id)
    on = at.astimezone(BEIJING).date()
    region = str(head.region_id)
    return parties.found_household(actor.who(region), region=region, head=head, address=address, on=on, at=at)


def join_household(actor: Actor, person_id: str | UUID, number: str, *, relation: str, at: datetime) -> HouseholdMember:
    """Someone, found by a whole phone or document number, joins the household a person lives in now."""
    host = _editable(actor, person_id)
    own = host.households.filter(valid_to=None).select_related("household").first()
    if own is None:
        raise Missing(NO_MEMBER)
    require(actor, Permission.REGISTER_PERSON, own.household.region_id)
    newcomer = visible_by_number(actor, number)
    who, on = actor.who(own.household.region_id), at.astimezone(BEIJING).date()
    return parties.join_household(who, own.household, newcomer, relation=relation, on=on, at=at)


def _member(actor: Actor, member_id: str | UUID) -> HouseholdMember:
    rows = visible_to(
        actor, Permission.REGISTER_PERSON, HouseholdMember.objects.filter(valid_to=None),
        region_field="household__region_id", handler_field="",
    )  # fmt: skip
    found = rows.filter(pk=member_id).select_related("household").first()
    if found is None:
        raise Missing(NO_MEMBER)
    return found


def leave_household(actor: Actor, member_id: str | UUID, *, new_head: str = "", at: datetime) -> HouseholdMember:
    """Someone leaves their household today; a head names who follows, by that member's id, while others stay."""
    member = _member(actor, member_id)
    heir = _member(actor, new_head) if new_head else None
    who, on = actor.who(member.household.region_id), at.astimezone(BEIJING).date()
    parties.leave_household(who, member, on=on, at=at, new_head=heir)
    return member


def name_head(actor: Actor, member_id: str | UUID, *, at: datetime) -> HouseholdMember:
    """Make someone the head of a household that has none."""
    member = _member(actor, member_id)
    parties.name_head(actor.who(member.household.region_id), member, at=at)
    return member


def _editable(actor: Actor, person_id: str | UUID) -> Person:
    person = visible_person(actor, person_id)
    require(actor, Permission.REGISTER_PERSON, person.region_id or "")
    return person


def enter_organisation(
    actor: Actor,
    *,
    region: str,
    name: str,
    credit_code: str = "",
    kind: str = "other",
    keep_doubtful: bool = False,
    reason: str = "",
    at: datetime,
) -> Organisation:
    """Enter an organisation; a doubtful credit code only with what it was compared with, which goes on the record."""
    require(actor, Permission.KEEP_ORGANISATIONS, region)
    ensure(check_doubt_reason(keep_doubtful, reason))
    return parties.register_organisation(
        actor.who(region), region=region, name=name, credit_code=credit_code, kind=kind, keep_doubtful=keep_doubtful,
        doubt_reason=reason, at=at,
    )  # fmt: skip
