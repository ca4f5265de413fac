"""The installation's own table: who of several worker processes does which recurring job just now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q


class LeaseQuerySet(models.QuerySet["Lease"]):
    def take(self, job: str, holder: str, *, at: datetime, lasts: timedelta) -> bool:
        """Let ``holder`` do ``job`` until ``at + lasts``, unless another holder's time still runs. One row decides."""
        free = self.filter(Q(until__lte=at) | Q(holder=holder), job=job)
        if free.update(holder=holder, until=at + lasts):
            return True
        try:
            with transaction.atomic():
                self.create(job=job, holder=holder, until=at + lasts)
        except IntegrityError:
            return False
        return True

    def done(self, job: str, holder: str, *, at: datetime) -> None:
        """Give the job back, noting when it last ended well."""
        self.filter(job=job, holder=holder).update(until=at, ended_at=at)


class Lease(models.Model):
    """A recurring job and the process that holds it; a dead holder loses it when the time is over."""

    job = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.job}: {self.holder}"
