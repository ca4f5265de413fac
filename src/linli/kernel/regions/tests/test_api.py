"""Regions through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
HERE = "/api/v1/regions"


def test_one_unit_with_the_way_up(client: Client) -> None:
    small_tree()
    unit = client.get(f"{HERE}/410102001002").json()
    assert (unit["name"], unit["official_code"], unit["level"]) == ("碧沙岗社区居委会", "410102001002", 5)
    assert [one["code"] for one in unit["path"]] == ["41", "4101", "410102", "410102001"]
    assert unit["urban_rural"] == ""
    assert client.get(f"{HERE}/410102000000").json()["code"] == "410102"


def test_children_come_in_pages_without_loss_or_repeat(client: Client) -> None:
    small_tree()
    seen: list[str] = []
    after = ""
    for _ in range(5):
        page = client.get(f"{HERE}/410102001002/children", {"limit": 2, "after": after}).json()
        seen += [one["code"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["410102001002001", "410102001002002", "410102001002003"]


def test_search_and_match(client: Client) -> None:
    small_tree()
    hits = client.get(f"{HERE}/search", {"q": "bsg"}).json()
    assert hits[0]["code"] == "410102001002"
    found = client.get(f"{HERE}/match", {"address": "中原区碧沙岗社区3号楼"}).json()
    assert found[0]["code"] == "410102001002"
    assert found[0]["reasons"]
    assert client.get(f"{HERE}/match", {"address": "北京市海淀区"}).json() == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/410199", 404),
        ("/nonsense", 404),
        ("/410199/children", 404),
        ("/search", 400),
        ("/search?q=", 400),
        ("/search?q=a&limit=0", 400),
        ("/search?q=a&within=zz", 400),
        ("/match?address=" + "x" * 501, 400),
        ("/41/children?limit=100000", 400),
    ],
)
def test_wrong_input_is_answered_with_a_problem(client: Client, path: str, status: int) -> None:
    small_tree()
    answer = client.get(HERE + path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["detail"]
