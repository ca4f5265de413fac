"""Whoever may see the subject may read its files; nobody else learns that they exist."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from linli.base.clock import now
from linli.base.errors import Missing
from linli.kernel.access.models import Account
from linli.kernel.access.rules import Actor
from linli.kernel.access.tests.cast import Cast, cast
from linli.kernel.audit.models import Entry
from linli.kernel.files import actions, queries
from linli.kernel.files.models import Attachment
from linli.kernel.files.queries import rights
from linli.kernel.files.tests import factories as make

pytestmark = pytest.mark.django_db


@dataclass
class World:
    people: Cast
    photo: Attachment
    note: Attachment
    secret: Attachment


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Li's matter with a photo, a note and a sealed recording; only li may see it."""
    people = cast()
    monkeypatch.setattr(rights, "_guards", {})
    queries.guard_subject("tests.matter", lambda actor, subject: actor.account == subject.partition(":")[2])

    def kept(body: bytes, name: str, retention: str = "request") -> Attachment:
        place = {"county": make.COUNTY, "region": make.COMMUNITY, "subject": f"tests.matter:{people.li.pk}"}
        return actions.store(make.WHO, io.BytesIO(body), name, retention=retention, at=make.AT, **place)

    yield World(
        people, kept(make.jpeg(), "楼道.jpg"), kept(b"1,2", "a.csv"), kept(make.mp3(), "s.mp3", "request_sealed")
    )


def signed_in(account: Account) -> Client:
    Account.objects.filter(pk=account.pk).update(password_changed_at=now())
    client = Client()
    client.force_login(account)
    return client


def body_of(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_picture_of_ours_is_shown_under_headers_that_disarm_it(world: World) -> None:
    response = signed_in(world.people.li).get(world.photo.get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E6%A5%BC%E9%81%93.jpg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert len(body_of(response)) == world.photo.size


def test_everything_else_is_only_handed_out_to_be_saved(world: World) -> None:
    for one in (world.note, world.secret):
        response = signed_in(world.people.li).get(one.get_absolute_url())
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        body_of(response)


def test_a_smaller_picture_has_its_own_address_and_a_note_has_none(world: World) -> None:
    client = signed_in(world.people.li)
    small = client.get(reverse("files:part", args=[world.photo.pk, "small"]))
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert len(body_of(small)) < world.photo.size
    assert client.get(reverse("files:part", args=[world.note.pk, "small"])).status_code == 404
    assert client.get(reverse("files:part", args=[world.photo.pk, "huge"])).status_code == 404


def test_a_stranger_and_an_anonymous_visitor_find_nothing(world: World) -> None:
    for client in (Client(), signed_in(world.people.stranger), signed_in(world.people.wang)):
        for one in (world.photo, world.secret):
            assert client.get(one.get_absolute_url()).status_code == 404
            assert client.get(reverse("files:part", args=[one.pk, "small"])).status_code == 404
    assert not Entry.objects.filter(action="files.read").exists()


def test_a_subject_that_nobody_guards_is_closed_to_all(world: World) -> None:
    Attachment.objects.filter(pk=world.photo.pk).update(subject=f"others.thing:{world.people.li.pk}")
    assert signed_in(world.people.li).get(world.photo.get_absolute_url()).status_code == 404
    with pytest.raises(ValueError, match=r"tests\.matter"):
        queries.guard_subject("tests.matter", lambda actor, subject: True)


def test_reading_a_sealed_file_is_on_the_record_and_reading_a_plain_one_is_not(world: World) -> None:
    client = signed_in(world.people.li)
    body_of(client.get(world.note.get_absolute_url()))
    assert not Entry.objects.filter(action="files.read").exists()
    response = client.get(world.secret.get_absolute_url())
    assert "no-store" in response["Cache-Control"]
    body_of(response)
    entry = Entry.objects.get(action="files.read")
    assert (entry.kind, entry.account) == ("read", str(world.people.li.pk))
    assert json.loads(entry.body)["detail"]["by"] == "subject"


def test_a_pass_opens_one_file_until_it_is_over(world: World) -> None:
    token = queries.pass_for(world.secret, at=now(), minutes=30)
    response = Client().get(reverse("files:pass", args=[token]))
    assert response.status_code == 200
    body_of(response)
    assert json.loads(Entry.objects.get(action="files.read").body)["detail"]["by"] == "pass"
    nobody = Actor()
    with pytest.raises(Missing):
        actions.open_pass(nobody, token, at=now() + timedelta(minutes=31))
    assert (
        Client().get(reverse("files:pass", args=[token[:-1] + ("A" if token[-1] != "A" else "B")])).status_code == 404
    )
    with override_settings(SECRET_KEY="another"):
        assert Client().get(reverse("files:pass", args=[token])).status_code == 404


def test_a_file_whose_body_is_lost_is_missing_and_not_a_broken_page(world: World) -> None:
    from linli.kernel.files.queries.places import storage

    assert world.note.content is not None
    storage().delete(world.note.content.place)
    assert signed_in(world.people.li).get(world.note.get_absolute_url()).status_code == 404


def test_the_list_shows_what_is_there_and_what_was_destroyed(world: World) -> None:
    from django.template.loader import render_to_string

    actions.expire(make.AT + timedelta(days=365 * 11))
    note = actions.store(
        make.WHO,
        io.BytesIO(make.jpeg()),
        "新的.jpg",
        county=make.COUNTY,
        region=make.COMMUNITY,
        subject=world.photo.subject,
        retention="request",
        at=make.AT,
    )
    shown = queries.attachments_of(world.photo.subject, county=make.COUNTY)
    html = render_to_string("files/parts/list.html", {"attachments": shown})
    assert html.count("已销毁的材料") == 3
    assert "楼道.jpg" not in html
    assert note.small_address in html
    assert "保管到" in html
