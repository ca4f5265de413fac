"""Where one can go: one table of entries, and a context processor that gives a page only what its actor may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.text import gettext_noop

THEME_COOKIE = "linli_theme"
ELDER_COOKIE = "linli_elder"
CONTRAST_COOKIE = "linli_contrast"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Entry:
    """One place to go. ``permission`` None means everyone; ``shell`` is portal or desk; ``group`` titles the rail."""

    label: str
    url: str
    icon: str
    shell: str
    permission: str | None = None
    group: str = ""
    account: bool = False


WORK = gettext_noop("Work")
PLACE = gettext_noop("Place and people")
RECORDS = gettext_noop("Records")
SETUP = gettext_noop("Set-up")

ENTRIES: tuple[Entry, ...] = (
    Entry(gettext_noop("Home"), "home", icon="home", shell="portal"),
    Entry(gettext_noop("Say something"), "intake:ask", icon="message-plus", shell="portal"),
    Entry(gettext_noop("My matters"), "intake:mine", icon="list-check", shell="portal"),
)


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    label: str
    address: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Group:
    title: str
    links: tuple[Link, ...]


def address_of(name: str) -> str:
    """The address of a named page, empty when this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """What the frame around a page needs to know; every part is worked out only when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @property
    def elder(self) -> bool:
        return self._request.COOKIES.get(ELDER_COOKIE) == "1"

    @property
    def contrast(self) -> bool:
        return self._request.COOKIES.get(CONTRAST_COOKIE) == "more"

    @property
    def here(self) -> str:
        """Where a switch should bring one back to."""
        return self._request.get_full_path()

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def actor(self) -> Any:
        return getattr(self._request, "actor", None)

    @property
    def signed_in(self) -> bool:
        return self.actor is not None and not self.actor.is_anonymous

    @cached_property
    def unread(self) -> int:
        """Messages not read yet, for the bell."""
        return 0

    @property
    def phone(self) -> str:
        """The number that is answered by a person, shown on every page of the portal."""
        return str(getattr(settings, "LINLI_PHONE", "12345"))

    @property
    def place(self) -> str:
        """Whose portal this is, until the page itself knows the resident's community."""
        return str(getattr(settings, "LINLI_PLACE", "")) or _("Linli")

    @property
    def portal(self) -> tuple[Link, ...]:
        return tuple(self._links("portal"))

    @property
    def desk(self) -> tuple[Group, ...]:
        titles = dict.fromkeys(entry.group for entry in ENTRIES if entry.shell == "desk")
        groups = (Group(_(title), tuple(self._links("desk", title))) for title in titles)
        return tuple(group for group in groups if group.links)

    def _links(self, shell: str, group: str = "") -> Iterator[Link]:
        for entry in ENTRIES:
            if entry.shell != shell or entry.group != group or not self._may_see(entry):
                continue
            if address := address_of(entry.url):
                yield Link(_(entry.label), address, entry.icon, self._is_here(entry, address))

    def _may_see(self, entry: Entry) -> bool:
        if entry.account and not self.signed_in:
            return False
        return entry.permission is None or (self.signed_in and bool(self.actor.regions(entry.permission)))

    def _is_here(self, entry: Entry, address: str) -> bool:
        path = self._request.path
        return path == address or (address != "/" and path.startswith(address.rstrip("/") + "/"))


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``shell`` on every page."""
    return {"shell": Shell(request)}
