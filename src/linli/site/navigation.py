"""Where one can go: one table of entries, and a context processor that gives a page only what its actor may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.errors import Missing
from linli.base.text import gettext_noop
from linli.kernel.access.queries import may_somewhere
from linli.kernel.notices.queries import unread_count
from linli.kernel.regions.queries import get_region

THEME_COOKIE = "linli_theme"
ELDER_COOKIE = "linli_elder"
CONTRAST_COOKIE = "linli_contrast"
THEMES = ("light", "dark")
DESK_PAGES = ("intake:queue", "cases:queue")
SEARCH = "cases:queue"
TAKE_IN = "intake.take_in"
SEE_ACCOUNTS = "access.see_accounts"
SETTLE = "oversight.settle_delivery"
STATE = "oversight.see_state"


@dataclass(frozen=True)
class Entry:
    """One place to go. ``permission`` is what one needs somewhere to see it; None means everyone."""

    label: str
    url: str
    icon: str
    permission: str | None = None


PORTAL: tuple[Entry, ...] = (
    Entry(gettext_noop("Home"), "intake:home", icon="home"),
    Entry(gettext_noop("Say something"), "intake:ask", icon="message-plus"),
    Entry(gettext_noop("My matters"), "intake:mine", icon="list-check"),
)
DESK: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        gettext_noop("Work"),
        (
            Entry(gettext_noop("Requests"), "intake:queue", icon="inbox", permission="cases.see"),
            Entry(gettext_noop("Take in a request"), "intake:take_in", icon="phone-incoming", permission=TAKE_IN),
            Entry(gettext_noop("All matters"), "cases:queue", icon="stack-2", permission="cases.see"),
            Entry(gettext_noop("Numbers"), "intake:numbers", icon="chart-bar", permission="intake.see_numbers"),
            Entry(gettext_noop("Lists as files"), "intake:exports", icon="file-download", permission="intake.export"),
        ),
    ),
    (
        gettext_noop("Place and people"),
        (
            Entry(gettext_noop("Regions"), "regions:index", icon="map-2"),
            Entry(gettext_noop("People"), "access:people", icon="users", permission="parties.see_people"),
            Entry(gettext_noop("Grids"), "access:choose_grids", icon="grid-dots", permission="regions.keep_grids"),
        ),
    ),
    (
        gettext_noop("Records"),
        (
            Entry(gettext_noop("The record"), "oversight:record", icon="history", permission="audit.see_record"),
            Entry(gettext_noop("Undelivered messages"), "notices:dead", icon="mail-x", permission="notices.manage"),
            Entry(gettext_noop("Undelivered events"), "oversight:undelivered", icon="refresh", permission=SETTLE),
            Entry(gettext_noop("Region codes compared"), "regions:reconciliation", icon="arrows-diff"),
        ),
    ),
    (
        gettext_noop("Set-up"),
        (
            Entry(gettext_noop("Accounts and roles"), "access:accounts", icon="user-shield", permission=SEE_ACCOUNTS),
            Entry(gettext_noop("What each role may do"), "access:roles", icon="list-details"),
            Entry(gettext_noop("Kinds of matters"), "oversight:types", icon="book"),
            Entry(gettext_noop("Working days"), "oversight:years", icon="calendar"),
            Entry(gettext_noop("State of the system"), "oversight:state", icon="heart-rate-monitor", permission=STATE),
        ),
    ),
)

EVERYWHERE = (*PORTAL, *(entry for _title, entries in DESK for entry in entries))


def region_name(code: str) -> str:
    """What a place is called; its code where it is not known."""
    try:
        return str(get_region(code).name)
    except Missing:
        return code


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
        """Large print: what this device was told, else what the account says."""
        chosen = self._request.COOKIES.get(ELDER_COOKIE)
        return chosen == "1" if chosen else bool(getattr(self.actor, "elder_mode", False))

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
        return unread_count(self.actor) if self.signed_in else 0

    @property
    def phone(self) -> str:
        """The number that is answered by a person, shown on every page of the portal."""
        return str(getattr(settings, "LINLI_PHONE", "12345"))

    @property
    def place(self) -> str:
        """Whose portal this is, until the page itself knows the resident's community."""
        return str(getattr(settings, "LINLI_PLACE", "")) or _("Linli")

    @property
    def staff(self) -> bool:
        """Whether this person has a desk at all."""
        return self.signed_in and bool(self.actor.is_staff)

    @property
    def desk_address(self) -> str:
        """Where work begins."""
        return next(filter(None, map(address_of, DESK_PAGES)), "/")

    @cached_property
    def places(self) -> tuple[Link, ...]:
        """The places this person's roles are for, to switch between; narrowest last, at most a dozen."""
        codes = sorted({grant.region for grant in self.actor.grants})[:12] if self.staff else []
        chosen = self._request.GET.get("region", "")
        links = []
        for code in codes:
            query = self._request.GET.copy()
            query["region"] = code
            query.pop("after", None)
            links.append(
                Link(region_name(code), f"{self._request.path}?{query.urlencode()}", "map-pin", code == chosen)
            )
        return tuple(links)

    @property
    def search(self) -> str:
        """Where the search field of the desk sends its words."""
        return address_of(SEARCH)

    @property
    def portal(self) -> tuple[Link, ...]:
        return tuple(self._links(PORTAL))

    @property
    def desk(self) -> tuple[Group, ...]:
        groups = (Group(_(title), tuple(self._links(entries))) for title, entries in DESK)
        return tuple(group for group in groups if group.links)

    def _links(self, entries: Sequence[Entry]) -> Iterator[Link]:
        for entry in entries:
            if not self._may_see(entry):
                continue
            if address := address_of(entry.url):
                yield Link(_(entry.label), address, entry.icon, address == self._nearest)

    def _may_see(self, entry: Entry) -> bool:
        return entry.permission is None or (self.signed_in and may_somewhere(self.actor, entry.permission))

    @cached_property
    def _nearest(self) -> str:
        """The one entry that is this page, or else the one it hangs under: the longest that begins its address."""
        path = self._request.path
        addresses = (address_of(entry.url) for entry in EVERYWHERE)
        above = (one for one in addresses if one == path or (len(one) > 1 and path.startswith(one.rstrip("/") + "/")))
        return max(above, key=len, default="")


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``shell`` on every page."""
    return {"shell": Shell(request)}
