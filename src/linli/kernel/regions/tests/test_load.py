"""Loading instance data: by difference, repeatable, interruptible, never rewriting or reusing a code."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from linli.base.clock import now
from linli.base.errors import Invalid, Refused
from linli.kernel.audit.models import Entry
from linli.kernel.regions import queries
from linli.kernel.regions.actions import load_regions
from linli.kernel.regions.models import Edition, Figure, Region, RegionName, ReportingUnit, Succession
from linli.kernel.regions.rules import unit_type_of

pytestmark = pytest.mark.django_db
HENAN = Path(settings.INSTANCES) / "henan" / "regions"
TOWNSHIP = "410102001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the province's data that a test may edit."""
    target = tmp_path / "regions"
    shutil.copytree(HENAN, target)
    return target


def edit(
    folder: Path, *, rename: dict[str, str] | None = None, drop: tuple[str, ...] = (), add: dict[str, str] | None = None
) -> None:
    """Rename, drop (with everything inside) and add units of regions.csv."""
    path = folder / "regions.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if not (drop and row["code"].startswith(drop))]
    for row in rows:
        row["name"] = (rename or {}).get(row["code"], row["name"])
    for code, name in (add or {}).items():
        kind, basis = unit_type_of(code, name)
        rows.append({"code": code, "name": name, "unit_type": kind, "basis": basis, "statistical": ""})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["code", "name", "unit_type", "basis", "statistical"])
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["code"]))


def test_a_township_is_loaded_with_the_way_up_and_nothing_beside() -> None:
    loaded = load_regions(HENAN, at=now(), within=TOWNSHIP)
    counts = queries.count_by_level()
    assert (counts["province"], counts["prefecture"], counts["county"], counts["township"]) == (1, 1, 1, 1)
    assert counts["community"] == loaded.added - 4 > 5
    assert queries.get_region("410102001002").full_name == "河南省郑州市中原区林山寨街道碧沙岗社区居委会"


def test_loading_again_changes_nothing_and_notes_nothing() -> None:
    load_regions(HENAN, at=now(), within=TOWNSHIP)
    before = Edition.objects.count(), Entry.objects.count(), Region.objects.count(), Figure.objects.count()
    again = load_regions(HENAN, at=now(), within=TOWNSHIP)
    assert not again.anything
    assert before == (Edition.objects.count(), Entry.objects.count(), Region.objects.count(), Figure.objects.count())


def test_a_load_that_was_cut_off_is_finished_by_the_next() -> None:
    load_regions(HENAN, at=now(), within=TOWNSHIP)
    Region.objects.filter(code__gt="410102001005", level=5).delete()
    again = load_regions(HENAN, at=now(), within=TOWNSHIP)
    assert again.added > 0
    assert again.unchanged > 0
    assert not load_regions(HENAN, at=now(), within=TOWNSHIP).anything


def test_a_new_name_keeps_the_old_one_and_reaches_all_full_names(folder: Path) -> None:
    load_regions(folder, at=now(), within=TOWNSHIP)
    edit(folder, rename={TOWNSHIP: "新林山寨街道"})
    loaded = load_regions(folder, at=now(), within=TOWNSHIP)
    assert loaded.renamed == 1
    assert loaded.changed > 5
    assert RegionName.objects.get(region_id=TOWNSHIP, kind="former").name == "林山寨街道"
    assert "新林山寨街道" in queries.get_region("410102001002").full_name
    assert queries.search("林山寨街道")[0].code == TOWNSHIP


def test_a_unit_that_is_gone_is_ended_not_deleted(folder: Path) -> None:
    load_regions(folder, at=now(), within=TOWNSHIP)
    edit(folder, drop=("410102001002",))
    loaded = load_regions(folder, at=now(), within=TOWNSHIP)
    assert (loaded.retired, loaded.orphaned) == (1, ["410102001002"])
    assert queries.get_region("410102001002").valid_to == date(2023, 6, 30)
    assert "410102001002" not in [one.code for one in queries.children(TOWNSHIP)]
    assert Edition.objects.first().notes["orphaned"] == ["410102001002"]  # type: ignore[union-attr]


def test_an_ended_code_is_never_used_again(folder: Path) -> None:
    load_regions(folder, at=now(), within=TOWNSHIP)
    edit(folder, drop=("410102001002",))
    load_regions(folder, at=now(), within=TOWNSHIP)
    edit(folder, add={"410102001002": "别的社区居委会"})
    loaded = load_regions(folder, at=now(), within=TOWNSHIP)
    assert loaded.refused == ["410102001002"]
    assert queries.get_region("410102001002").name == "碧沙岗社区居委会"


def test_a_listed_successor_is_recorded_and_its_inside_follows_by_name(folder: Path) -> None:
    load_regions(folder, at=now(), within=TOWNSHIP)
    with (folder / "history.csv").open("a", encoding="utf-8") as stream:
        stream.write("410102001,林山寨街道,410102901,reparent,yes,2024-05-01,day,公告,FK\n")
    moved = {f"410102901{code[9:]}": name for code, name in Region.objects.filter(level=5).values_list("code", "name")}
    edit(folder, drop=(TOWNSHIP,), add={"410102901": "林山寨街道", **moved})
    load_regions(folder, at=now(), within="410102", allow_mass_retirement=True)
    assert queries.get_region(TOWNSHIP).valid_to == date(2024, 5, 1)
    assert [step.new_id for step in queries.successors(TOWNSHIP)] == ["410102901"]
    heir = queries.successors("410102001002")[0]
    assert (heir.new_id, heir.kind, heir.mark) == ("410102901002", "reparent", "same name")


def test_a_cut_off_file_is_refused_before_anything_is_ended(folder: Path) -> None:
    load_regions(folder, at=now(), within="410102")
    edit(folder, drop=tuple(f"4101020{n:02d}" for n in range(1, 12)))
    with pytest.raises(Refused) as error:
        load_regions(folder, at=now(), within="410102")
    assert error.value.refusal.code == "region.mass_retirement"
    assert not Region.objects.exclude(valid_to=None).filter(county="410102").exists()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "regions.csv").unlink()
    with pytest.raises(Invalid) as error:
        load_regions(folder, at=now())
    assert error.value.refusal.params["file"] == "regions.csv"


def test_luoyang_2021_is_on_record_with_its_source() -> None:
    load_regions(HENAN, at=now(), within="4103")
    old = queries.get_region("410322")
    assert old.valid_to == date(2021, 3, 18)
    assert queries.get_region("410308").valid_from == date(2021, 3, 18)
    steps = {
        step.old_id: (step.new_id, step.kind) for step in Succession.objects.filter(new__code__in=["410307", "410308"])
    }
    assert steps == {"410306": ("410308", "merge"), "410322": ("410308", "merge"), "410381": ("410307", "upgrade")}
    assert all(step.source and step.mark for step in Succession.objects.all())
    population = Figure.objects.get(region_id="410322", key="population")
    assert population.value > 0, "the census of 2020 counted the county that has ended since"


def test_the_whole_province_is_loaded_in_full(django_db_blocker: object) -> None:
    loaded = load_regions(HENAN, at=now())
    counts = queries.count_by_level()
    assert counts == {"province": 1, "prefecture": 18, "county": 181, "township": 2586, "community": 52378, "grid": 0}
    assert loaded.added == sum(counts.values())
    assert Region.objects.filter(level=3, is_statistical_only=True, valid_to=None).count() == 24
    assert Region.objects.exclude(urban_rural="").count() == 0, "no source says it, so nobody may have invented it"
    assert ReportingUnit.objects.count() == 19
    assert {unit.key for unit in queries.reporting_units()} >= {"jiyuan", "airport"}
    assert queries.get_region("419001001014").full_name.startswith("河南省济源市沁园街道")
    assert {chapter.kind for chapter in queries.reconciliation()} >= {"urban_rural", "parts", "plan", "counties"}
    province = {figure.key: figure.value for figure in queries.figures_of("41")}
    assert province["population"] == 99_365_519 == province["male"] + province["female"]
