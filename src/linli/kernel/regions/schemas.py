"""Shapes of the region API."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema

CODE_OR_NOTHING = r"^([0-9]{2,15})?$"


class Scope(Schema):
    """Keep to one unit and what is inside it."""

    within: str = Field("", pattern=CODE_OR_NOTHING, description="Code of the unit; empty for everywhere.")


class SearchQuery(Scope):
    """What to look for."""

    q: str = Field(min_length=1, max_length=100, description="Chinese, pinyin, initials, a code or an address.")
    limit: int = Field(20, ge=1, le=100)


class MatchQuery(Scope):
    """The address to read."""

    address: str = Field(min_length=1, max_length=500)
    limit: int = Field(5, ge=1, le=20)


class ChildrenQuery(Schema):
    """Which page."""

    after: str = Field("", pattern=CODE_OR_NOTHING, description="The cursor from `next`.")
    limit: int = Field(50, ge=1, le=500)


class RegionOut(Schema):
    """One unit of the tree."""

    code: str = Field(description="Without filling zeros: 2, 4, 6, 9, 12 or 15 digits.")
    official_code: str = Field(description="Zero-filled to twelve digits; fifteen for a grid.")
    name: str
    full_name: str
    level: int = Field(description="1 province, 2 prefecture, 3 county, 4 township, 5 community, 6 grid.")
    unit_type: str
    unit_type_basis: str = Field(description="How the kind was found: name, spelling (misspelt), code, given.")
    urban_rural: str = Field(description="Class of the statistical division; empty when the source does not say.")
    is_statistical_only: bool
    parent: str | None = Field(alias="parent_id")
    valid_from: date | None
    valid_to: date | None = Field(description="First day on which the unit no longer exists.")


class Heir(Schema):
    """A unit that took over from another."""

    code: str
    name: str
    kind: str
    on: date
    source: str
    mark: str


class RegionDetail(RegionOut):
    """One unit with the way up and what took over from it."""

    path: list[RegionOut]
    successors: list[Heir]


class RegionPage(Schema):
    """One page; ``next`` goes into ``after`` for the following one and is null at the end."""

    items: list[RegionOut]
    next: str | None


class HitOut(Schema):
    """One found unit."""

    code: str
    name: str
    full_name: str
    level: int
    reason: str = Field(description="What matched: code, name, pinyin, initials, address.")
    retired: bool
    successors: list[str] = Field(description="Codes of what took over from an ended unit.")


class CandidateOut(Schema):
    """One place an address may lie in."""

    code: str
    full_name: str
    level: int
    score: float = Field(description="0 to 1; equally good places share it.")
    ambiguous: bool = Field(description="Another place is as likely, or nearly.")
    reasons: list[str]
