"""Every address of the site: who visits it and how it is reached, or why there is no page to look at.

A new address must be entered here; `test_every_address_is_looked_at_or_says_why_not` insists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.urls import get_resolver

from linli.site.tests.browser.town import PASSWORD, Town

Way = Callable[[Any, Town], None]
WORDS = "3号楼前的路灯坏了三天，晚上老人下楼看不见台阶，请派人来修。"
HOME = "410102001002"


@dataclass(frozen=True)
class Stop:
    """One page: whose eyes, and the way there."""

    name: str
    way: str | Way
    person: str = ""
    status: int = 200

    def reach(self, page: Any, town: Town) -> None:
        """Go there; a way given as an address must answer with this page and no other."""
        if callable(self.way):
            self.way(page, town)
            return
        answer = page.goto(self.way.format_map(Ids(town)))
        assert answer is not None and answer.status == self.status, f"{self.name}: {answer and answer.status}"
        assert answer.request.redirected_from is None, f"{self.name} leads to {page.url}"


class Ids(dict[str, str]):
    """Ids of the demonstration's things, looked up in its records when an address names them."""

    QUESTIONS = {
        "fresh": "SELECT id FROM cases_case WHERE state = 'received' AND NOT sealed"
        " AND region_id LIKE '410102001002%' ORDER BY number",
        "running": "SELECT id FROM cases_case WHERE state = 'handling'"
        " AND region_id LIKE '410102001002%' ORDER BY number",
        "done": "SELECT c.id FROM cases_case c JOIN access_account a ON a.person_id = c.requester"
        " WHERE c.closed_at IS NOT NULL AND a.username = 'li' ORDER BY number",
        "li": "SELECT id FROM access_account WHERE username = 'li'",
        "asked": "SELECT e.id FROM audit_entry e WHERE e.county = '410102' ORDER BY e.seq DESC",
        "person": "SELECT person_id FROM access_account WHERE username = 'li'",
        "chen": "SELECT id FROM access_account WHERE username = 'chen'",
    }

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town = town

    def __missing__(self, name: str) -> str:
        return str(UUID(self.town.one(self.QUESTIONS[name])))


def index(page: Any, town: Town) -> None:
    """The province stands at its own code."""
    page.goto("/regions/")
    page.wait_for_url("**/regions/41")


def ask_what(page: Any, town: Town) -> None:
    page.goto(f"/ask/?region={HOME}&words={WORDS}")


def ask_who(page: Any, town: Town) -> None:
    ask_what(page, town)
    page.click("main .li-buttons .btn-primary")
    page.wait_for_selector("#anonymous")


def receipt(page: Any, town: Town) -> None:
    ask_who(page, town)
    page.check("#anonymous")
    page.click(".btn-accent")
    page.wait_for_url("**/ask/receipt/")


def followed(page: Any, town: Town) -> None:
    receipt(page, town)
    page.click(".li-receipt .btn-primary")
    page.wait_for_url("**/t/**")


def what_missing(page: Any, town: Town) -> None:
    """The second step sent without words: a page with errors."""
    page.goto(f"/ask/?region={HOME}")
    page.click("main .li-buttons .btn-primary")
    page.wait_for_selector(".li-errors, .has-error")


def taken(page: Any, town: Town) -> None:
    page.goto("/desk/requests/new/")
    page.fill("[name=text]", f"{WORDS}{uuid4().hex[:6]}")
    page.fill("[name=name]", "韩梅")
    page.fill("[name=phone]", "13812340000")
    page.click("main .btn-accent")
    page.wait_for_selector(".li-receipt")


def looked_up(page: Any, town: Town) -> None:
    page.goto("/desk/requests/new/")
    page.fill("[name=text]", WORDS)
    page.click("button[value=look]")
    page.wait_for_selector("main form")


def bulk(page: Any, town: Town) -> None:
    page.goto("/desk/requests/")
    page.check("input[name=id] >> nth=0")
    page.locator("form[action$='/bulk/'] button[type=submit]").last.click()
    page.wait_for_selector("input[name=confirmed]", state="attached")


def exported(page: Any, town: Town) -> None:
    page.goto("/desk/requests/exports/")
    page.fill("[name=reason]", "每周工作会议")
    page.click("main form .btn-primary")
    page.wait_for_selector("main tbody tr")


def revealed(page: Any, town: Town) -> None:
    page.goto(f"/desk/requests/{Ids(town)['running']}/contact/")
    page.fill("#reason", "上门前电话联系")
    page.click("main .btn-primary")
    page.wait_for_selector("main dl")


def no_desk(page: Any, town: Town) -> None:
    answer = page.goto("/desk/requests/")
    assert answer.status == 403


def with_password_again(address: str) -> Way:
    """To a page that asks for the password once more when it was given long ago."""

    def go(page: Any, town: Town) -> None:
        page.goto(address)
        if "/reauthenticate/" in page.url:
            page.fill("[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
        page.wait_for_url(f"**{address}")

    return go


def step(name: str, person: str = "wang", case: str = "running") -> Stop:
    return Stop(f"step {name}", f"/desk/requests/{{{case}}}/{name}/", person)


PAGES: dict[str, tuple[Stop, ...]] = {
    "": (Stop("portal", "/"), Stop("portal of a resident", "/", "li")),
    "ask/": (
        Stop("ask where", "/ask/"),
        Stop("ask where, found", "/ask/?place=林山寨街道碧沙岗社区桐柏路191号院"),
        Stop("ask what", ask_what),
        Stop("ask what, nothing written", what_missing),
        Stop("ask who", ask_who),
    ),
    "ask/receipt/": (Stop("receipt", receipt),),
    "t/<str:token>/": (Stop("followed by link", followed),),
    "mine/": (Stop("my matters", "/mine/", "li"),),
    "mine/<uuid:case_id>/": (Stop("own matter, closed", "/mine/{done}/", "li"),),
    "track/": (Stop("track", "/track/"),),
    "ways/<slug:what>/": (Stop("other ways: apply", "/ways/apply/"), Stop("other ways: find", "/ways/find/")),
    "assistance/": (Stop("assistance", "/assistance/"),),
    "gallery/": (Stop("gallery", "/gallery/"),),
    "account/login/": (Stop("sign in", "/account/login/"),),
    "account/signup/": (Stop("sign up", "/account/signup/"),),
    "account/logout/": (Stop("sign out", "/account/logout/", "li"),),
    "account/password/change/": (Stop("change password", "/account/password/change/", "li"),),
    "account/password/reset/": (Stop("password lost", "/account/password/reset/"),),
    "account/sessions/": (Stop("sessions", "/account/sessions/", "li"),),
    "account/2fa/": (Stop("second factor", "/account/2fa/", "li"),),
    "account/2fa/totp/activate/": (
        Stop("authenticator app", with_password_again("/account/2fa/totp/activate/"), "li"),
    ),
    "account/2fa/webauthn/": (Stop("passkeys", "/account/2fa/webauthn/", "li"),),
    "account/2fa/webauthn/add/": (Stop("add a passkey", with_password_again("/account/2fa/webauthn/add/"), "li"),),
    "account/password/reset/done/": (Stop("password lost, sent", "/account/password/reset/done/"),),
    "account/inactive/": (Stop("account closed", "/account/inactive/"),),
    "account/reauthenticate/": (Stop("password again", "/account/reauthenticate/", "li"),),
    "access/me/": (Stop("about me", "/access/me/", "li"), Stop("about me, staff", "/access/me/", "wang")),
    "access/me/keys/": (Stop("keys for programs", "/access/me/keys/", "wang"),),
    "access/roles/": (Stop("roles", "/access/roles/", "secadmin"),),
    "access/accounts/": (Stop("accounts", "/access/accounts/", "secadmin"),),
    "access/accounts/new/": (Stop("open an account", "/access/accounts/new/", "sysadmin"),),
    "access/accounts/<uuid:account>/": (
        Stop("an account, roles", "/access/accounts/{chen}/", "secadmin"),
        Stop("an account, doors", "/access/accounts/{chen}/", "sysadmin"),
    ),
    "access/me/data/": (Stop("my data", "/access/me/data/", "li"),),
    "access/me/data/erase/": (Stop("erase my data", with_password_again("/access/me/data/erase/"), "li"),),
    "access/privacy/": (Stop("privacy", "/access/privacy/"),),
    "access/privacy/<slug:purpose>/": (Stop("a privacy notice", "/access/privacy/entry/"),),
    "access/privacy/<slug:purpose>/<int:version>/": (Stop("a notice as it was", "/access/privacy/entry/1/"),),
    "access/people/": (
        Stop("people", "/access/people/", "wang"),
        Stop("people, found", "/access/people/?q=李玉兰", "wang"),
    ),
    "access/people/enter/": (Stop("enter a person", "/access/people/enter/", "wang"),),
    "access/people/<uuid:person>/": (Stop("a person", "/access/people/{person}/", "wang"),),
    "access/organisations/": (Stop("organisations", "/access/organisations/", "wang"),),
    "access/organisations/enter/": (Stop("enter an organisation", "/access/organisations/enter/", "wang"),),
    "access/grids/": (Stop("grids", "/access/grids/", "chen"),),
    "access/grids/<str:code>/": (Stop("grids of a community", f"/access/grids/{HOME}/", "chen"),),
    "regions/": (Stop("regions", index),),
    "regions/search": (
        Stop("regions search", "/regions/search?q=bsg"),
        Stop("regions, none", "/regions/search?q=zzzz"),
    ),
    "regions/reconciliation": (Stop("reconciliation", "/regions/reconciliation"),),
    "regions/<str:code>": (
        Stop("a county", "/regions/410102"),
        Stop("a street", "/regions/410102001"),
        Stop("a community", f"/regions/{HOME}"),
    ),
    "notices/": (Stop("inbox", "/notices/", "li"), Stop("inbox, staff", "/notices/", "wang")),
    "notices/undelivered/": (Stop("dead letters", "/notices/undelivered/", "sysadmin"),),
    "desk/requests/": (
        Stop("queue", "/desk/requests/", "wang"),
        Stop("queue, narrowed", "/desk/requests/?kind=complaint&state=handling", "chen"),
        Stop("queue, a pile", "/desk/requests/?group=overdue&after=", "chen"),
    ),
    "desk/requests/<uuid:case_id>/": (
        Stop("case, received", "/desk/requests/{fresh}/", "wang"),
        Stop("case, handled", "/desk/requests/{running}/", "wang"),
        Stop("case, closed", "/desk/requests/{done}/", "wang"),
    ),
    "desk/requests/new/": (
        Stop("write one down", "/desk/requests/new/", "wang"),
        Stop("written down, looked up", looked_up, "wang"),
        Stop("written down, receipt", taken, "wang"),
    ),
    "desk/requests/bulk/": (Stop("many at once", bulk, "wang"),),
    "desk/requests/exports/": (
        Stop("lists as files", "/desk/requests/exports/", "chen"),
        Stop("lists as files, asked", exported, "chen"),
    ),
    "desk/requests/numbers/": (
        Stop("numbers", "/desk/requests/numbers/", "chen"),
        Stop("numbers of the province", "/desk/requests/numbers/?region=41", "feng"),
    ),
    "desk/requests/<uuid:case_id>/contact/": (
        Stop("contact", "/desk/requests/{running}/contact/", "wang"),
        Stop("contact, shown", revealed, "wang"),
    ),
    **{
        f"desk/requests/<uuid:case_id>/{name}/": (step(name, person, case),)
        for name, person, case in (
            ("accept", "wang", "fresh"), ("answer", "wang", "running"), ("dispatch", "chen", "fresh"),
            ("refuse", "wang", "fresh"), ("transfer", "chen", "fresh"), ("send_back", "wang", "running"),
            ("arbitrate", "chen", "running"), ("ask_more", "wang", "running"), ("go_on", "wang", "running"),
            ("first_word", "wang", "running"), ("reply", "wang", "running"), ("call_back", "wang", "running"),
            ("close", "wang", "running"), ("reopen", "wang", "done"), ("correct_category", "wang", "fresh"),
            ("hand_over", "wang", "running"), ("accept_handover", "wang", "running"),
            ("return_handover", "wang", "running"), ("extend", "wang", "running"), ("comment", "wang", "running"),
            ("duplicate", "wang", "running"),
        )
    },
    "case-types/": (Stop("case types", "/case-types/", "wang"),),
    "case-types/<slug:type>/": (Stop("case type of requests", "/case-types/request/", "wang"),),
    "record/": (Stop("the record", "/record/", "auditor"),),
    "record/<uuid:id>/": (Stop("an entry of the record", "/record/{asked}/", "auditor"),),
    "record/chains/": (Stop("chains", "/record/chains/", "auditor"),),
    "record/file/": (Stop("the record as a file", "/record/file/", "auditor"),),
    "state/": (Stop("state of the system", "/state/", "sysadmin"),),
    "state/undelivered/": (Stop("events not delivered", "/state/undelivered/", "sysadmin"),),
    "working-days/": (Stop("years of working days", "/working-days/", "sysadmin"),),
    "working-days/<int:year>/": (Stop("working days of a year", "/working-days/2026/", "sysadmin"),),
    "cases/": (Stop("all matters", "/cases/", "wang"),),
    "cases/<uuid:id>/": (Stop("a matter as the engine shows it", "/cases/{running}/", "wang"),),
}  # fmt: skip

ERRORS = (
    Stop("nothing here", "/there-is-nothing-here/", status=404),
    Stop("not yours", no_desk, "li"),
)

SECOND = "looked at in test_second_factor, where somebody has a second factor"
DOES = "does something and leads back to a page; answers to POST only"
NO_MAIL = "for accounts by e-mail, which Linli does not use: allauth leads away from it"
NO_PAGE: dict[str, str] = {
    "healthz": "one word for machines", "readyz": "one word for machines", "version": "one word for machines",
    "i18n/setlang/": DOES, "preferences/": DOES, "ask/guess/": "a part of the second step",
    "mine/<uuid:case_id>/step/": DOES, "t/<str:token>/step/": DOES,
    "notices/read/": DOES, "notices/<uuid:id>/follow/": DOES,
    "notices/undelivered/<uuid:id>/resend/": DOES, "notices/undelivered/<uuid:id>/discard/": DOES,
    "access/me/keys/<uuid:token>/end/": DOES,
    "access/accounts/<uuid:account>/give/": DOES, "access/accounts/<uuid:account>/take/<uuid:grant>/": DOES,
    "access/accounts/<uuid:account>/reset/": DOES, "access/accounts/<uuid:account>/unlock/": DOES,
    "access/accounts/<uuid:account>/close/": DOES, "access/accounts/<uuid:account>/person/": DOES,
    "access/me/data/home/": DOES, "access/me/data/copy/": "a file", "access/me/data/agree/<slug:purpose>/": DOES,
    "access/me/data/consents/<uuid:consent>/withdraw/": DOES,
    **{f"access/people/<uuid:person>/{name}/": DOES for name in (
        "reveal", "correct", "document", "erase", "household", "household/join", "household/<uuid:member>/leave",
        "household/<uuid:member>/head",
    )},
    **{f"access/grids/<str:code>/{name}/": DOES for name in ("draw", "shape", "<str:grid>/end")},
    "desk/requests/exports/<uuid:export_id>/": "a file", "desk/requests/exports/<uuid:export_id>/answer/": DOES,
    "desk/requests/numbers/file/": "a file", "desk/requests/<uuid:case_id>/report/": DOES,
    "desk/requests/<uuid:case_id>/more-time/<uuid:asked_id>/": DOES,
    "files/<uuid:id>/": "a file", "files/<uuid:id>/<slug:part>/": "a file", "files/pass/<str:token>/": "a file",
    "record/chains/check/": DOES, "state/undelivered/<uuid:id>/retry/": DOES, "state/undelivered/<uuid:id>/skip/": DOES,
    "working-days/<int:year>/confirm/": DOES,
    **{f"cases/<uuid:id>/{name}/": DOES for name in (
        "clock-requests/<uuid:request_id>", "clocks/<slug:clock>", "comments", "handovers", "handovers/answer", "links",
    )},
    "cases/<uuid:id>/steps/<slug:action>/": "requests have steps of their own; other types are of an instance",
    "account/2fa/authenticate/": SECOND, "account/2fa/reauthenticate/": SECOND, "account/2fa/recovery-codes/": SECOND,
    "account/2fa/recovery-codes/generate/": SECOND, "account/2fa/totp/deactivate/": SECOND,
    "account/2fa/webauthn/keys/<int:pk>/edit/": SECOND, "account/2fa/webauthn/keys/<int:pk>/remove/": SECOND,
    "account/2fa/webauthn/reauthenticate/": SECOND, "account/2fa/recovery-codes/download/": "a file",
    "account/2fa/webauthn/login/": "data for the script of the door",
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": NO_MAIL, "account/confirm-email/": NO_MAIL, "account/email/": NO_MAIL,
    "account/login/code/confirm/": NO_MAIL,
    "account/password/set/": "every account has a password: leads to its change",
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": NO_MAIL,
    "account/password/reset/key/done/": NO_MAIL,
    "cases/find/": "leads to the matter with that number",
    "cases/open/<slug:type>/": "types of an instance; none in the demonstration",
}  # fmt: skip


def addresses() -> set[str]:
    """Every pattern of the site outside the API."""

    def walk(patterns: Any, before: str = "") -> Iterator[str]:
        for one in patterns:
            text = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, text)
            else:
                yield text

    return {one for one in walk(get_resolver().url_patterns) if not one.startswith("api/")}


def stops() -> tuple[Stop, ...]:
    """Every page there is to look at."""
    return (*(stop for pages in PAGES.values() for stop in pages), *ERRORS)
