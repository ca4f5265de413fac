"""No page is forgotten: a new address is looked at in the browser, or its entry says why not."""

from __future__ import annotations

import pytest

from linli.site.tests.browser.addresses import NO_PAGE, PAGES, addresses, stops

pytestmark = pytest.mark.house


def test_every_address_is_looked_at_or_says_why_not() -> None:
    assert addresses() - set(PAGES) - set(NO_PAGE) == set(), "enter it in site/tests/browser/addresses.py"


def test_no_entry_outlives_its_address() -> None:
    assert (set(PAGES) | set(NO_PAGE)) - addresses() == set()


def test_no_address_is_both_a_page_and_none() -> None:
    assert set(PAGES) & set(NO_PAGE) == set()


def test_every_page_has_a_name_of_its_own() -> None:
    names = [stop.name for stop in stops()]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
