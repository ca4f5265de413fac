"""The shape of what a province sets by file: windows, classes, refusals, words to notice; with source and dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A closed, frozen shape: an unknown key in a file is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Shape):
    """Where a value comes from and where and when it holds (the newest in force counts)."""

    source: str = Field(min_length=4)
    jurisdiction: str = Field(pattern=r"^\d{2,12}$")
    effective_from: date
    effective_to: date | None = None
    confirmed: bool = True
    note: str = ""

    def holds(self, region: str, on: date) -> bool:
        """True where the region lies inside the jurisdiction and the day inside the dates (both days included)."""
        inside = region.startswith(self.jurisdiction)
        return inside and self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


Value = TypeVar("Value", bound=Sourced)


def in_force(values: Iterable[Value], region: str, on: date) -> Value | None:
    """The value of the smallest jurisdiction that covers the region on that day; the newest of equals."""
    fitting = [value for value in values if value.holds(region, on)]
    return max(fitting, key=lambda value: (len(value.jurisdiction), value.effective_from), default=None)


class Windows(Sourced):
    """How long something stays possible: ``24h`` hours on the clock, ``5wd`` working days, ``30d`` days."""

    correction_within: str
    rating_window: str
    rating_change: str
    reopen_window: str
    call_back_attempts: int = Field(ge=1, le=9)
    report_reminders: tuple[str, ...] = ()


class OfficeHours(Sourced):
    """When the desk answers; shown to residents, and the frame of working-day clocks."""

    opens: time
    closes: time
    phone: str
    phone_hours: str


class Category(Shape):
    """One class of matters with the words that point to it."""

    code: str = Field(pattern=r"^\d{2}$")
    name: str
    name_en: str
    keywords: tuple[str, ...] = ()
    restricted: bool = False
    external_codes: dict[str, str] = Field(default_factory=dict)


class Categories(Sourced):
    """The list of classes of one place."""

    categories: tuple[Category, ...]

    def get(self, code: str) -> Category | None:
        """The class of this code, or None."""
        return next((category for category in self.categories if category.code == code), None)


class RefusalReason(Shape):
    """A kind of matter that is not for this desk, and where it belongs."""

    code: str
    name: str
    name_en: str
    where: str
    where_en: str
    article: str
    keywords: tuple[str, ...] = ()


class Emergency(Shape):
    """A number to call at once; the matter is handed over, never queued."""

    number: str
    name: str
    name_en: str
    keywords: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


class Certificate(Shape):
    """A certificate that a village or community may not issue, and who can."""

    code: str
    name: str
    name_en: str
    keywords: tuple[str, ...]
    where: str
    where_en: str


class Refusals(Sourced):
    """What is not accepted here and where to go instead."""

    reasons: tuple[RefusalReason, ...]
    emergencies: tuple[Emergency, ...]
    certificates: tuple[Certificate, ...]
    certificate_article: str
    certificate_asking: tuple[str, ...]

    def reason(self, code: str) -> RefusalReason | None:
        """The reason of this code, or None."""
        return next((reason for reason in self.reasons if reason.code == code), None)


class Sensitive(Sourced):
    """Words that suggest violence or a child in danger: such a request opens sealed."""

    words: tuple[str, ...]
    pairs: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    guidance: str
    guidance_en: str
    report_article: str


class Urgent(Sourced):
    """Wide outages and pollution: a class together with words that say it is wide."""

    words: tuple[str, ...]
    scale_words: tuple[str, ...]


class Unit(Shape):
    """A department that handles requests, as the word after the slash in a desk's code."""

    code: str = Field(pattern=r"^[a-z0-9_-]{1,24}$")
    name: str
    name_en: str


class Units(Sourced):
    """The departments of one place."""

    units: tuple[Unit, ...]


class Parameters(Shape):
    """Everything the rules of one place need, as in force on one day."""

    windows: Windows
    hours: OfficeHours
    categories: Categories
    refusals: Refusals
    sensitive: Sensitive
    urgent: Urgent
    units: Units
