"""Every page in elder mode (长辈版): large letters, large targets, and nothing taken away."""

from __future__ import annotations

import pytest

from linli.site.tests.browser.addresses import Stop, stops
from linli.site.tests.browser.looks import Looks, axe, framed, functions, letters, low
from linli.site.tests.browser.visitors import Face

pytestmark = pytest.mark.browser
LETTERS, TARGET = 22, 60  # pixels


@pytest.mark.parametrize("stop", stops(), ids=lambda stop: stop.name)
def test_large_print_is_large_and_offers_every_function(stop: Stop, looks: Looks) -> None:
    usual = functions(looks.go(stop, Face())[0]) if isinstance(stop.way, str) else set()
    page, wrong = looks.go(stop, Face(elder=True))
    found = [*wrong, *framed(page), *low(page, TARGET), *axe(page)]
    if letters(page) < LETTERS:
        found.append(f"running text is {letters(page)} px high")
    found += [f"not offered in large print: {one}" for one in sorted(usual - functions(page))]
    assert not found, "\n".join(found)
