"""One Chromium and one running township for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.site.tests.browser.looks import Looks
from linli.site.tests.browser.town import Town, demonstration
from linli.site.tests.browser.visitors import Visitors


@pytest.fixture(scope="session")
def town(chromium: Any, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Town]:
    """The demonstration township behind the real web server, with the worker beside it."""
    own = tmp_path_factory.mktemp("town")
    shared = own.parent if worker_id == "master" else own.parent.parent
    with demonstration(Path(shared) / "demonstration", own / "home") as town:
        yield town


@pytest.fixture(scope="session")
def visitors(chromium: Any, town: Town) -> Visitors:
    return Visitors(chromium, town)


@pytest.fixture(scope="session")
def looks(visitors: Visitors) -> Iterator[Looks]:
    """Pages kept open for each person and face, so that looking at many addresses is quick."""
    looks = Looks(visitors)
    yield looks
    looks.close()
