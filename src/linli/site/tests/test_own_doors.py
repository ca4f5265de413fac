"""A type with doors of its own is neither opened nor advanced through the general ones."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from django.test import Client

from linli.base.clock import now
from linli.domains.intake.tests.factories import COMMUNITY, cast, say
from linli.kernel.access.models import Account
from linli.kernel.cases.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
FACTS = {"kind": "help", "category": "07", "privacy": "named"}


@pytest.fixture
def case() -> Case:
    return say(cast().li).case


@pytest.fixture
def wang(case: Case) -> Client:
    account = Account.objects.get(username="wang")
    Account.objects.filter(pk=account.pk).update(password_changed_at=now())
    client = Client()
    client.force_login(account)
    return client


def post(client: Client, address: str, body: Mapping[str, object]) -> int:
    return client.post(address, json.dumps(body), content_type="application/json").status_code


def test_a_request_is_not_opened_through_the_general_doors(wang: Client) -> None:
    assert wang.get("/cases/open/well_cover_patrol/").status_code == 200, "the door itself is open"
    assert wang.get("/cases/open/request/").status_code == 404
    assert wang.post("/cases/open/request/", {"region": COMMUNITY, "title": "电梯", **FACTS}).status_code == 404
    wanted = {"type": "request", "region": COMMUNITY, "title": "电梯", "data": FACTS}
    assert post(wang, "/api/v1/cases", wanted) == 404
    assert Case.objects.count() == 1


def test_a_request_is_not_advanced_through_the_general_doors(wang: Client, case: Case) -> None:
    assert wang.get(f"/api/v1/cases/{case.pk}").status_code == 200, "it is there to be read"
    for action in ("rate", "rate_closed", "accept"):
        assert post(wang, f"/api/v1/cases/{case.pk}/actions/{action}", {}) == 404
        assert wang.post(f"/cases/{case.pk}/steps/{action}/").status_code == 404
    assert not CaseEvent.objects.filter(case=case).exclude(action="open").exists()
