"""Making instance data: what is read, written and said about it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from linli.base.errors import Invalid
from linli.kernel.regions.actions.source import import_regions, read_table
from linli.kernel.regions.rules.findings import SENTENCES, titles

HENAN = Path(settings.INSTANCES) / "henan" / "regions"
AGES = ("0岁", "1到4岁", "5到9岁", "10到14岁", "60到64岁", "65到69岁", "70到74岁", "75到79岁", "80到84岁", "85岁以上")
HEAD = [
    "区划代码",
    "省",
    "市",
    "区县",
    "人口数_合计",
    "人口数_男",
    "人口数_女",
    "城镇人口",
    "乡村人口",
    "家庭户数",
    "家庭户人口数",
]


def census_row(code: str, name: str, people: int, rural: str) -> str:
    half = people // 2
    cells = [code, "河南省", name, name, people, half, people - half, 0, rural, 3, people, *([1] * 2 * len(AGES))]
    return ",".join(str(cell) for cell in cells)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A province of one prefecture, two counties (one only in statistics), one township, three communities."""
    codes, census = tmp_path / "stats" / "henan_codes", tmp_path / "stats" / "henan_census"
    codes.mkdir(parents=True)
    census.mkdir()
    (codes / "henan_cities.csv").write_text("code,name\n4101,郑州市\n", encoding="utf-8-sig")
    (codes / "henan_areas.csv").write_text("code,name\n410102,中原区\n410171,经开区\n", encoding="utf-8")
    (codes / "henan_streets.csv").write_text("code,name\n410102001,林山寨街道\n", encoding="utf-8")
    rows = "code,name\n410102001002,碧沙岗社区居委会\n410102001201,马鞍村民委会\n410102001210,碧沙岗社区居委会\n"
    (codes / "henan_villages.csv").write_text(rows, encoding="utf-8")
    head = ",".join([*HEAD, *(f"{sex}_{age}" for age in AGES for sex in "男女")])
    lines = [
        head,
        census_row("410000", "河南省", 100, "100"),
        census_row("410100", "郑州市", 100, "100"),
        census_row("410102", "中原区", 60, ""),
        census_row("410199", "旧区", 10, "10"),
    ]
    (census / "henan_county_census2020.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "stats"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "province.yaml").write_text((HENAN / "province.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def sentences(source: Path, target: Path) -> list[str]:
    return [one.sentence for one in import_regions(source, target, made_on=date(2026, 11, 23)).findings]


def test_what_does_not_add_up_is_said(source: Path, target: Path) -> None:
    said = sentences(source, target)
    assert "4101 郑州市: population is 100, the units inside add up to 70; difference 30." in said
    assert "410199 旧区: in the 2020 census, not in the code table; successor —." in said
    assert "410171 经开区: in the code table, without a row in the 2020 census." in said
    assert any("the only one without census is 410171 经开区" in one for one in said)
    assert "410102 中原区: rural_population is missing in census 2020." in said
    assert "2 county rows are 1 divisions and 1 zones that exist in statistics only." in said
    assert any(one.startswith("410102001201 马鞍村民委会: the ending is misspelt") for one in said)
    assert any(one.startswith("410102001210 碧沙岗社区居委会: the name says residents") for one in said)
    assert "2 communities share their name with another in the same county." in said
    assert "The urban–rural class is in none of the sources: unknown for all 3 communities." in said


def test_a_blank_cell_is_no_zero(source: Path, target: Path) -> None:
    sentences(source, target)
    row = next(row for row in read_table(target / "census_2020.csv") if row["code"] == "410102")
    assert row["rural_population"] == ""
    assert row["urban_population"] == "0"


def test_the_same_source_gives_the_same_files(source: Path, target: Path) -> None:
    sentences(source, target)
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    sentences(source, target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == first


@pytest.mark.parametrize("name", ["henan_codes/henan_streets.csv", "henan_census/henan_county_census2020.csv"])
def test_a_missing_table_is_named(source: Path, target: Path, name: str) -> None:
    (source / name).unlink()
    with pytest.raises(Invalid) as error:
        import_regions(source, target, made_on=date(2026, 11, 23))
    assert error.value.refusal.params["file"] == Path(name).name


def test_something_that_is_no_code_is_refused(source: Path, target: Path) -> None:
    with (source / "henan_codes" / "henan_villages.csv").open("a", encoding="utf-8") as stream:
        stream.write("=cmd|calc,坏行\n")
    with pytest.raises(Invalid) as error:
        import_regions(source, target, made_on=date(2026, 11, 23))
    assert error.value.refusal.code == "region.source_code"


def test_every_committed_finding_has_its_sentence_and_heading() -> None:
    findings = json.loads((HENAN / "reconciliation.json").read_text(encoding="utf-8"))
    assert len(findings) > 200
    for finding in findings:
        assert SENTENCES[finding["kind"]].format(**finding["params"])
        assert titles()[finding["kind"]]


def test_the_committed_data_is_what_the_published_tables_give(tmp_path: Path) -> None:
    published = Path(settings.INSTANCES).parents[1] / "shared" / "data" / "stats"
    if not (published / "henan_codes").exists():
        pytest.skip("the published tables are not beside the project")
    for name in ("province.yaml", "history.csv", "names.csv", "reporting_units.csv"):
        (tmp_path / name).write_bytes((HENAN / name).read_bytes())
    import_regions(published, tmp_path, made_on=date(2026, 11, 23))
    for name in ("regions.csv", "census_2020.csv", "reconciliation.json"):
        assert (tmp_path / name).read_bytes() == (HENAN / name).read_bytes(), name
