"""Entering people, finding them by sealed numbers, looking behind the mask, erasing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.base.errors import Conflict, Invalid, Refused
from linli.kernel.audit.models import Entry
from linli.kernel.audit.rules import Who
from linli.kernel.parties import actions
from linli.kernel.parties.models import IdentityDocument, Person
from linli.kernel.parties.queries import (
    find_person_by_document,
    find_person_by_phone,
    get_person,
    person_card,
    same_human,
)
from linli.kernel.parties.rules import DocumentValue
from linli.kernel.regions.tests.factories import small_tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
WANG = Who("wang", "王建国", "community_worker", "410102001002", "410102")
HOME = "410102001002"
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def tree() -> None:
    small_tree()


def li(**more: object) -> Person:
    values = {
        "region": HOME,
        "name": "李芳",
        "phone": "13800010001",
        "documents": [DocumentValue("resident_id", NUMBER)],
    }
    return actions.register_person(WANG, **{**values, **more}, at=AT)  # type: ignore[arg-type]


def entries(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action))


def test_nothing_private_is_readable_in_the_table():
    li(address="建设路12号院3号楼501")
    row = str(Person.objects.values().get()) + str(IdentityDocument.objects.values().get())
    for secret in ("13800010001", NUMBER, "建设路"):
        assert secret not in row


def test_nothing_private_is_readable_in_the_record():
    person = li()
    actions.correct_person(WANG, person, phone="13900020002", address="建设路12号院3号楼501", at=AT)
    written = "".join(Entry.objects.values_list("body", flat=True))
    for secret in ("13800010001", "13900020002", NUMBER, "501"):
        assert secret not in written
    assert "138****0001" in written


def test_a_person_is_found_by_number_and_by_phone_however_typed():
    person = li()
    assert find_person_by_document("resident_id", "１１０１０５ 19491231 002x", county="410102") == person
    assert find_person_by_phone("13800010001", county="410102") == person
    assert find_person_by_phone("13800010002", county="410102") is None
    assert find_person_by_phone("", county="410102") is None
    assert find_person_by_document("resident_id", NUMBER, county="410103") is None


def test_birth_and_sex_come_from_the_card():
    person = li()
    assert (person.born, person.sex, person.county) == (date(1949, 12, 31), "f", "410102")


def test_the_same_document_twice_in_a_county_is_a_conflict_and_leaves_nothing_behind():
    li()
    with pytest.raises(Conflict):
        li(name="李四")
    assert Person.objects.count() == 1


def test_the_next_county_may_enter_the_same_human_who_is_then_recognised():
    here, there = li(), li(region="410103001001")
    assert {entry.pk for entry in same_human(here)} == {here.pk, there.pk}
    alone = li(documents=[], phone="13700000000")
    assert same_human(alone) == [alone]


def test_a_wrong_check_character_is_refused_before_anything_is_written():
    with pytest.raises(Refused) as refused:
        li(documents=[DocumentValue("resident_id", "110105194912310021")])
    assert refused.value.refusal.code == "parties.card_check"
    assert not Person.objects.exists()


def test_a_person_needs_a_name():
    with pytest.raises(Invalid):
        li(name="　")


def test_staff_see_masks():
    card = person_card(li(address="建设路12号院3号楼501"))
    assert (card.phone, card.address) == ("138****0001", "建设路12号院3号楼***")
    assert card.documents == (("resident_id", "1101**********002X"),)


def test_unmasking_without_a_reason_is_refused_and_shows_nothing():
    with pytest.raises(Refused) as refused:
        actions.reveal(WANG, li(), "phone", reason="…", at=AT)
    assert refused.value.refusal.code == "parties.reason"
    assert not entries("reveal")


def test_unmasking_is_written_down_as_a_read_with_its_reason():
    person = li()
    assert actions.reveal(WANG, person, "phone", reason="回访核实办理结果", at=AT) == "13800010001"
    (entry,) = entries("reveal")
    assert (entry.kind, entry.account, entry.subject) == ("read", "wang", f"parties.person:{person.pk}")
    assert "回访核实办理结果" in entry.body
    assert "13800010001" not in entry.body
    document = person.documents.get()
    assert actions.reveal_document(WANG, document, reason="办理居住证明", at=AT) == NUMBER
    assert len(entries("reveal")) == 2


def test_no_change_writes_no_record():
    person = li()
    actions.correct_person(WANG, person, name="李芳", phone="13800010001", at=AT)
    assert not entries("correct_person")


def test_moving_takes_the_documents_along():
    person = li()
    actions.move_home(WANG, person, region="410103001001", at=AT)
    assert find_person_by_document("resident_id", NUMBER, county="410103") == person
    assert find_person_by_document("resident_id", NUMBER, county="410102") is None


def test_moving_to_where_one_is_already_entered_is_a_conflict():
    person = li()
    li(region="410103001001")
    with pytest.raises(Conflict):
        actions.move_home(WANG, person, region="410103001001", at=AT)
    person.refresh_from_db()
    assert person.county == "410102"


def test_erasing_leaves_a_digest_and_nothing_else():
    from linli.base.errors import Missing

    person = li(address="建设路12号院3号楼501")
    actions.erase_person(WANG, person, reason="档案保存期满", at=AT + timedelta(days=1))
    person.refresh_from_db()
    assert (person.name, person.phone_cipher, person.phone_index, person.address_cipher, person.born) == (
        "",
        "",
        "",
        "",
        None,
    )
    assert not person.documents.exists()
    assert len(person.erased_digest) == 64
    assert person.erased_digest in entries("erase_person")[0].body
    with pytest.raises(Missing):
        get_person(person.pk)
    assert find_person_by_phone("13800010001", county="410102") is None
    with pytest.raises(Conflict):
        actions.erase_person(WANG, person, reason="档案保存期满", at=AT)


def test_the_digest_tells_different_people_apart():
    one = actions.erase_person(WANG, li(), reason="档案保存期满", at=AT)
    other = actions.erase_person(WANG, li(phone="13800010009"), reason="档案保存期满", at=AT)
    assert one.erased_digest != other.erased_digest
