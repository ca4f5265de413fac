"""Documents, codes, ages and consents, from values alone."""

from __future__ import annotations

from datetime import date

import pytest

from linli.base.text import mask_account, mask_address, mask_identity, mask_mobile, mask_name
from linli.kernel.parties.rules import (
    Asked,
    DocumentValue,
    check_consent,
    check_credit_code,
    check_document,
    check_reason,
    completed,
    doubt_credit_code,
    is_child,
    sex_of,
)

TODAY = date(2026, 11, 23)


def card(number: str, kind: str = "resident_id"):
    return check_document(DocumentValue(kind, number), TODAY)


def with_check(first: str) -> str:
    """A number of 17 digits with its check character, by the weights of GB 11643 written out."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def test_the_example_of_the_standard_is_valid_also_in_small_letters_and_full_width():
    assert card("11010519491231002X") is None
    assert card("11010519491231002x") is None
    assert card(" 110105 19491231 002X ") is None
    assert card("１１０１０５１９４９１２３１００２Ｘ") is None


def test_a_retired_place_prefix_is_accepted():
    assert card(with_check("41038119800101001")) is None  # 偃师市, gone since 2021
    assert card(with_check("99999919800101001")) is None  # no place table is asked at all


@pytest.mark.parametrize("wrong", list("0123456789"))
def test_a_wrong_check_character_is_told_clearly(wrong: str):
    refusal = card("11010519491231002" + wrong)
    assert refusal is not None
    assert refusal.code == "parties.card_check"
    assert "mistyped" in refusal.message
    assert refusal.article == "GB 11643-1999"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1101051949123100", "parties.card_length"),
        ("110105491231002", "parties.card_old"),
        ("11010519491231A02X", "parties.card_letters"),
        ("110105194912310021"[:17] + "Y", "parties.card_letters"),
        (with_check("11010519490231002"), "parties.card_date"),
        (with_check("11010520270101002"), "parties.card_date"),
        (with_check("11010518000101002"), "parties.card_date"),
    ],
)
def test_each_mistake_has_its_own_sentence(number: str, code: str):
    refusal = card(number)
    assert refusal is not None
    assert refusal.code == code


def test_other_kinds_of_cards():
    assert card(with_check("81000019800101001"), "residence_permit") is None
    assert card(with_check("41010219800101001"), "residence_permit").code == "parties.permit_prefix"
    assert card(with_check("91112319800101001"), "permanent_resident") is None
    assert card("USA310000000000"[:15], "permanent_resident") is None
    assert card(with_check("41010219800101001"), "permanent_resident").code == "parties.foreigner_prefix"
    assert card("E12345678", "passport") is None
    assert card("E1", "passport").code == "parties.document_shape"
    assert card("x", "library_card").code == "parties.document_kind"


def test_no_document_needs_a_reason():
    assert check_document(DocumentValue("none"), TODAY).code == "parties.no_document_reason"
    assert check_document(DocumentValue("none", reason="流浪人员，证件遗失"), TODAY) is None


def test_sex_by_digit_17():
    assert (sex_of("11010519491231002X"), sex_of(with_check("41010219800101001"))) == ("f", "m")


def test_credit_codes():
    assert check_credit_code("91350100M000100Y43") is None
    assert doubt_credit_code("91350100M000100Y43") is None
    assert check_credit_code("91350100M000100Y4").code == "parties.code_length"
    assert check_credit_code("91350100I000100Y43").params == {"letters": "I"}


def test_a_credit_code_that_fails_its_check_is_a_doubt_and_no_refusal():
    assert check_credit_code("91350100M000100Y44") is None
    assert doubt_credit_code("91350100M000100Y44").code == "parties.code_check"


def test_committees_and_collectives_have_codes_too():
    from stdnum.cn import uscc

    for start in ("54", "55", "N1", "N2", "N3", "Y1"):
        first = start + "410102MA0000001"[: 17 - len(start)]
        code = first + uscc.calc_check_digit(first + "0")
        assert doubt_credit_code(code) is None, code


@pytest.mark.parametrize(
    ("born", "years", "done"),
    [
        (date(2012, 11, 24), 14, False),
        (date(2012, 11, 23), 14, False),  # on the birthday itself, in favour of the child
        (date(2012, 11, 22), 14, True),
        (date(2012, 2, 29), 14, True),
    ],
)
def test_years_are_complete_from_the_day_after_the_birthday(born: date, years: int, done: bool):
    assert completed(years, born, TODAY) is done


def asked(**more: object) -> Asked:
    values = {"kind": "general", "sensitive": False, "for_minors": False, "newest": True, "born": date(1980, 1, 1)}
    return Asked(**{**values, "by_self": True, "by_guardian": False, **more})  # type: ignore[arg-type]


def test_thirteen_years_and_eleven_months_needs_the_guardian_and_counts_as_sensitive():
    born = date(2012, 12, 23)
    assert is_child(born, TODAY)
    assert check_consent(asked(born=born), TODAY).code == "parties.guardian"
    by_guardian = {"born": born, "by_self": False, "by_guardian": True}
    assert check_consent(asked(**by_guardian), TODAY).code == "parties.minor_rules"
    assert check_consent(asked(**by_guardian, for_minors=True), TODAY).code == "parties.sensitive_separate"
    assert check_consent(asked(**by_guardian, for_minors=True, kind="sensitive"), TODAY) is None


def test_sensitive_data_needs_a_consent_of_its_own():
    assert check_consent(asked(sensitive=True), TODAY).article == "个人信息保护法 29"
    assert check_consent(asked(sensitive=True, kind="separate"), TODAY).code == "parties.sensitive_separate"
    assert check_consent(asked(sensitive=True, kind="sensitive"), TODAY) is None


def test_consent_goes_to_the_newest_notice_and_comes_from_nobody_else():
    assert check_consent(asked(newest=False), TODAY).code == "parties.notice_old"
    assert check_consent(asked(by_self=False), TODAY).code == "parties.consent_of_other"


@pytest.mark.parametrize("reason", ["", "  ", "....", "abc", "——"])
def test_a_reason_says_something(reason: str):
    assert check_reason(reason) is not None


def test_masks():
    assert (mask_name("张小三"), mask_name("张三"), mask_name("")) == ("张*三", "张*", "")
    assert mask_mobile("13812345678") == "138****5678"
    assert mask_identity("41010219800101002X") == "4101**********002X"
    assert mask_account("6222 0200 0000 1234") == "****1234"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("建设路12号院3号楼2单元501", "建设路12号院3号楼***"),
        ("航海路58号7栋", "航海路58号7栋***"),
        ("刘庄村3组12号", "刘庄村3组***"),
        ("互助路社区 甲座 1201室", "互助路社区 甲座***"),
        ("", ""),
    ],
)
def test_addresses_are_shown_down_to_the_building(address: str, shown: str):
    assert mask_address(address) == shown


def test_no_part_of_the_flat_survives_the_mask():
    for inner in ("2单元501", "501室", "十二层1203", "B-1203"):
        assert inner not in mask_address(f"中原路9号院6号楼{inner}")
