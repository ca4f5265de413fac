"""What the frame offers to whom."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from linli.kernel.access.rules import Actor, GrantValue, Role
from linli.site import navigation
from linli.site.navigation import DESK, PORTAL, Shell

WANG = Actor(account="w", name="王芳", grants=(GrantValue(Role.COMMUNITY_WORKER, "410102001002"),))
AUDITOR = Actor(account="a", name="钱", grants=(GrantValue(Role.AUDIT_ADMIN, "41"),))
LI = Actor(account="l", name="李明")


def shell_of(actor: Actor, path: str = "/cases/") -> Shell:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    return Shell(request)


def addresses(shell: Shell) -> set[str]:
    return {link.address for group in shell.desk for link in group.links}


def test_each_sees_the_places_their_roles_open() -> None:
    assert "/cases/" in addresses(shell_of(WANG))
    assert "/access/accounts/" not in addresses(shell_of(WANG))
    assert "/cases/" not in addresses(shell_of(LI))
    assert addresses(shell_of(WANG)) != addresses(shell_of(AUDITOR))


def test_where_one_is_is_marked_and_nothing_else() -> None:
    marked = [link.address for group in shell_of(WANG, "/cases/find/").desk for link in group.links if link.current]
    assert marked == ["/cases/"]
    numbers = [
        link.address for group in shell_of(WANG, "/desk/requests/numbers/").desk for link in group.links if link.current
    ]
    assert len(numbers) == 1
    home = [link.address for link in shell_of(LI, "/ask/").portal if link.current]
    assert home == ["/ask/"]


def test_only_staff_have_a_desk() -> None:
    assert shell_of(WANG).staff
    assert not shell_of(LI).staff
    assert not shell_of(Actor()).signed_in


def test_large_print_follows_the_account_until_the_device_is_told() -> None:
    grandmother = Actor(account="g", name="张奶奶", elder_mode=True)
    assert shell_of(grandmother).elder
    request = RequestFactory().get("/")
    request.actor = grandmother  # type: ignore[attr-defined]
    request.COOKIES[navigation.ELDER_COOKIE] = "0"
    assert not Shell(request).elder


def test_no_two_entries_lead_to_one_page() -> None:
    names = [entry.url for entry in (*PORTAL, *(entry for _, group in DESK for entry in group))]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_a_page_this_installation_lacks_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "PORTAL", (navigation.Entry("Nowhere", "nowhere:at_all", icon="home"),))
    assert shell_of(LI).portal == ()
