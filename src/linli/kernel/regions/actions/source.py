"""Step one: from published tables to the province's instance data, a handful of plain files kept with the project.

Reads a folder with ``henan_codes`` (code and name per level) and ``henan_census`` (one row per county, 2020), beside it
other code lists to compare with when they are there, and writes into the instance folder:

``regions.csv``          code, name, unit_type, basis, statistical — sorted by code
``census_2020.csv``      code, name and the counts of ``findings.FIGURES``
``edition.yaml``         what it was made from, with SHA-256 of every file read
``reconciliation.json``  what does not add up, for the page; ``reconciliation.md`` for reading

``province.yaml``, ``history.csv``, ``names.csv`` and ``reporting_units.csv`` in the same folder are kept by hand and
only read.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from linli.base.errors import Invalid, Refusal
from linli.base.text import fold, gettext_noop
from linli.kernel.regions.rules import is_code, is_statistical_only, short, unit_type_of
from linli.kernel.regions.rules.findings import (
    FIGURES,
    SENTENCES,
    Census,
    Finding,
    Row,
    about_census,
    about_codes,
    about_other_codes,
)

Progress = Callable[[str, int, int], None]
CODE_FILES = ("henan_cities.csv", "henan_areas.csv", "henan_streets.csv", "henan_villages.csv")
CENSUS_FILE = "henan_county_census2020.csv"
CITY_FILE = "henan_city_2010_2020.csv"
_COLUMNS = {
    "population": "人口数_合计",
    "male": "人口数_男",
    "female": "人口数_女",
    "urban_population": "城镇人口",
    "rural_population": "乡村人口",
    "households": "家庭户数",
    "household_population": "家庭户人口数",
}
_AGES = {
    "age_0_14": ("0岁", "1到4岁", "5到9岁", "10到14岁"),
    "age_60_plus": ("60到64岁", "65到69岁", "70到74岁", "75到79岁", "80到84岁", "85岁以上"),
    "age_65_plus": ("65到69岁", "70到74岁", "75到79岁", "80到84岁", "85岁以上"),
}


@dataclass(frozen=True)
class Made:
    """What step one wrote and what it found."""

    rows: int
    census: int
    findings: list[Finding]


def import_regions(source: Path, target: Path, *, made_on: date, progress: Progress = lambda *_: None) -> Made:
    """Write the instance data from published tables; Invalid if a table is missing or holds what is no code."""
    about = read_yaml(target / "province.yaml")
    rows = list(_rows(source / "henan_codes", str(about["code"]), str(about["name"]), progress))
    census, names = read_census(source / "henan_census" / CENSUS_FILE)
    heirs = {entry["old"]: entry["new"] for entry in read_table(target / "history.csv")}
    progress("compare", 0, 1)
    plan = about["plan"]
    findings = about_codes(rows, plan_villages=plan["plan_villages"], plan_communities=plan["plan_communities"])
    findings += about_census(rows, census, names, heirs)
    findings += _against_city_table(source / "henan_census" / CITY_FILE, census, names)
    for label, others in _other_lists(source):
        findings += about_other_codes(rows, others, label, heirs)
    _write_table(target / "regions.csv", ("code", "name", "unit_type", "basis", "statistical"), map(_cells, rows))
    _write_table(
        target / "census_2020.csv",
        ("code", "name", *FIGURES),
        ([code, names[code], *("" if v is None else str(v) for v in census[code].values())] for code in sorted(census)),
    )
    _write_edition(source, target, about["edition"], made_on)
    _write_findings(target, findings)
    progress("write", len(rows), len(rows))
    return Made(len(rows), len(census), findings)


def _rows(folder: Path, province: str, province_name: str, progress: Progress) -> Iterator[Row]:
    found = {province: province_name}
    for step, name in enumerate(CODE_FILES):
        for entry in read_table(folder / name, required=True):
            if not is_code(entry["code"]):
                raise Invalid(
                    Refusal(
                        "region.source_code",
                        gettext_noop("{file} holds something that is no region code: {code}."),
                        {"file": name, "code": entry["code"][:40]},
                    )
                )
            found[short(entry["code"])] = fold(entry["name"])
        progress(name, step + 1, len(CODE_FILES))
    for code in sorted(found):
        kind, basis = unit_type_of(code, found[code])
        yield Row(code, found[code], kind.value, basis.value, is_statistical_only(code))


def _cells(row: Row) -> list[str]:
    return [row.code, row.name, row.unit_type, row.basis, "1" if row.statistical else ""]


def read_table(path: Path, *, required: bool = False) -> list[dict[str, str]]:
    """The rows of a CSV file with a header; none if it is not there, unless it is required (Invalid)."""
    if not path.exists():
        if required:
            message = gettext_noop("The source has no file {file}.")
            raise Invalid(Refusal("region.source_missing", message, {"file": path.name}))
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(stream)]


def read_yaml(path: Path) -> dict[str, Any]:
    """What a hand-kept YAML file of the instance says; Invalid if it is not there."""
    if not path.exists():
        message = gettext_noop("The source has no file {file}.")
        raise Invalid(Refusal("region.source_missing", message, {"file": path.name}))
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def read_census(path: Path) -> tuple[Census, dict[str, str]]:
    """Counts and names by short code from the county table of the 2020 census; a blank cell is None, not zero."""
    census: dict[str, dict[str, int | None]] = {}
    names: dict[str, str] = {}
    for row in read_table(path, required=True):
        code = short(row["区划代码"])
        counts = {key: _count(row[column]) for key, column in _COLUMNS.items()}
        for key, ages in _AGES.items():
            counts[key] = _sum(_count(row[f"{sex}_{age}"]) for sex in "男女" for age in ages)
        census[code] = {key: counts[key] for key in FIGURES}
        names[code] = row["区县"].strip()
    return census, names


def _count(text: str) -> int | None:
    return int(float(text)) if text.strip() else None


def _sum(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value or 0 for value in known)


def _against_city_table(path: Path, census: Census, names: Mapping[str, str]) -> list[Finding]:
    columns = {"population": "popu_2020", "urban_population": "popu_urban_2020", "rural_population": "popu_rural_2020"}
    found = []
    for row in read_table(path):
        code = short(row["city_code"])
        for key, column in columns.items():
            total, other = census[code][key], _count(row[column])
            about = {"code": code, "name": names[code], "key": key}
            if other is None:
                found.append(Finding("not_published", {**about, "source": CITY_FILE}))
            elif total != other:
                found.append(Finding("summary_differs", {**about, "total": total, "other": other}))
    return found


def _other_lists(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    older = read_table(source / "henan_census" / "henan_county_census2010.csv")
    if older:
        yield "census 2010", _counties((row["区划代码"], row["地区"]) for row in older)
    listed = read_table(source.parent / "address" / "cpca" / "adcodes.csv")
    if listed:
        rows = ((row["adcode"][:6], row["name"]) for row in listed if row["adcode"].startswith("41"))
        yield "adcodes", _counties((code, name) for code, name in rows if not code.endswith("01") or code == "419001")
    shapes = sorted((source.parent / "boundaries" / "henan_datav" / "citys").glob("*.json"))
    if shapes:
        yield (
            "boundaries",
            _counties(
                (str(shape["properties"]["adcode"]), shape["properties"]["name"])
                for path in shapes
                for shape in json.loads(path.read_text(encoding="utf-8"))["features"]
            ),
        )


def _counties(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    cleaned = ((short(code), name.strip()) for code, name in pairs)
    return {code: name for code, name in cleaned if len(code) == 6}


def _write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_edition(source: Path, target: Path, about: Mapping[str, object], made_on: date) -> None:
    paths = [source / "henan_codes" / name for name in CODE_FILES]
    paths += [source / "henan_census" / name for name in (CENSUS_FILE, CITY_FILE)]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.exists()}
    edition = {**about, "made_on": made_on, "files": files}
    text = yaml.safe_dump(edition, allow_unicode=True, sort_keys=False)
    (target / "edition.yaml").write_text(text, encoding="utf-8")


def _write_findings(target: Path, findings: list[Finding]) -> None:
    body = ",\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in findings)
    (target / "reconciliation.json").write_text(f"[\n{body}\n]\n", encoding="utf-8")
    lines = ["# What the sources of the region data say against each other", ""]
    lines.append(
        "Written by `linli regions import`; nothing here was smoothed over. Counts, codes and names as published."
    )
    last = ""
    order = {kind: place for place, kind in enumerate(SENTENCES)}
    for finding in sorted(findings, key=lambda one: order[one.kind]):
        if finding.kind != last:
            lines += ["", f"## {finding.kind}", ""]
            last = finding.kind
        lines.append(f"- {finding.sentence}")
    (target / "reconciliation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
