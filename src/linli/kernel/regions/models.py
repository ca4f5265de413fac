"""Regions as they are and as they were: units, names, successions, reporting units, figures, and what was loaded."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base.ids import new_id
from linli.kernel.regions.rules import Basis, ChangeKind, Level, UnitType, official

LEVELS = [
    (Level.PROVINCE.value, _("Province")),
    (Level.PREFECTURE.value, _("Prefecture")),
    (Level.COUNTY.value, _("County")),
    (Level.TOWNSHIP.value, _("Township")),
    (Level.COMMUNITY.value, _("Community")),
    (Level.GRID.value, _("Grid")),
]
UNIT_TYPES = [
    (UnitType.PROVINCE.value, _("Province")),
    (UnitType.PREFECTURE.value, _("Prefecture-level city")),
    (UnitType.PLACEHOLDER.value, _("Units directly under the province")),
    (UnitType.DISTRICT.value, _("District")),
    (UnitType.COUNTY.value, _("County")),
    (UnitType.COUNTY_CITY.value, _("County-level city")),
    (UnitType.ZONE.value, _("Development zone")),
    (UnitType.STREET.value, _("Subdistrict")),
    (UnitType.TOWN.value, _("Town")),
    (UnitType.XIANG.value, _("Rural township")),
    (UnitType.OTHER_TOWNSHIP.value, _("Other unit of township level")),
    (UnitType.RESIDENTS.value, _("Residents' committee")),
    (UnitType.VILLAGERS.value, _("Villagers' committee")),
    (UnitType.OTHER_COMMUNITY.value, _("Other unit of community level")),
    (UnitType.GENERAL_GRID.value, _("General grid")),
    (UnitType.SPECIAL_GRID.value, _("Special grid")),
]
CHANGE_KINDS = [
    (ChangeKind.RENAME.value, _("Renamed")),
    (ChangeKind.MERGE.value, _("Merged")),
    (ChangeKind.SPLIT.value, _("Split")),
    (ChangeKind.REPARENT.value, _("Moved to another unit")),
    (ChangeKind.UPGRADE.value, _("Changed in kind or rank")),
]


class Region(models.Model):
    """One unit from province to grid. A code is never rewritten and, once retired, never given to another unit."""

    code = models.CharField(max_length=15, primary_key=True)
    name = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    unit_type = models.CharField(max_length=20, choices=UNIT_TYPES)
    unit_type_basis = models.CharField(max_length=10, default=Basis.NAME.value)
    urban_rural = models.CharField(max_length=3, blank=True, default="")
    is_statistical_only = models.BooleanField(default=False)
    county = models.CharField(max_length=6, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    pinyin = models.TextField(blank=True, default="")
    initials = models.CharField(max_length=600, blank=True, default="")
    full_name = models.CharField(max_length=400)
    grid_code_regex = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1) & Q(level__lte=6), name="region_level"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="region_validity",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="region_level_code")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("regions:detail", args=[self.code])

    @property
    def official_code(self) -> str:
        """Twelve digits as in official tables; fifteen for a grid."""
        return official(self.code)

    def in_force(self, on: date) -> bool:
        """Whether the unit exists on that day; an unknown start counts as long ago."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class Succession(models.Model):
    """Which unit took over from which, on what day, how, and who says so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True, default="")
    old = models.ForeignKey(Region, models.PROTECT, related_name="successions")
    new = models.ForeignKey(Region, models.PROTECT, related_name="predecessions")
    kind = models.CharField(max_length=10, choices=CHANGE_KINDS)
    on = models.DateField()
    precision = models.CharField(max_length=4, choices=[("day", _("day")), ("year", _("year"))], default="day")
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=60)

    class Meta:
        ordering = ("on", "old_id", "new_id")
        constraints = [models.UniqueConstraint(fields=["county", "old", "new", "on"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id} ({self.on})"


class RegionName(models.Model):
    """Another name of a unit: a former one with its dates, or one people use."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True, default="")
    region = models.ForeignKey(Region, models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[("former", _("Former name")), ("alias", _("Also called"))])
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("region_id", "name")
        constraints = [models.UniqueConstraint(fields=["county", "region", "name", "kind"], name="region_name_once")]

    def __str__(self) -> str:
        return self.name


class ReportingUnit(models.Model):
    """Who reports to the province: not the same as a division of the map, so its own thing with an optional region."""

    key = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="reporting_units")
    position = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=60)
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("position", "key")

    def __str__(self) -> str:
        return self.name


class Figure(models.Model):
    """One published count about a unit: people, households, by age. Defined numbers belong to indicators."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county = models.CharField(max_length=6, blank=True, default="")
    region = models.ForeignKey(Region, models.CASCADE, related_name="figures")
    year = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=30)
    value = models.BigIntegerField()
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ("region_id", "year", "key")
        constraints = [models.UniqueConstraint(fields=["county", "region", "year", "key"], name="figure_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.key} {self.year}: {self.value}"


class Edition(models.Model):
    """One change of the tree: from what, and what it changed. Indexes in memory watch for a newer one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    cut_off = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=400, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    loaded_at = models.DateTimeField()
    added = models.PositiveIntegerField(default=0)
    renamed = models.PositiveIntegerField(default=0)
    retired = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
