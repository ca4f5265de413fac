"""Grids: the only units drawn in Linli itself. Who may do it is decided at the door."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from linli.base.clock import BEIJING
from linli.base.errors import Conflict, Refusal, Refused, ensure
from linli.base.text import fold, gettext_noop
from linli.kernel.audit.actions import record
from linli.kernel.audit.rules import Who
from linli.kernel.regions.actions.readings import read_aloud
from linli.kernel.regions.models import Region, Succession
from linli.kernel.regions.queries.tree import get_region, pattern_of
from linli.kernel.regions.rules import Basis, ChangeKind, Level, UnitType
from linli.kernel.regions.rules.grids import code_fits, may_hold_grids, next_code, pattern_fits

TAKEN = Refusal(
    "region.grid_taken",
    gettext_noop("The code {code} is in use or was used before; a code is never given twice."),
)


def create_grid(community: str, *, name: str, who: Who, at: datetime, code: str = "", special: bool = False) -> Region:
    """Draw a grid in a community, with the next free number if no code is given; Refused by rule, Conflict if taken."""
    home = get_region(community)
    on = at.astimezone(BEIJING).date()
    ensure(may_hold_grids(home.level, home.in_force(on)))
    if not code:
        taken = set(Region.objects.filter(parent=home).values_list("code", flat=True))
        free = next_code(home.code, taken, pattern_of(home.code))
        if free is None:
            raise Refused(
                Refusal("region.grids_full", gettext_noop("All 999 grid numbers of this community are used."))
            )
        code = free
    ensure(code_fits(code, home.code, pattern_of(home.code)))
    kind = UnitType.SPECIAL_GRID if special else UnitType.GENERAL_GRID
    name = fold(name)
    spelled, initials = read_aloud(name)
    grid = Region(
        code=code, name=name, level=Level.GRID, parent=home, unit_type=kind, unit_type_basis=Basis.GIVEN,
        county=home.county, valid_from=on, pinyin=spelled, initials=initials, full_name=home.full_name + name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            grid.save(force_insert=True)
            record(
                who, "regions.create_grid", f"region:{code}", at=at, county=home.county, changes={"name": ("", name)}
            )
    except IntegrityError:
        raise Conflict(Refusal(TAKEN.code, TAKEN.message, {"code": code})) from None
    return grid


def retire_grid(code: str, *, who: Who, at: datetime, successor: str = "") -> Region:
    """End a grid, naming what takes over if anything does; Conflict when it had ended already."""
    grid = get_region(code)
    if grid.level != Level.GRID:
        raise Refused(Refusal("region.not_a_grid", gettext_noop("Only grids are ended here; other units by loading.")))
    heir = get_region(successor) if successor else None
    if heir is not None and heir.parent_id != grid.parent_id:
        message = gettext_noop("The grid that takes over must lie in the same community.")
        raise Refused(Refusal("region.grid_heir_outside", message))
    on = at.astimezone(BEIJING).date()
    with transaction.atomic():
        if not Region.objects.filter(pk=grid.code, valid_to=None).update(valid_to=on):
            raise Conflict(Refusal("region.grid_ended", gettext_noop("This grid had already ended.")))
        if heir is not None:
            Succession.objects.create(
                county=grid.county, old=grid, new=heir, kind=ChangeKind.MERGE, on=on, source=who.name, mark="own"
            )
        record(who, "regions.retire_grid", f"region:{code}", at=at, county=grid.county, detail={"successor": successor})
    grid.valid_to = on
    return grid


def set_grid_pattern(code: str, pattern: str, *, who: Who, at: datetime) -> Region:
    """Set the shape of new grids' codes in a unit and all inside it, "" for that of the unit above; on the record.

    Grids already drawn keep their codes. Refused when the pattern is none, or no number of a community could fit it.
    """
    place = get_region(code)
    ensure(pattern_fits(pattern))
    with transaction.atomic():
        old = place.grid_code_regex
        if not Region.objects.filter(pk=place.code, grid_code_regex=old).update(grid_code_regex=pattern):
            raise Conflict(CHANGED)
        changes = {"grid_code_regex": (old, pattern)}
        record(who, "regions.set_grid_pattern", f"region:{place.code}", at=at, county=place.county, changes=changes)
    place.grid_code_regex = pattern
    return place


CHANGED = Refusal("region.changed", gettext_noop("Someone else has just changed this. Look again."))
