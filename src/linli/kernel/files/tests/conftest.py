"""Files of a test lie in the test's own folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """LINLI_HOME of this test only."""
    settings.HOME = tmp_path
    return tmp_path
