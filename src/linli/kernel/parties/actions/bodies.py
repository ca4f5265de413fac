"""Households and organisations: who belongs to them, as what, from when to when."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.base.errors import Conflict, Refusal, Refused, ensure
from linli.base.text import fold, gettext_noop
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.parties.models import Household, HouseholdMember, Membership, Organisation, Person, Post
from linli.kernel.parties.queries import blind_index, seal_text
from linli.kernel.parties.rules import ABOUT, check_credit_code, compact, doubt_credit_code
from linli.kernel.regions.queries import get_region


def found_household(who: Who, *, region: str, head: Person, address: str = "", on: date, at: datetime) -> Household:
    """A new household with its head, who leaves the one they were in on the same day."""
    home = get_region(region)
    household = Household(
        county=home.county,
        region=home,
        founded_at=at,
        address_cipher=seal_text(fold(address), ABOUT["household"]),
        address_index=blind_index(address, "address"),
    )
    with transaction.atomic():
        household.save(force_insert=True)
        _move_in(household, head, "head", on)
        detail = {"region": home.code, "head": str(head.pk)}
        record(who, "found_household", f"parties.household:{household.pk}", at=at, county=home.county, detail=detail)
    return household


def join_household(
    who: Who, household: Household, person: Person, *, relation: str, on: date, at: datetime
) -> HouseholdMember:
    """A person moves in; they leave the household they were in. Conflict when there would be two heads."""
    with transaction.atomic():
        member = _move_in(household, person, relation, on)
        detail = {"person": str(person.pk), "relation": relation, "on": on}
        record(
            who, "join_household", f"parties.household:{household.pk}", at=at, county=household.county, detail=detail
        )
    return member


def _move_in(household: Household, person: Person, relation: str, on: date) -> HouseholdMember:
    person = Person.objects.select_for_update().get(pk=person.pk)
    HouseholdMember.objects.filter(person=person, valid_to=None, valid_from__lte=on).update(valid_to=on)
    member = HouseholdMember(
        county=household.county, household=household, person=person, relation=relation, valid_from=on
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        message = gettext_noop("The household already has a head, or this person is already in it.")
        raise Conflict(Refusal("parties.household_head", message)) from error
    return member


def leave_household(
    who: Who, member: HouseholdMember, *, on: date, at: datetime, new_head: HouseholdMember | None = None
) -> None:
    """A person leaves; Refused when a head goes while others stay and no new head is named."""
    with transaction.atomic():
        if not HouseholdMember.objects.filter(pk=member.pk, valid_to=None, valid_from__lte=on).update(valid_to=on):
            raise Conflict(ENDED)
        others = HouseholdMember.objects.filter(household_id=member.household_id, valid_to=None)
        if member.relation == "head" and others.exists() and new_head is None:
            message = gettext_noop("Name a new head first: others still live in this household.")
            raise Refused(Refusal("parties.household_headless", message))
        if new_head is not None and not others.filter(pk=new_head.pk).update(relation="head"):
            raise Conflict(ENDED)
        detail = {"person": str(member.person_id), "on": on, "new_head": str(new_head.person_id) if new_head else ""}
        subject = f"parties.household:{member.household_id}"
        record(who, "leave_household", subject, at=at, county=member.county, detail=detail)


def name_head(who: Who, member: HouseholdMember, *, at: datetime) -> None:
    """Make someone who lives in a household without a head its head; Conflict when it has one."""
    try:
        with transaction.atomic():
            if not HouseholdMember.objects.filter(pk=member.pk, valid_to=None).update(relation="head"):
                raise Conflict(ENDED)
            subject = f"parties.household:{member.household_id}"
            record(who, "name_head", subject, at=at, county=member.county, detail={"person": str(member.person_id)})
    except IntegrityError as error:
        message = gettext_noop("The household already has a head, or this person is already in it.")
        raise Conflict(Refusal("parties.household_head", message)) from error


ENDED = Refusal("parties.ended", gettext_noop("This had already ended, or had not begun on that day."))


def register_organisation(
    who: Who,
    *,
    region: str,
    name: str,
    credit_code: str = "",
    kind: str = "other",
    keep_doubtful: bool = False,
    doubt_reason: str = "",
    at: datetime,
) -> Organisation:
    """Enter an organisation. A doubtful credit code is Refused until someone who compared it says ``keep_doubtful``.

    ``doubt_reason`` is what it was compared with; it goes on the record.
    """
    code = compact(credit_code)
    doubt = None
    if code:
        ensure(check_credit_code(code))
        doubt = doubt_credit_code(code)
        ensure(None if keep_doubtful else doubt)
    home = get_region(region)
    organisation = Organisation(
        county=home.county,
        region=home,
        name=fold(name),
        credit_code=code,
        kind=kind,
        registered_at=at,
        code_doubt=doubt.code if doubt else "",
    )
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
            detail = {"name": organisation.name, "credit_code": code, "doubt": organisation.code_doubt}
            if doubt is not None:
                detail["reason"] = fold(doubt_reason)
            subject = f"parties.organisation:{organisation.pk}"
            record(who, "register_organisation", subject, at=at, county=home.county, detail=detail)
    except IntegrityError as error:
        message = gettext_noop("An organisation with this credit code is already entered in this county.")
        raise Conflict(Refusal("parties.code_known", message)) from error
    return organisation


def open_post(who: Who, organisation: Organisation, *, name: str, seats: int = 1, at: datetime) -> Post:
    """A post in an organisation that ``seats`` people may hold at once."""
    post = Post(county=organisation.county, organisation=organisation, name=fold(name), seats=seats)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
            subject = f"parties.organisation:{organisation.pk}"
            detail = {"post": post.name, "seats": seats}
            record(who, "open_post", subject, at=at, county=organisation.county, detail=detail)
    except IntegrityError as error:
        raise Conflict(Refusal("parties.post_known", gettext_noop("There is a post of this name already."))) from error
    return post


def join_body(
    who: Who,
    organisation: Organisation,
    person: Person,
    *,
    post: Post | None = None,
    on: date,
    until: date | None = None,
    at: datetime,
) -> Membership:
    """A person becomes a member, or takes a post; Refused when all its seats are taken on that day."""
    with transaction.atomic():
        if post is not None:
            post = Post.objects.select_for_update().get(pk=post.pk, organisation=organisation)
            overlapping = Q(valid_to=None) | Q(valid_to__gt=on)
            if until is not None:
                overlapping &= Q(valid_from__lt=until)
            if post.holders.filter(overlapping).count() >= post.seats:
                message = gettext_noop("All {seats} seats of {post} are taken then.")
                raise Refused(Refusal("parties.seats", message, {"seats": post.seats, "post": post.name}))
        membership = Membership(
            county=organisation.county,
            person=person,
            organisation=organisation,
            post=post,
            valid_from=on,
            valid_to=until,
        )
        try:
            with transaction.atomic():
                membership.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(
                Refusal("parties.member_known", gettext_noop("This person already is that here."))
            ) from error
        detail = {"person": str(person.pk), "post": post.name if post else "", "from": on, "until": until}
        subject = f"parties.organisation:{organisation.pk}"
        record(who, "join_body", subject, at=at, county=organisation.county, detail=detail)
    return membership


def leave_body(who: Who, membership: Membership, *, on: date, at: datetime) -> None:
    """A membership or a time in a post ends on a day (that day is the first without it)."""
    with transaction.atomic():
        open_then = Membership.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=on), pk=membership.pk, valid_from__lte=on
        )
        if not open_then.update(valid_to=on):
            raise Conflict(ENDED)
        subject = f"parties.organisation:{membership.organisation_id}"
        detail = {"person": str(membership.person_id), "on": on}
        record(who, "leave_body", subject, at=at, county=membership.county, detail=detail)
