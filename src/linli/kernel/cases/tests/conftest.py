"""The cast as actors, for every test of cases."""

from __future__ import annotations

import pytest

from linli.kernel.access.rules import Actor
from linli.kernel.access.tests import cast as stage


class People:
    """The cast at the door, by name."""

    def __init__(self) -> None:
        self.cast = stage.cast()

    def __getattr__(self, name: str) -> Actor:
        return stage.as_actor(getattr(self.cast, name))


@pytest.fixture
def at_the_desk(db: None) -> People:
    return People()
