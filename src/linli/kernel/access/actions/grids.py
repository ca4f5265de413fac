"""The doors to grids: the right is asked here, the deed is done in ``regions``."""

from __future__ import annotations

from datetime import datetime

from linli.base.errors import Refusal, Refused
from linli.base.text import gettext_noop
from linli.kernel.access.permissions import Permission
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.regions import actions as regions
from linli.kernel.regions.models import Region
from linli.kernel.regions.queries import get_region


def draw_grid(
    actor: Actor, community: str, *, name: str, code: str = "", special: bool = False, at: datetime
) -> Region:
    """Draw a grid in a community, with the next free number unless a code is given."""
    home = get_region(community)
    require(actor, Permission.KEEP_GRIDS, home.code)
    if not name.strip():
        raise Refused(Refusal("region.grid_name", gettext_noop("A grid needs a name.")))
    return regions.create_grid(home.code, name=name, code=code, special=special, who=actor.who(home.code), at=at)


def end_grid(actor: Actor, code: str, *, successor: str = "", at: datetime) -> Region:
    """End a grid, naming the one that takes over, if any."""
    grid = get_region(code)
    require(actor, Permission.KEEP_GRIDS, grid.code)
    return regions.retire_grid(grid.code, successor=successor, who=actor.who(grid.code), at=at)


def set_grid_pattern(actor: Actor, region: str, pattern: str, *, at: datetime) -> Region:
    """Set the shape that codes of new grids have in a region ("" for that of the region above)."""
    place = get_region(region)
    require(actor, Permission.IMPORT_REGIONS, place.code)
    return regions.set_grid_pattern(place.code, pattern, who=actor.who(place.code), at=at)
