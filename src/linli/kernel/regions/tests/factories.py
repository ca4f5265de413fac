"""A small real tree for everyone's tests: one township of 中原区, its neighbour 二七区, and 济源."""

from __future__ import annotations

from linli.base.clock import now
from linli.kernel.regions.actions.readings import read_aloud
from linli.kernel.regions.models import Edition, Region
from linli.kernel.regions.rules import county_of, level_of, parent_of, short_name, unit_type_of

TREE = {
    "41": "河南省",
    "4101": "郑州市",
    "410102": "中原区",
    "410102001": "林山寨街道",
    "410102001002": "碧沙岗社区居委会",
    "410102001002001": "碧沙岗第一网格",
    "410102001002002": "碧沙岗第二网格",
    "410102001002003": "碧沙岗第三网格",
    "410102001003": "互助路社区居委会",
    "410103": "二七区",
    "410103001": "淮河路街道",
    "410103001001": "淮河社区居民委员会",
    "4190": "省直辖县级行政区划",
    "419001": "济源市",
}


def region(code: str, name: str, **fields: object) -> Region:
    """One unit; those above it must exist."""
    above = Region.objects.filter(pk=parent_of(code)).first()
    kind, basis = unit_type_of(code, name)
    spelled, initials = read_aloud(short_name(name, level_of(code), kind))
    values: dict[str, object] = {
        "name": name,
        "level": level_of(code),
        "parent": above,
        "unit_type": kind,
        "unit_type_basis": basis,
        "county": county_of(code),
        "pinyin": spelled,
        "initials": initials,
        "full_name": (above.full_name if above else "") + name,
    }
    made, _ = Region.objects.update_or_create(pk=code, defaults=values | fields)
    return made


def small_tree() -> dict[str, Region]:
    """The units of TREE by code. Safe to call twice."""
    made = {code: region(code, name) for code, name in TREE.items()}
    Edition.objects.create(name="small tree", loaded_at=now())
    return made
