"""People, households, organisations, their posts and memberships; identity documents; what people agreed to.

Names, phones and document numbers of people are stored sealed (``…_cipher``) beside a keyed blind index (``…_index``)
for exact search. Every table grows with residents and carries the six-digit county code.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id
from linli.kernel.regions.models import Region


class Person(models.Model):
    """A human being the platform knows; not an account. ``name`` is shown to staff, masked elsewhere."""

    class Sex(models.TextChoices):
        UNKNOWN = "", _("Not stated")
        MALE = "m", _("Male")
        FEMALE = "f", _("Female")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=64)
    name_index = models.CharField(max_length=64, blank=True)
    phone_cipher = models.TextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    address_cipher = models.TextField(blank=True)
    born = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    guardian = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="wards")
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["county", "phone_index"], name="person_phone"),
            models.Index(fields=["county", "name_index"], name="person_name"),
            models.Index(fields=["region", "id"], name="person_region"),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityDocument(models.Model):
    """A document that proves who a person is; its number is sealed and found by blind index only."""

    class Kind(models.TextChoices):
        RESIDENT = "resident_id", _("Resident identity card")
        RESIDENCE = "residence_permit", _("Residence permit for Hong Kong, Macao and Taiwan residents")
        FOREIGNER = "permanent_resident", _("Foreign permanent resident card")
        PASSPORT = "passport", _("Passport")
        HOME_RETURN = "home_return_permit", _("Mainland travel permit for Hong Kong and Macao residents")
        TAIWAN = "taiwan_permit", _("Mainland travel permit for Taiwan residents")
        BIRTH = "birth_certificate", _("Medical certificate of birth")
        NONE = "none", _("No document")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    cipher = models.TextField(blank=True)
    index = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "kind", "index"], condition=~Q(index=""), name="document_once_per_county"
            ),
            models.CheckConstraint(
                condition=Q(kind="none", index="") & ~Q(reason="") | ~Q(kind="none") & ~Q(index=""),
                name="document_number_or_reason",
            ),
        ]
        indexes = [models.Index(fields=["index"], name="document_index")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Household(models.Model):
    """People who live and reckon together at one place; exactly one head while it has members."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    address_cipher = models.TextField(blank=True)
    address_index = models.CharField(max_length=64, blank=True)
    founded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["county", "address_index"], name="household_address")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.pk}"


class HouseholdMember(models.Model):
    """A person's time in a household, with the relation to its head (GB/T 4761 classes)."""

    class Relation(models.TextChoices):
        HEAD = "head", _("Head")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        GRANDCHILD = "grandchild", _("Grandchild")
        PARENT = "parent", _("Parent")
        GRANDPARENT = "grandparent", _("Grandparent")
        SIBLING = "sibling", _("Brother or sister")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6)
    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="households")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "household"], condition=Q(relation="head", valid_to=None), name="household_one_head"
            ),
            models.UniqueConstraint(
                fields=["county", "household", "person"], condition=Q(valid_to=None), name="household_member_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="household_member_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.relation}"


class Organisation(models.Model):
    """A body with a name: committee, office, company, social organisation. Credit codes are public (GB 32100)."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("State organ")
        INSTITUTION = "institution", _("Public institution")
        COMMITTEE = "committee", _("Villagers' or residents' committee")
        COMPANY = "company", _("Company")
        SOLE_TRADER = "sole_trader", _("Individual business")
        SOCIAL = "social", _("Social organisation")
        COLLECTIVE = "collective", _("Collective economic organisation")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=160)
    credit_code = models.CharField(max_length=18, blank=True)
    code_doubt = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.OTHER)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code"
            )
        ]
        indexes = [models.Index(fields=["county", "name"], name="organisation_name")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A seat in an organisation that people hold in turn (director, accountant); ``seats`` is how many may at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="posts")
    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "organisation", "name"], name="post_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's time in an organisation, with a post or as a plain member."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="holders")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "person", "organisation", "post"],
                condition=Q(valid_to=None),
                name="membership_post_once",
            ),
            models.UniqueConstraint(
                fields=["county", "person", "organisation"],
                condition=Q(valid_to=None, post=None),
                name="membership_plain_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.organisation_id}"


class Notice(models.Model):
    """One version of what people are told before their data is taken (个人信息保护法 17). Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=24)
    title = models.JSONField()
    text = models.JSONField()
    for_minors = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    valid_from = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="notice_version")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(models.Model):
    """What a person answered to which notice and when: agreed or not. Withdrawal closes it and leaves it readable."""

    class Kind(models.TextChoices):
        GENERAL = "general", _("Consent")
        SEPARATE = "separate", _("Separate consent")
        SENSITIVE = "sensitive", _("Separate consent to sensitive data")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    as_guardian = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=16, blank=True)
    agreed = models.BooleanField(default=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "person", "notice", "kind"], condition=Q(withdrawn_at=None), name="consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.notice_id}"
