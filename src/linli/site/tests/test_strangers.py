"""A clerk of the next county walks through every address and every API operation with real ids, and meets closed doors.

Real things of somebody else are made first, so that there is something to leak. What has an id answers 403 or 404 and
nothing changes; what has none may be a page, but holds no word of the other county. Public addresses are listed with
the reason why.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.urls import get_resolver

from linli.domains.intake.tests import factories
from linli.kernel.access.models import Account
from linli.kernel.cases.models import Case, CaseEvent
from linli.kernel.files.actions import store
from linli.kernel.regions.rules import county_of

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRETS = ("李芳", "13800010001", "桐柏路191号院3号楼", "电梯从上周三")
PUBLIC = {
    "regions/": "codes and names of the province are published",
    "api/v1/regions": "codes and names of the province are published",
    "ways/": "where else to turn: a public text",
    "i18n/": "the language of the reader",
}
OWN = "account/"  # allauth answers for the visitor's own account only, and would sign the visitor out
CLOSED = {403, 404}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def addresses():
    """Every pattern of the site, as text with its parameters."""

    def walk(patterns, before=""):
        for one in patterns:
            text = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, text)
            else:
                yield text

    return sorted(set(walk(get_resolver().url_patterns)))


def is_public(pattern):
    return next((why for start, why in PUBLIC.items() if pattern.startswith(start)), "")


@pytest.fixture
def town(db, settings, tmp_path):
    """The cast, one request of Li with a file; and what was true before the stranger came."""
    settings.HOME, settings.KEYS, settings.MEDIA_ROOT = tmp_path, tmp_path / "keys", tmp_path / "files"
    cast = factories.cast()
    receipt = factories.say(cast.li, at=AT)
    case = Case.objects.get()
    who = cast.li.who(case.region_id)
    store(
        who, io.BytesIO(b"a letter about the lift"), "letter.txt", county=case.county, region=case.region_id,
        subject=f"case:{case.pk}", retention="request", at=AT,
    )  # fmt: skip
    return cast, case, receipt


def signed_in(username):
    """Somebody of the cast whose password is fresh, so that nothing but rights stands in the way."""
    Account.objects.filter(username=username).update(password_changed_at=datetime.now(UTC))
    return Account.objects.get(username=username)


def others_ids():
    """One id of every kind of thing that does not lie in the stranger's county."""
    ids = {}
    for model in apps.get_models():
        if not model.__module__.startswith("linli.") or model._meta.pk.get_internal_type() != "UUIDField":
            continue
        for row in model._default_manager.all()[:40]:
            place = str(getattr(row, "county", "") or getattr(row, "region_id", "") or "")
            if not place.startswith(("410103", "41010300")) and getattr(row, "username", "") != "stranger":
                ids.setdefault(model, str(row.pk))
    return ids


def wanted(pattern, ids):
    """The ids of the package an address belongs to (of everything, where it does not say), and the case's."""
    near = {key for model, key in ids.items() if model._meta.app_label in pattern.split("/") or model is Case}
    return sorted(near if len(near) > 1 else ids.values())


def filled(pattern, ids, case):
    """The pattern as real addresses: every id of somebody else, known words for the rest."""
    words = {
        "action": "accept", "clock": "handle", "type": "request", "part": "original", "what": "110",
        "code": case.region_id, "token": "x" * 32, "number": case.number, "key": "x",
    }  # fmt: skip
    plain = re.sub(r"[\^$]", "", pattern)
    names = [match[1] or match[2] for match in re.finditer(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", plain)]
    with_ids = [name for name in names if name not in words]
    for real in ids if with_ids else [""]:
        known = {**dict.fromkeys(names, real), **words}
        yield "/" + PARAMETER.sub(lambda match, known=known: known[match[2] or match[3]], plain), bool(with_ids)


def sent(client, method, url):
    return getattr(client, method)(
        url, **({"data": "{}", "content_type": "application/json"} if "/api/" in url and method != "get" else {})
    )


def methods(client):
    """What the API's document declares for each path; pages are tried with both methods of a browser."""
    declared = client.get("/api/v1/openapi.json").json()["paths"]
    return {re.sub(r"{[^}]*}", "{}", path): sorted(operations) for path, operations in declared.items()}


def visits(client, case):
    ids, declared = others_ids(), methods(client)
    assert len(ids) > 8, "there must be something to leak"
    for pattern in addresses():
        if pattern.startswith(OWN):
            continue
        for url, has_id in filled(pattern, wanted(pattern, ids), case):
            for method in declared.get(PARAMETER.sub("{}", f"/{pattern}"), ["get", "post"]):
                yield pattern, url, has_id, method, sent(client, method, url)


@pytest.mark.parametrize("visitor", ["stranger", "nobody"])
def test_a_stranger_meets_closed_doors(town, client, visitor):
    _cast, case, _receipt = town
    if visitor == "stranger":
        client.force_login(signed_in("stranger"))
    before = state_of_things()
    open_doors, leaks = [], []
    for pattern, url, has_id, method, response in visits(client, case):
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode(errors="replace") + json.dumps(dict(response.headers), ensure_ascii=False)
        leaks += [f"{method} {url}: {word}" for word in (*SECRETS, case.number) if word in text]
        if has_id and not is_public(pattern) and not closed(response, visitor, client, method, url):
            open_doors.append(f"{method.upper()} {url} → {response.status_code}")
    assert not open_doors, f"{len(open_doors)} open: {open_doors[:12]}"
    assert not leaks, leaks[:12]
    assert state_of_things() == before


def closed(response, visitor, client, method, url):
    """403 or 404; 405 for a method nobody has; for somebody unknown also the way to the sign-in. A wrong shape (400) is
    closed when a made-up id is answered in the same way, so that it tells nothing."""
    if response.status_code in {*CLOSED, 405}:
        return True
    if visitor == "nobody" and (
        response.status_code == 401 or (response.status_code == 302 and "/login" in response["Location"])
    ):
        return True
    if response.status_code in {400, 422}:
        nowhere = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(uuid.uuid4()), url)
        return sent(client, method, nowhere).status_code == response.status_code
    return False


def state_of_things():
    return (
        list(Case.objects.values_list("pk", "state", "handler", "assignee_id")),
        CaseEvent.objects.count(),
        {model._meta.label: model._default_manager.count() for model in apps.get_models()
         if model.__module__.startswith(("linli.kernel.cases", "linli.kernel.files", "linli.domains"))
         and model.__name__ != "Attempt"},
    )  # fmt: skip


def test_the_owner_and_the_desk_do_get_in(town, client):
    """Otherwise closed doors prove nothing."""
    _cast, case, _receipt = town
    client.force_login(signed_in("wang"))
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert client.get(f"/api/v1/cases/{case.pk}").json()["number"] == case.number
    client.force_login(signed_in("li"))
    assert client.get(f"/mine/{case.pk}/").status_code == 200


def test_the_stranger_is_of_another_county(town):
    cast, case, _receipt = town
    assert county_of(cast.stranger.grants[0].region) != case.county


def test_public_addresses_exist_and_have_a_reason():
    everything = addresses()
    assert all(reason and any(address.startswith(start) for address in everything) for start, reason in PUBLIC.items())
