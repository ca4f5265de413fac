"""A passkey and an authenticator app, made and used as a person does, with a device of Chromium's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

from linli.site.tests.browser.looks import axe, axe_in, english, framed, low
from linli.site.tests.browser.town import PASSWORD
from linli.site.tests.browser.visitors import Visitors, sign_in

pytestmark = pytest.mark.browser
STEP = 30  # seconds a number of the app lives


def number_of(secret: str, at: float) -> str:
    """The six digits an authenticator app shows (RFC 6238, SHA-1)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    seal = hmac.new(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1).digest()
    place = seal[-1] & 15
    return f"{int.from_bytes(seal[place : place + 4], 'big') % 2**31 % 10**6:06}"


def device(page: Any, verified: bool = True) -> tuple[Any, str]:
    """A device with a fingerprint reader at this page."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    made = wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": verified, "automaticPresenceSimulation": True,
        }},
    )  # fmt: skip
    return wire, made["authenticatorId"]


def confirmed(page: Any, address: str) -> None:
    """Go to a page that may ask for the password once more."""
    page.goto(address)
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(f"**{address}")


def looked_at(page: Any) -> None:
    found = [*framed(page), *english(page), *low(page, 44), *axe(page), *axe_in(page, "dark")]
    assert not found, f"{page.url}\n" + "\n".join(found)


@pytest.fixture
def page(visitors: Visitors) -> Iterator[Any]:
    with visitors.at() as page:
        yield page


def test_a_passkey_signs_in_without_a_password_and_goes_away_again(page: Any) -> None:
    wire, key = device(page)
    sign_in(page, "zhao")
    confirmed(page, "/account/2fa/webauthn/add/")
    page.fill("[name=name]", "我的手机")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    assert len(wire.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.goto("/account/2fa/webauthn/")
    assert "我的手机" in page.inner_text("main")
    looked_at(page)

    page.goto("/account/logout/")
    page.click("main form button[type=submit]")
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/access/me/")
    assert "赵小军" in page.inner_text("main")

    page.goto("/account/2fa/webauthn/")
    confirmed(page, page.get_attribute("a[href$='/edit/']", "href"))
    looked_at(page)
    page.fill("[name=name]", "旧手机")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/account/2fa/webauthn/")
    assert "旧手机" in page.inner_text("main")
    confirmed(page, page.get_attribute("a[href$='/remove/']", "href"))
    looked_at(page)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/remove/" not in url)
    page.goto("/account/2fa/webauthn/")
    assert "旧手机" not in page.inner_text("main")


def test_a_device_that_does_not_know_its_owner_opens_nothing(page: Any) -> None:
    wire, key = device(page)
    sign_in(page, "zheng")
    confirmed(page, "/account/2fa/webauthn/add/")
    page.fill("[name=name]", "借来的手机")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/account/logout/")
    page.click("main form button[type=submit]")

    wire.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/account/login/")
    with page.expect_response("**/webauthn/login/**"):
        page.click("#passkey_login")
    page.wait_for_timeout(500)
    page.goto("/access/me/")
    assert "郑大鹏" not in page.content()


def test_an_authenticator_app_is_asked_for_after_the_password(page: Any) -> None:
    sign_in(page, "sun")
    confirmed(page, "/account/2fa/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    page.fill("[name=code]", "000000" if number_of(secret, time.time()) != "000000" else "111111")
    page.click("main form button[type=submit]")
    assert "/activate/" in page.url, "a wrong number sets nothing up"
    page.fill("[name=code]", number_of(page.input_value("#authenticator_secret"), time.time()))
    secret = page.input_value("#authenticator_secret")
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/activate/" not in url)
    looked_at(page)

    page.goto("/account/2fa/recovery-codes/")
    looked_at(page)
    codes = page.input_value("#recovery_codes").split()
    assert len(codes) == 10
    page.goto("/account/2fa/recovery-codes/generate/")
    looked_at(page)
    page.goto("/account/2fa/totp/deactivate/")
    looked_at(page)

    page.goto("/account/logout/")
    page.click("main form button[type=submit]")
    page.goto("/account/login/")
    page.fill("#id_login", "sun")
    page.fill("#id_password", PASSWORD)
    page.click("form[action$='/login/'] button.btn-primary")
    page.wait_for_url("**/account/2fa/authenticate/")
    looked_at(page)
    page.goto("/desk/requests/")
    assert "/login/" in page.url or "孙海涛" not in page.content(), "half a sign-in opens nothing"

    page.goto("/account/2fa/authenticate/")
    page.fill("[name=code]", codes[0])
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/authenticate/" not in url)
    page.goto("/access/me/")
    assert "孙海涛" in page.inner_text("main")
