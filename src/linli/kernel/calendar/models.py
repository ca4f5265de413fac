"""The yearly tables of days off and days made up for."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id


class Year(models.Model):
    """One jurisdiction's table for one year: office hours, where it comes from, whether someone vouches for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=12)
    year = models.PositiveSmallIntegerField(_("year"))
    opens = models.TimeField(_("opens"), default=time(9))
    closes = models.TimeField(_("closes"), default=time(17, 30))
    source = models.CharField(_("source"), max_length=300)
    mark = models.CharField(_("mark"), max_length=20)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # Changes with every change of the table, so that other processes notice.
    revision = models.UUIDField(default=new_id, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "year"], name="calendar_year_one")]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.year}"


class Kind(models.TextChoices):
    """What is unusual about a day."""

    REST = "rest", _("day off")
    MAKEUP = "makeup", _("made-up working day")


class Day(models.Model):
    """A day that is not what its weekday says, or a holiday on a weekend."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "date"], name="calendar_day_one")]
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
