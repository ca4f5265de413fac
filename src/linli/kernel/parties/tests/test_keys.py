"""Keys: made once, changed without losing anything, never taken from the repository."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from linli.base import ciphers
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import SYSTEM
from linli.kernel.parties import actions
from linli.kernel.parties.models import IdentityDocument, Person
from linli.kernel.parties.queries import (
    find_person_by_document,
    find_person_by_phone,
    key_ring,
    open_text,
    ring_path,
    seal_text,
)
from linli.kernel.parties.rules import ABOUT, DocumentValue
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LINLI_KEY_RING", raising=False)
    settings.HOME = tmp_path
    return tmp_path


def test_without_keys_nothing_is_sealed_and_the_way_out_is_said(home):
    with pytest.raises(ImproperlyConfigured, match="make_keys"):
        seal_text("x", "y")


def test_keys_are_made_once(home):
    assert actions.make_keys() is True
    assert stat.S_IMODE(ring_path().stat().st_mode) == 0o600
    before = ring_path().read_text()
    assert actions.make_keys() is False
    assert ring_path().read_text() == before


def test_rotation_seals_everything_again_and_everything_is_still_found(home):
    small_tree()
    actions.make_keys()
    number = "11010519491231002X"
    people = [
        actions.register_person(
            SYSTEM, region="410102001002", name=f"李{n}", phone=f"1380001000{n}", address=f"建设路{n}号", at=AT
        )
        for n in range(3)
    ]
    actions.add_document(SYSTEM, people[0], DocumentValue("resident_id", number), at=AT)
    old = people[0].phone_cipher

    key_id = actions.rotate_keys(SYSTEM, algorithm=ciphers.SM4_GCM, at=AT)
    assert open_text(old, ABOUT["phone"]) == "13800010000"
    assert find_person_by_phone("13800010002", county="410102") == people[2]

    assert [actions.reseal(limit=4), actions.reseal(limit=4), actions.reseal(limit=4)] == [4, 3, 0]
    tokens = [
        *Person.objects.values_list("phone_cipher", flat=True),
        *IdentityDocument.objects.values_list("cipher", flat=True),
    ]
    assert all(token.startswith(f"1.{ciphers.SM4_GCM}.{key_id}.") for token in tokens)
    ring = key_ring().without("k1")
    assert ring.open(Person.objects.get(pk=people[0].pk).phone_cipher, ABOUT["phone"]) == "13800010000"
    assert find_person_by_document("resident_id", number, county="410102") == people[0]
    assert find_person_by_phone("13800010002", county="410102") == people[2]
    assert Entry.objects.filter(action="rotate_keys").count() == 1


def test_keys_given_by_the_environment_win(home, monkeypatch):
    actions.make_keys()
    monkeypatch.setenv("LINLI_KEY_RING", ciphers.ring_to_text(ciphers.fresh_ring("env")))
    assert key_ring().current == "env"


def test_an_empty_value_stays_empty():
    assert seal_text("", "x") == "" == open_text("", "x")
