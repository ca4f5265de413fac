"""Every page in English on a wide dark screen, and light."""

from __future__ import annotations

import pytest

from linli.site.tests.browser.addresses import Stop, stops
from linli.site.tests.browser.looks import Looks, axe, axe_in, framed
from linli.site.tests.browser.visitors import DESK, Face

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("stop", stops(), ids=lambda stop: stop.name)
def test_a_page_on_a_wide_screen_is_whole_and_accessible(stop: Stop, looks: Looks) -> None:
    page, wrong = looks.go(stop, Face(language="en", theme="dark", size=DESK))
    found = [*wrong, *framed(page), *axe(page), *axe_in(page, "light")]
    assert page.get_attribute("html", "lang") == "en"
    assert not found, "\n".join(found)
