"""Grids are drawn and ended by those of the place; the shape of their codes is set by the system administrator."""

from __future__ import annotations

import pytest
from django.urls import reverse

from linli.base.clock import now
from linli.base.errors import Denied, Refused
from linli.kernel.access import actions
from linli.kernel.access.models import Account
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry
from linli.kernel.regions.models import Region

AT = stage.LONG_AGO


def test_the_township_draws_and_ends_grids(people, web, settings):
    settings.DEMO = True
    Account.objects.update(password_changed_at=now(), is_demo=True)
    web.post(reverse("account_login"), {"login": "chen", "password": stage.PASSWORD})
    page = reverse("access:grids", args=[stage.COMMUNITY])
    assert web.get(page).status_code == 200
    before = set(Region.objects.filter(parent_id=stage.COMMUNITY).values_list("code", flat=True))
    assert web.post(reverse("access:draw_grid", args=[stage.COMMUNITY]), {"name": "新一网格"}).status_code == 302
    (fresh,) = set(Region.objects.filter(parent_id=stage.COMMUNITY).values_list("code", flat=True)) - before
    web.post(reverse("access:end_grid", args=[stage.COMMUNITY, fresh]))
    assert Region.objects.get(pk=fresh).valid_to is not None
    assert "新一网格" in web.get(page).content.decode()


@pytest.mark.parametrize("who", ["wang", "stranger", "li", "secadmin"])
def test_others_draw_nothing(people, who: str):
    with pytest.raises(Denied):
        actions.draw_grid(stage.as_actor(getattr(people, who)), stage.COMMUNITY, name="x", at=AT)


def test_a_countys_shape_is_audited_and_obeyed(people):
    admin = stage.as_actor(people.sysadmin)
    actions.set_grid_pattern(admin, stage.COUNTY, r"\d{12}9\d{2}", at=AT)
    drawn = actions.draw_grid(stage.as_actor(people.chen), stage.OTHER_COMMUNITY, name="九百", at=AT)
    assert drawn.code == stage.OTHER_COMMUNITY + "900"
    entry = Entry.objects.get(action="regions.set_grid_pattern")
    assert r"\\d{12}9" in entry.body
    with pytest.raises(Denied):
        actions.set_grid_pattern(stage.as_actor(people.chen), stage.COUNTY, "", at=AT)


@pytest.mark.parametrize("pattern", ["(", "(a+)+", r"\d{14}", r"\d{17}", "[9-1]", "x" * 200])
def test_a_shape_that_no_code_fits_is_refused(people, pattern: str):
    with pytest.raises(Refused):
        actions.set_grid_pattern(stage.as_actor(people.sysadmin), stage.COUNTY, pattern, at=AT)
    assert Region.objects.get(pk=stage.COUNTY).grid_code_regex == ""
