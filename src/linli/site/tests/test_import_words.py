"""What the terminal says about refused rows of an import."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from linli.domains.intake.actions.imports import Report
from linli.site.cli.intake import _tell


def test_a_refused_row_names_its_field_once(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(seen=1, failed=1, problems=[(2, "opened_at", "opened_at: 这不是日期")])
    _tell(asdict(report), 1.0, Path("rows.rejected.csv"))
    assert capsys.readouterr().out.count("opened_at") == 1
