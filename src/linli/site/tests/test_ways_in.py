"""Finding one's way: a verb followed through the house, and the rooms of a new domain."""

from __future__ import annotations

import shutil

import pytest

from linli.site import tracing
from linli.site.cli import new_domain
from linli.site.cli.terminal import Sorry
from linli.site.tests.house import ROOT


def test_closing_a_request_takes_six_hops_and_every_line_is_there():
    hops = tracing.trace("intake", "request", "close")
    kinds = list(dict.fromkeys(hop.what for hop in hops))
    assert [kind for kind in kinds if kind not in {"address", "API"}] == [
        "site", "page", "action", "engine", "case type", "rule",
    ]  # fmt: skip
    for hop in hops:
        line = (ROOT / hop.path).read_text(encoding="utf-8").splitlines()[hop.line - 1]
        word = hop.text.split(":")[0].split("(")[0].strip()
        assert word.split(" ")[0] in line, f"{hop.path}:{hop.line} is not {hop.text}"
    assert {hop.text.split(":")[0] for hop in hops if hop.what == "rule"} >= {"replied"}
    assert next(hop for hop in hops if hop.what == "engine").text.startswith("advance")


def test_a_verb_that_leads_nowhere_is_said():
    with pytest.raises(tracing.NotThere, match="no action"):
        tracing.trace("intake", "request", "juggle")
    with pytest.raises(tracing.NotThere, match="no domain"):
        tracing.trace("circus", "request", "close")


@pytest.fixture
def elsewhere(tmp_path):
    """The files a new domain is written into."""
    for path, _line, _after in new_domain.REGISTERED:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def test_a_new_domain_has_its_rooms_and_is_known_to_the_house(elsewhere):
    new_domain.new_domain("gardens", root=elsewhere)
    made = elsewhere / "src" / "linli" / "domains" / "gardens"
    for room in (
        "README.md",
        "apps.py",
        "models.py",
        "queries.py",
        "actions.py",
        "tests/__init__.py",
        "migrations/__init__.py",
    ):
        assert (made / room).exists(), room
    for path, line, _after in new_domain.REGISTERED:
        text = (elsewhere / path).read_text(encoding="utf-8")
        assert text.count(line.format("gardens")) == 1, path
        assert text.replace(line.format("gardens"), "") == (ROOT / path).read_text(encoding="utf-8"), (
            f"{path} kept otherwise"
        )
    compile((made / "apps.py").read_text(), "apps.py", "exec")


@pytest.mark.parametrize("name", ["Gardens", "two words", "in", "class", "x", "intake"])
def test_a_name_that_does_not_fit_changes_nothing(elsewhere, name):
    (elsewhere / "src" / "linli" / "domains" / "intake").mkdir(parents=True)
    before = {path: (elsewhere / path).read_text() for path, _line, _after in new_domain.REGISTERED}
    with pytest.raises(Sorry):
        new_domain.new_domain(name, root=elsewhere)
    assert before == {path: (elsewhere / path).read_text() for path, _line, _after in new_domain.REGISTERED}
