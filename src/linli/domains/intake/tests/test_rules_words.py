"""What words ask for: emergencies, banned certificates, seals, outages, classes, likeness. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from linli.domains.intake.queries.parameters import model_for, parameters_for
from linli.domains.intake.rules import classify, secrets, similar, triage
from linli.domains.intake.rules.parameters import Windows, in_force

HERE = parameters_for("410102", date(2026, 11, 23))


def test_golden_15_kinship_certificate_is_refused_with_a_pointer() -> None:
    refusal = triage.refuse_certificate("请社区给我开一个亲属关系证明", HERE.refusals)
    assert refusal is not None
    assert refusal.article.endswith("（民发〔2020〕20号）")
    assert "公证" in str(refusal.params["where"]) and "派出所" in str(refusal.params["where"])


def test_all_twenty_banned_certificates_are_listed_and_found() -> None:
    assert len(HERE.refusals.certificates) == 20
    for certificate in HERE.refusals.certificates:
        found = triage.certificate_in(f"我要开具{certificate.keywords[0]}，请盖章", HERE.refusals)
        assert found is not None and found.code == certificate.code


def test_talking_about_a_certificate_without_asking_for_one_is_no_refusal() -> None:
    assert triage.refuse_certificate("楼下婚姻状况不好的一对夫妻天天吵", HERE.refusals) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [("3号楼着火了快来人", "119"), ("老人昏迷不醒", "120"), ("路口刚发生车祸", "122"), ("楼下有人持刀", "110")],
)
def test_emergencies_point_to_their_number(words: str, number: str) -> None:
    found = triage.emergency_in(words, HERE.refusals)
    assert found is not None and found.number == number


def test_a_drill_is_no_emergency() -> None:
    assert triage.emergency_in("小区消防演练着火了怎么办", HERE.refusals) is None


@pytest.mark.parametrize("words", ["邻居家孩子天天被打得浑身伤痕", "丈夫喝醉了打我", "怀疑有人猥亵女童", "我被家暴了"])
def test_violence_and_children_in_danger_are_sealed(words: str) -> None:
    assert triage.triage(words, "99", HERE).sealed


@pytest.mark.parametrize("words", ["孩子上学难", "打羽毛球的场地太少", "邻居家狗叫"])
def test_ordinary_words_stay_open(words: str) -> None:
    assert not triage.triage(words, "11", HERE).sealed


def test_the_restricted_class_is_sealed_whatever_the_words() -> None:
    assert triage.triage("请尽快联系我", "21", HERE).sealed


def test_a_wide_outage_is_urgent_and_one_flat_is_not() -> None:
    assert triage.triage("整个小区停水了", "06", HERE).urgent
    assert not triage.triage("我家水龙头没水", "06", HERE).urgent


@pytest.mark.parametrize(
    ("title", "code"),
    [("楼下广场舞太吵睡不着", "03"), ("电梯坏了没人修", "07"), ("垃圾桶三天没清运", "02"), ("拖欠农民工工资", "14")],
)
def test_class_is_suggested_with_its_words(title: str, code: str) -> None:
    best = classify.suggest(model_for(HERE.categories), title)[0]
    assert best.code == code and best.words and 0 < best.confidence <= 1


def test_nothing_known_is_class_99_with_no_confidence() -> None:
    assert classify.suggest(model_for(HERE.categories), "您好")[0] == classify.Suggestion("99", 0.0, ())


def test_counts_from_a_file_move_the_suggestion() -> None:
    classes = HERE.categories.categories
    plain = classify.suggest(classify.train(classes), "邻居占道")[0]
    counted = classify.suggest(classify.train(classes, {"04": {"邻居": 400, "居占": 400}}), "邻居占道")
    assert plain.code != "04" or counted[0].confidence > plain.confidence


def _candidate(key: str, text: str, days: int = 0, person: str = "", place: str = "桐柏路191号院") -> similar.Candidate:
    at = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(days=days)
    return similar.Candidate(key, similar.shingles(text), "410102001002", place, "07", at, person)


def test_the_same_matter_in_other_words_is_found_with_reasons() -> None:
    new = _candidate("new", "3号楼2单元的电梯又坏了，停在四楼不动")
    found = similar.rank(
        new, [_candidate("old", "3号楼2单元电梯坏了停在四楼"), _candidate("other", "垃圾没有人清运，太臭")]
    )
    assert [likeness.key for likeness in found] == ["old"]
    assert found[0].is_duplicate and len(found[0].reasons) >= 3


def test_the_same_person_again_is_a_follow_up_and_no_duplicate() -> None:
    new = _candidate("new", "3号楼2单元的电梯还是没修好", person="p")
    found = similar.rank(new, [_candidate("old", "3号楼2单元的电梯没修好", 5, person="p")])
    assert found[0].is_follow_up and not found[0].is_duplicate


def test_long_ago_is_not_offered() -> None:
    new = _candidate("new", "3号楼2单元的电梯坏了")
    assert similar.rank(new, [_candidate("old", "3号楼2单元的电梯坏了", 61)]) == []


def test_overlap_is_exact_and_symmetric() -> None:
    one, other = similar.shingles("abcdef"), similar.shingles("bcdefg")
    assert similar.overlap(one, other) == similar.overlap(other, one) == Fraction(3, 5)


def test_codes_survive_how_people_write_them() -> None:
    code = secrets.code_from(bytes(range(16)))
    assert len(code) == 8 and secrets.normal(secrets.shown(code).lower()) == secrets.normal(code)
    digest = secrets.digest_of(code, "N1", b"pepper")
    assert secrets.same(digest, secrets.digest_of(secrets.shown(code), "N1", b"pepper"))
    assert digest != secrets.digest_of(code, "N2", b"pepper")


def test_the_smallest_jurisdiction_and_the_newest_in_force_wins() -> None:
    path = Path(settings.INSTANCES) / "henan" / "intake" / "clocks.yaml"
    block = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
    province = Windows.model_validate(block)
    county = Windows.model_validate({**block, "jurisdiction": "410102", "rating_window": "15d"})
    later = Windows.model_validate({**block, "jurisdiction": "410102", "effective_from": "2027-01-01"})
    values = [province, county, later]
    assert in_force(values, "410102001002", date(2026, 11, 23)) is county
    assert in_force(values, "410103", date(2026, 11, 23)) is province
    assert in_force(values, "320100", date(2026, 11, 23)) is None


def test_every_parameter_file_names_its_source() -> None:
    for block in (HERE.windows, HERE.hours, HERE.categories, HERE.refusals, HERE.sensitive, HERE.urgent):
        assert len(block.source) > 8 and block.effective_from <= date(2026, 11, 23)
    assert [category.code for category in HERE.categories.categories if category.restricted] == ["21"]
    assert len(HERE.categories.categories) == 22
