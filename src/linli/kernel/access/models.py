"""Accounts (keys to the door, not people), what was granted to them, and what signing in leaves behind."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from linli.base.ids import new_id
from linli.kernel.access.rules import Role
from linli.kernel.parties.models import Person
from linli.kernel.regions.models import Region


class Account(AbstractBaseUser):
    """What someone signs in with. A resident has one account and no grants; staff have grants with dates.

    Names are unique in the whole system, because whoever signs in has not said where they live; the table is one of the
    few kept whole on every node when the others are split by county.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64, blank=True)
    phone_cipher = models.TextField(blank=True)
    phone_index = models.CharField(max_length=64, null=True, blank=True, unique=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    email = models.EmailField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="accounts")
    county = models.CharField(max_length=6, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    elder_mode = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = BaseUserManager["Account"]()

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name Django's own pages show."""
        return str(self)


class Grant(models.Model):
    """One role of one account, for a region and all inside it, or for one unit's desk there; with its dates.

    ``valid_to`` is the first instant at which it no longer counts. A grant is never deleted; taking it back ends it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role.value, role.value) for role in Role])
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.CharField(max_length=24, blank=True)
    purpose = models.CharField(max_length=32, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grant_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(role=Role.RESIDENT), name="grant_not_for_residents"),
        ]
        indexes = [models.Index(fields=["account", "valid_to"], name="grant_account")]

    def __str__(self) -> str:
        return f"{self.role} {self.region_id}{'/' + self.unit if self.unit else ''}"


class PasswordTrace(models.Model):
    """The hash of a password an account once had, kept to refuse it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="password_traces")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "set_at"], name="password_trace_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.set_at:%Y-%m-%d}"


class Lockout(models.Model):
    """Failed attempts at one door, counted where every process sees them. ``key`` is a digest of the name tried."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.failures}"


class Token(models.Model):
    """A key for programs: shown once, stored as a digest, limited by scopes and an end."""

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("key", "Valid")
        EXPIRED = "expired", pgettext_lazy("key", "Expired")
        REVOKED = "revoked", pgettext_lazy("key", "Ended")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "created_at"], name="token_account")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
