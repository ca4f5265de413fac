"""Keys: made once, changed without losing anything, never taken from the repository."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from linli.base import ciphers
from linli.base.errors import Conflict, Missing, Refused
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


def test_an_old_key_retires_only_when_nothing_is_sealed_with_it(home):
    actions.make_keys()
    small_tree()
    card = DocumentValue("resident_id", "11010519491231002X")
    person = actions.register_person(
        SYSTEM, region="410102001002", name="韩梅", phone="13800010001", documents=[card], at=AT
    )
    old = key_ring().current
    with pytest.raises(Refused) as busy:
        actions.retire_key(SYSTEM, old, at=AT)
    assert busy.value.refusal.code == "parties.key_in_use"
    actions.rotate_keys(SYSTEM, at=AT)
    assert actions.sealed_with(old) == {"parties.person.phone_cipher": 1, "parties.identitydocument.cipher": 1}
    with pytest.raises(Refused) as sealed:
        actions.retire_key(SYSTEM, old, at=AT)
    assert sealed.value.refusal.params["count"] == 2
    assert old in key_ring().keys
    while actions.reseal(limit=1):
        pass
    actions.retire_key(SYSTEM, old, at=AT)
    assert old not in key_ring().keys
    assert Entry.objects.filter(action="retire_key").count() == 1
    person.refresh_from_db()
    assert open_text(person.phone_cipher, ABOUT["phone"]) == "13800010001"
    with pytest.raises(Missing):
        actions.retire_key(SYSTEM, old, at=AT)


def test_the_index_key_changes_in_batches_and_everyone_is_found_all_the_while(home):
    actions.make_keys()
    small_tree()
    for number in range(5):
        card = DocumentValue("passport", f"E1234567{number}")
        actions.register_person(
            SYSTEM, region="410102001002", name=f"人{number}", phone=f"1380001000{number}", documents=[card], at=AT
        )
    before = set(Person.objects.values_list("phone_index", flat=True))
    actions.rotate_index(SYSTEM, at=AT)
    with pytest.raises(Conflict):
        actions.rotate_index(SYSTEM, at=AT)
    assert actions.reindex(limit=3) == 3
    for number in range(5):
        assert find_person_by_phone(f"1380001000{number}", county="410102") is not None
        assert find_person_by_document("passport", f"E1234567{number}", county="410102") is not None
    with pytest.raises(Conflict):  # known by the former key only
        known = DocumentValue("passport", "E12345674")
        actions.register_person(SYSTEM, region="410102001002", name="又一个", documents=[known], at=AT)
    while actions.reindex(limit=3):
        pass
    assert not key_ring().former_index
    assert not before & set(Person.objects.values_list("phone_index", flat=True))
    assert find_person_by_phone("13800010004", county="410102") is not None
    assert find_person_by_document("passport", "E12345670", county="410102") is not None
    assert actions.reindex() == 0


def test_every_column_of_tokens_and_of_indexes_is_known_to_a_change_of_keys():
    """A column nobody named would be lost when its key retires."""
    named = {*actions.sealed_places(), *actions.indexed_columns()}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.name.endswith(("_cipher", "phone_index", "name_index")) or field.name == "cipher":
                assert f"{model._meta.label_lower}.{field.name}" in named, f"{model.__name__}.{field.name}"
