"""Grids: drawn inside one community, numbered once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linli.base.errors import Conflict, Refused
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import Who
from linli.kernel.regions import queries
from linli.kernel.regions.actions import create_grid, retire_grid
from linli.kernel.regions.models import Region
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WANG = Who(account="wang", name="王芳", role="community_worker", chain="410102001", county="410102")
HOME = "410102001002"


def test_the_next_free_number_is_given_and_recorded() -> None:
    small_tree()
    grid = create_grid(HOME, name="碧沙岗第四网格", who=WANG, at=AT)
    assert grid.code == "410102001002004"
    assert grid.full_name.endswith("碧沙岗社区居委会碧沙岗第四网格")
    assert (grid.county, grid.parent_id, grid.valid_from) == ("410102", HOME, AT.date())
    assert Entry.objects.get(subject="region:410102001002004").action == "regions.create_grid"


def test_an_ended_number_is_not_given_again() -> None:
    small_tree()
    retire_grid("410102001002003", who=WANG, at=AT, successor="410102001002002")
    assert create_grid(HOME, name="新网格", who=WANG, at=AT).code == "410102001002004"
    with pytest.raises(Conflict) as error:
        create_grid(HOME, name="新网格", code="410102001002003", who=WANG, at=AT)
    assert error.value.refusal.code == "region.grid_taken"
    assert [step.new_id for step in queries.successors("410102001002003")] == ["410102001002002"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("410102001003001", "region.grid_outside"),
        ("410102001002000", "region.grid_zero"),
        ("41010200100201", "region.grid_code"),
        ("4101020010020a1", "region.grid_code"),
        ("410102001002００１", "region.grid_code"),
        (HOME, "region.grid_outside"),
    ],
)
def test_a_code_that_does_not_fit_is_refused_with_a_reason(code: str, why: str) -> None:
    small_tree()
    with pytest.raises(Refused) as error:
        create_grid(HOME, name="网格", code=code, who=WANG, at=AT)
    assert error.value.refusal.code == why


def test_a_county_may_narrow_the_pattern() -> None:
    small_tree()
    Region.objects.filter(pk="410102").update(grid_code_regex=r"\d{12}[1-9]\d{2}")
    with pytest.raises(Refused):
        create_grid(HOME, name="网格", code="410102001002009", who=WANG, at=AT)
    assert create_grid(HOME, name="网格", code="410102001002109", who=WANG, at=AT).code == "410102001002109"


@pytest.mark.parametrize("home", ["410102001", "410102001002001"])
def test_only_communities_hold_grids(home: str) -> None:
    small_tree()
    with pytest.raises(Refused) as error:
        create_grid(home, name="网格", who=WANG, at=AT)
    assert error.value.refusal.code == "region.grid_parent"


def test_an_ended_community_holds_no_new_grid() -> None:
    small_tree()
    Region.objects.filter(pk=HOME).update(valid_to=AT.date())
    with pytest.raises(Refused) as error:
        create_grid(HOME, name="网格", who=WANG, at=AT)
    assert error.value.refusal.code == "region.grid_parent_ended"


def test_ending_twice_is_a_conflict_and_never_crosses_a_border() -> None:
    small_tree()
    create_grid("410102001003", name="互助路第一网格", who=WANG, at=AT)
    with pytest.raises(Refused) as crossing:
        retire_grid("410102001002001", who=WANG, at=AT, successor="410102001003001")
    assert crossing.value.refusal.code == "region.grid_heir_outside"
    retire_grid("410102001002001", who=WANG, at=AT)
    with pytest.raises(Conflict):
        retire_grid("410102001002001", who=WANG, at=AT)
    with pytest.raises(Refused):
        retire_grid(HOME, who=WANG, at=AT)
