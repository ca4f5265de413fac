"""Every page in Chinese on a phone, light and dark: what everyone may expect of it."""

from __future__ import annotations

import pytest

from linli.site.tests.browser.addresses import Stop, stops
from linli.site.tests.browser.looks import Looks, axe, axe_in, english, framed, low
from linli.site.tests.browser.visitors import Face

pytestmark = pytest.mark.browser
TARGET = 44  # pixels


@pytest.mark.parametrize("stop", stops(), ids=lambda stop: stop.name)
def test_a_page_on_a_phone_is_whole_reachable_and_in_chinese(stop: Stop, looks: Looks) -> None:
    page, wrong = looks.go(stop, Face())
    found = [*wrong, *framed(page), *english(page), *low(page, TARGET), *axe(page), *axe_in(page, "dark")]
    assert not found, "\n".join(found)
