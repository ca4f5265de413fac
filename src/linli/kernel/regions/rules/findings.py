"""Setting the sources of region data against each other: what does not add up is said, never smoothed over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linli.base.text import gettext_noop
from linli.kernel.regions.rules.codes import Level, level_of, parent_of
from linli.kernel.regions.rules.units import Basis, UnitType, segment_hint

FIGURES = (
    "population",
    "male",
    "female",
    "urban_population",
    "rural_population",
    "households",
    "household_population",
    "age_0_14",
    "age_60_plus",
    "age_65_plus",
)

SENTENCES = {
    "rows": gettext_noop("Rows of level {level} in the code table: {count}."),
    "counties": gettext_noop(
        "{count} county rows are {divisions} divisions and {zones} zones that exist in statistics only."
    ),
    "placeholder": gettext_noop("{code} {name} is a placeholder: no city government stands behind it."),
    "plan": gettext_noop(
        "The plan counts {villages} villages and {communities} communities (2021), together {together}; the code table "
        "has {rows} rows (2023). They count different things and are not made equal."
    ),
    "kinds": gettext_noop("By their names {residents} are residents', {villagers} villagers' and {other} other units."),
    "urban_rural": gettext_noop(
        "The urban–rural class is in none of the sources: unknown for all {count} communities."
    ),
    "spelling": gettext_noop("{code} {name}: the ending is misspelt in the source; read as {kind}, by {basis}."),
    "segment": gettext_noop("{code} {name}: the name says {kind}, the code's last digits suggest {hint}."),
    "same_name": gettext_noop("{count} communities share their name with another in the same county."),
    "prefixed": gettext_noop("{count} communities carry the name of their township inside their own."),
    "census_without_code": gettext_noop(
        "{code} {name}: in the 2020 census, not in the code table; successor {successor}."
    ),
    "code_without_census": gettext_noop("{code} {name}: in the code table, without a row in the 2020 census."),
    "parts": gettext_noop(
        "{code} {name}: {key} is {total}, the units inside add up to {parts}; difference {difference}."
    ),
    "parts_gap": gettext_noop(
        "{code} {name}: the differences have the size of one missing unit; the only one without census is {missing}."
    ),
    "inside": gettext_noop("{code} {name}: {key} is {total}, its kinds add up to {parts}; difference {difference}."),
    "other_source_code": gettext_noop("{code} {name}: in {source}, not in the code table; successor {successor}."),
    "missing_in_source": gettext_noop("{count} county codes of the code table are not in {source}: {codes}."),
    "other_name": gettext_noop("{code}: {name} in the code table, {other} in {source}."),
    "summary_differs": gettext_noop("{code} {name}: {key} is {total} in the county table, {other} in the city table."),
    "not_published": gettext_noop("{code} {name}: {key} is missing in {source}."),
}

_TITLES = {
    "rows": gettext_noop("How many"),
    "counties": gettext_noop("Counties and zones"),
    "placeholder": gettext_noop("Placeholders"),
    "plan": gettext_noop("Against the plan's numbers"),
    "kinds": gettext_noop("Kinds of communities"),
    "urban_rural": gettext_noop("Urban and rural"),
    "spelling": gettext_noop("Misspelt names"),
    "segment": gettext_noop("Name and code disagree"),
    "same_name": gettext_noop("Same names"),
    "prefixed": gettext_noop("Names inside names"),
    "census_without_code": gettext_noop("In the census only"),
    "code_without_census": gettext_noop("In the code table only"),
    "parts": gettext_noop("Totals and their parts"),
    "parts_gap": gettext_noop("What may be missing"),
    "inside": gettext_noop("Kinds inside a total"),
    "other_source_code": gettext_noop("Codes of other sources"),
    "missing_in_source": gettext_noop("Missing in other sources"),
    "other_name": gettext_noop("Other spellings"),
    "summary_differs": gettext_noop("Two tables of one census"),
    "not_published": gettext_noop("Blank in the source"),
    "population": gettext_noop("population"),
    "male": gettext_noop("men and boys"),
    "female": gettext_noop("women and girls"),
    "urban_population": gettext_noop("urban population"),
    "rural_population": gettext_noop("rural population"),
    "households": gettext_noop("family households"),
    "household_population": gettext_noop("people in family households"),
    "age_0_14": gettext_noop("aged 0–14"),
    "age_60_plus": gettext_noop("aged 60 and over"),
    "age_65_plus": gettext_noop("aged 65 and over"),
    "residents": gettext_noop("residents' committee"),
    "villagers": gettext_noop("villagers' committee"),
    "other_community": gettext_noop("other unit"),
    "name": gettext_noop("its name"),
    "code": gettext_noop("its code"),
}


def titles() -> Mapping[str, str]:
    """Headings of findings, and words for the keys that appear in them (msgids)."""
    return _TITLES


@dataclass(frozen=True)
class Finding:
    """One thing seen when the sources were compared; ``kind`` names its sentence."""

    kind: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The finding in English; doors translate SENTENCES[kind] instead."""
        return SENTENCES[self.kind].format(**self.params)


@dataclass(frozen=True)
class Row:
    """One unit as the instance data holds it."""

    code: str
    name: str
    unit_type: str
    basis: str
    statistical: bool


Census = Mapping[str, Mapping[str, int | None]]


def about_codes(rows: Sequence[Row], *, plan_villages: int, plan_communities: int) -> list[Finding]:
    """What the code table says about itself and against the plan's numbers."""
    levels = Counter(level_of(row.code) for row in rows)
    kinds = Counter(row.unit_type for row in rows)
    zones = sum(1 for row in rows if row.statistical and len(row.code) == 6)
    counties, communities = levels[Level.COUNTY], levels[Level.COMMUNITY]
    together = plan_villages + plan_communities
    plan = {"villages": plan_villages, "communities": plan_communities, "together": together, "rows": communities}
    kinds_found = {
        "residents": kinds[UnitType.RESIDENTS],
        "villagers": kinds[UnitType.VILLAGERS],
        "other": kinds[UnitType.OTHER_COMMUNITY],
    }
    placeholders = [row for row in rows if row.unit_type == UnitType.PLACEHOLDER]
    return [
        *(Finding("rows", {"level": level.name.lower(), "count": levels[level]}) for level in sorted(levels)),
        Finding("counties", {"count": counties, "divisions": counties - zones, "zones": zones}),
        *(Finding("placeholder", {"code": row.code, "name": row.name}) for row in placeholders),
        Finding("plan", plan),
        Finding("kinds", kinds_found),
        Finding("urban_rural", {"count": communities}),
        Finding("same_name", {"count": _same_names(rows)}),
        Finding("prefixed", {"count": _prefixed(rows)}),
        *_odd_names(rows),
    ]


def _prefixed(rows: Sequence[Row]) -> int:
    """Communities whose name repeats their township's, as all of 栾川县 does."""
    townships = {row.code: row.name for row in rows if len(row.code) == 9}
    return sum(1 for row in rows if len(row.code) == 12 and townships.get(row.code[:9], "\0") in row.name)


def _same_names(rows: Sequence[Row]) -> int:
    names = Counter((row.code[:6], row.name) for row in rows if len(row.code) == 12)
    return sum(count for count in names.values() if count > 1)


def _odd_names(rows: Sequence[Row]) -> list[Finding]:
    found = []
    for row in rows:
        if len(row.code) != 12:
            continue
        if row.basis != Basis.NAME:
            basis = "code" if row.basis == Basis.CODE else "name"
            values = {"code": row.code, "name": row.name, "kind": row.unit_type, "basis": basis}
            found.append(Finding("spelling", values))
        elif (hint := segment_hint(row.code)) != row.unit_type:
            values = {"code": row.code, "name": row.name, "kind": row.unit_type, "hint": hint.value}
            found.append(Finding("segment", values))
    return found


def about_census(
    rows: Sequence[Row], census: Census, names: Mapping[str, str], heirs: Mapping[str, str]
) -> list[Finding]:
    """The 2020 census against the code table: rows on one side only, and totals that their parts do not make."""
    known = {row.code: row.name for row in rows if len(row.code) <= 6}
    found = [
        Finding("census_without_code", {"code": code, "name": names[code], "successor": heirs.get(code, "—")})
        for code in sorted(census)
        if code not in known
    ]
    lacking = [code for code in sorted(known) if len(code) == 6 and code not in census]
    found += [Finding("code_without_census", {"code": code, "name": known[code]}) for code in lacking]
    return found + _parts(census, names, [code for code in lacking if code not in heirs.values()], known)


def _parts(census: Census, names: Mapping[str, str], lacking: Sequence[str], known: Mapping[str, str]) -> list[Finding]:
    found = []
    for code, children in sorted(_census_children(census).items()):
        gaps = []
        for key in FIGURES:
            total, values = census[code][key], [census[child][key] for child in children]
            found += [
                Finding("not_published", {"code": child, "name": names[child], "key": key, "source": "census 2020"})
                for child, value in zip(children, values, strict=True)
                if value is None
            ]
            parts = sum(value or 0 for value in values)
            if total is not None and total != parts:
                gaps.append(_gap("parts", (code, names[code]), key, total, parts))
        missing = [f"{zone} {known[zone]}" for zone in lacking if zone.startswith(code)]
        if gaps and len(missing) == 1:
            gaps.append(Finding("parts_gap", {"code": code, "name": names[code], "missing": missing[0]}))
        found += gaps
    return found + _inside(census, names)


def _census_children(census: Census) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for code in census:
        above = parent_of(code)
        while above and above not in census:
            above = parent_of(above)
        if above:
            children[above].append(code)
    return children


def _inside(census: Census, names: Mapping[str, str]) -> list[Finding]:
    found = []
    for code, counts in sorted(census.items()):
        for one, two in (("male", "female"), ("urban_population", "rural_population")):
            total, first, second = counts["population"], counts[one], counts[two]
            if total is not None and first is not None and second is not None and total != first + second:
                found.append(_gap("inside", (code, names[code]), "population", total, first + second))
    return found


def _gap(kind: str, unit: tuple[str, str], key: str, total: int, parts: int) -> Finding:
    values = {"code": unit[0], "name": unit[1], "key": key, "total": total, "parts": parts, "difference": total - parts}
    return Finding(kind, values)


def about_other_codes(
    rows: Sequence[Row], others: Mapping[str, str], source: str, heirs: Mapping[str, str]
) -> list[Finding]:
    """County codes and names of another list against the code table."""
    known = {row.code: row.name for row in rows if len(row.code) == 6}
    found = [
        Finding(
            "other_source_code",
            {"code": code, "name": others[code], "source": source, "successor": heirs.get(code, "—")},
        )
        for code in sorted(others)
        if code not in known
    ]
    absent = [code for code in sorted(known) if code not in others]
    if absent:
        values = {"count": len(absent), "source": source, "codes": ", ".join(absent)}
        found.append(Finding("missing_in_source", values))
    found += [
        Finding("other_name", {"code": code, "name": known[code], "other": name, "source": source})
        for code, name in sorted(others.items())
        if code in known and known[code] != name
    ]
    return found
