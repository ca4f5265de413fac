"""People at a browser: a phone or a desk, in a language, a theme, large print; signed in or not; what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from linli.site.tests.browser.town import PASSWORD, Town

PHONE, DESK = (390, 844), (1440, 900)
PATIENCE = 15_000  # milliseconds


@dataclass(frozen=True)
class Face:
    """How somebody sees Linli."""

    language: str = "zh-hans"
    theme: str = "light"
    elder: bool = False
    size: tuple[int, int] = PHONE
    script: bool = True

    def cookies(self, url: str) -> list[dict[str, str]]:
        chosen = {"linli_language": self.language, "linli_theme": self.theme, "linli_elder": str(int(self.elder))}
        return [{"name": name, "value": value, "url": url} for name, value in chosen.items()]


@dataclass
class Visitors:
    """Opens pages of one Chromium at one town; a person signs in once and keeps the session."""

    browser: Any
    town: Town
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def context(self, face: Face, **more: Any) -> Any:
        context = self.browser.new_context(
            base_url=self.town.url, locale="zh-CN" if face.language != "en" else "en-GB", timezone_id="Asia/Shanghai",
            viewport={"width": face.size[0], "height": face.size[1]}, java_script_enabled=face.script,
            reduced_motion="reduce", is_mobile=face.size == PHONE, has_touch=face.size == PHONE, **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        context.add_cookies(face.cookies(self.town.url))
        return context

    def session(self, person: str) -> list[dict[str, Any]]:
        """The session cookie of a person, who signs in at the door the first time."""
        if person not in self.sessions:
            context = self.context(Face())
            try:
                page = context.new_page()
                sign_in(page, person)
                self.sessions[person] = [one for one in context.cookies() if one["name"] == "linli_session"]
            finally:
                context.close()
        return self.sessions[person]

    def sit_down(self, person: str = "", face: Face | None = None, **more: Any) -> Any:
        """A page of a fresh context."""
        context = self.context(face or Face(), **more)
        if person:
            context.add_cookies(self.session(person))
        page = context.new_page()
        return page

    @contextmanager
    def at(self, person: str = "", face: Face | None = None, **more: Any) -> Iterator[Any]:
        """A page for one errand; whatever a page did wrong on the way fails the test."""
        page = self.sit_down(person, replace(face) if face else None, **more)
        wrong = watched(page, self.town.url)
        try:
            yield page
        finally:
            page.context.close()
        assert not wrong, wrong


def sign_in(page: Any, person: str, password: str = PASSWORD) -> None:
    """Through the door, as a person does."""
    page.goto("/account/login/")
    page.fill("#id_login", person)
    page.fill("#id_password", password)
    page.click("form[action$='/login/'] button.btn-primary")
    page.wait_for_load_state()
    assert "/login/" not in page.url, f"{person} is not let in: {page.inner_text('main')}"


def watched(page: Any, home: str) -> list[str]:
    """A list that fills with what must not happen: script errors, other hosts, a broken content policy, a 5xx."""
    wrong: list[str] = []

    def said(message: Any) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            wrong.append(f"content policy: {message.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith((home, "data:", "blob:", "about:")):
            wrong.append(f"request to another host: {request.url}")

    def answered(response: Any) -> None:
        if response.status >= 500:
            wrong.append(f"{response.status} at {response.url}")

    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("console", said)
    page.on("request", asked)
    page.on("response", answered)
    return wrong
