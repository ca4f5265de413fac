"""A request's life on the desk: clocks of Henan, returns, recusal, answers, call-backs, closing, opening again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.base.errors import Conflict, Denied, Missing, Refused
from linli.domains.intake.actions import handling as do
from linli.domains.intake.actions import speaking
from linli.domains.intake.actions.submit import pepper
from linli.domains.intake.models import Request
from linli.domains.intake.queries.requests import get_request, own_request, person_of
from linli.domains.intake.queries.timeline import matter
from linli.domains.intake.queries.tracking import WRONG_LIMIT, found_by_code, found_by_token, link_token
from linli.domains.intake.rules.kinds import Kind, Privacy
from linli.domains.intake.tests.factories import COMMUNITY, HOUR, HOUSING, MONDAY, Cast, cast, say
from linli.kernel.cases.models import Case, Clock
from linli.kernel.cases.queries import get_case

pytestmark = pytest.mark.django_db
ANSWER = "维保单位已更换层门感应器，连续试运行两天未再误停。"


@pytest.fixture
def people() -> Cast:
    return cast()


def _clock(case: Case, key: str) -> Clock:
    return Clock.objects.filter(case=case, key=key).order_by("-run")[0]


def _handled(people: Cast, **changes: object) -> Case:
    case = say(people.li, **changes).case
    do.accept(people.wang, case.pk, at=MONDAY)
    return case


def _answered(people: Cast, **changes: object) -> Case:
    case = _handled(people, **changes)
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + 2 * HOUR)
    return case


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (Kind.CONSULT, datetime(2026, 11, 26, tzinfo=UTC)),
        (Kind.HELP, datetime(2026, 11, 30, tzinfo=UTC)),
        (Kind.SUGGESTION, datetime(2026, 11, 30, tzinfo=UTC)),
        (Kind.COMPLAINT, datetime(2026, 12, 7, tzinfo=UTC)),
        (Kind.REPORT, datetime(2026, 12, 7, tzinfo=UTC)),
    ],
)
def test_golden_16_days_by_kind_from_signing_on_monday_nine_oclock(people: Cast, kind: Kind, due: datetime) -> None:
    clock = _clock(_handled(people, kind=kind), "handle")
    assert clock.started_at == MONDAY
    assert clock.due_at.date() == due.date() and clock.due_at > due


def test_golden_16_an_outage_has_two_hours_to_be_passed_on_and_two_for_the_first_word(people: Cast) -> None:
    case = _handled(people, text="整个小区停水了，家家户户都没水")
    assert _clock(case, "dispatch").due_at == MONDAY + 2 * HOUR
    assert _clock(case, "feedback").due_at == MONDAY + 2 * HOUR
    do.first_word(people.wang, case.pk, note="抢修队已到现场，预计十七点恢复", at=MONDAY + HOUR)
    assert _clock(case, "feedback").stopped_at == MONDAY + HOUR


def test_golden_14_facts_asked_for_on_working_day_six_are_too_late(people: Cast) -> None:
    case = _handled(people)
    sixth = datetime(2026, 12, 1, 2, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        do.ask_more(people.wang, case.pk, note="请补充楼栋号", at=sixth)
    assert refused.value.refusal.code == "intake.deemed_accepted"
    assert refused.value.refusal.params["day"] == MONDAY.date() and refused.value.refusal.article == "行政许可法 32"
    fifth = datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert do.ask_more(people.wang, case.pk, note="请补充楼栋号", at=fifth).state == "waiting"


def test_facts_are_asked_for_only_once_and_the_clock_rests_meanwhile(people: Cast) -> None:
    case = _handled(people)
    due = _clock(case, "handle").due_at
    do.ask_more(people.wang, case.pk, note="请补充楼栋号", at=MONDAY + HOUR)
    found = own_request(people.li, case.pk)
    speaking.supply(people.li, found, note="3号楼2单元", at=MONDAY + timedelta(days=2))
    assert get_case(people.wang, case.pk).state == "handling" and _clock(case, "handle").due_at > due
    with pytest.raises(Refused):
        do.ask_more(people.wang, case.pk, note="再补充一下", at=MONDAY + timedelta(days=3))


def test_passed_on_signed_for_and_handled_by_the_unit(people: Cast) -> None:
    case = say(people.li).case
    do.dispatch(people.he, case.pk, desk=HOUSING, at=MONDAY + HOUR)
    assert get_case(people.zheng, case.pk).state == "dispatched"
    do.accept(people.zheng, case.pk, at=MONDAY + 2 * HOUR)
    assert do.reply(people.zheng, case.pk, text=ANSWER, at=MONDAY + 3 * HOUR).state == "replied"


def test_wrong_unit_returns_once_and_then_the_hotline_decides_for_good(people: Cast) -> None:
    case = say(people.li).case
    do.dispatch(people.he, case.pk, desk=HOUSING, at=MONDAY)
    with pytest.raises(Refused) as late:
        do.send_back(people.zheng, case.pk, note="不属于我们", at=MONDAY + 25 * HOUR)
    assert "安阳" in late.value.refusal.article
    do.send_back(people.zheng, case.pk, note="不属于我们", at=MONDAY + 23 * HOUR)
    do.arbitrate(people.he, case.pk, desk=HOUSING, note="房屋安全属住建", at=MONDAY + 24 * HOUR)
    with pytest.raises(Refused) as decided:
        do.send_back(people.zheng, case.pk, note="还是不属于我们", at=MONDAY + 25 * HOUR)
    assert decided.value.refusal.code == "intake.designated"


def test_nobody_handles_a_complaint_about_their_own_desk_nor_sees_who_complained(people: Cast) -> None:
    case = say(people.li, kind=Kind.COMPLAINT, accused_desk=COMMUNITY, text="社区工作人员态度恶劣，推诿不办").case
    with pytest.raises(Refused) as refused:
        do.accept(people.wang, case.pk, at=MONDAY)
    assert refused.value.refusal.code == "intake.accused"
    hidden = person_of(people.wang, get_request(people.wang, case.pk))
    assert hidden.is_hidden and not hidden.name and not hidden.phone
    seen = person_of(people.chen, get_request(people.chen, case.pk))
    assert seen.phone == "138****0001" and seen.name == "李*"
    with pytest.raises(Refused):
        do.dispatch(people.chen, case.pk, desk=COMMUNITY, at=MONDAY)


@pytest.mark.parametrize("spelling", [COMMUNITY, COMMUNITY + "000", f" {COMMUNITY} "])
def test_a_complaint_lies_above_the_desk_it_is_about_which_decides_and_moves_nothing(
    people: Cast, spelling: str
) -> None:
    case = say(people.li, kind=Kind.COMPLAINT, accused_desk=spelling, text="社区工作人员态度恶劣，推诿不办").case
    assert case.handler == "410102001" and case.data["accused"] == COMMUNITY
    other = say(people.li).case
    for step in (
        lambda: do.refuse(people.wang, case.pk, reason="judicial", note="不予受理", at=MONDAY),
        lambda: do.transfer(people.wang, case.pk, number="110", note="已转", at=MONDAY),
        lambda: do.dispatch(people.wang, case.pk, desk=HOUSING, at=MONDAY),
        lambda: do.correct_category(people.wang, case.pk, kind="praise", at=MONDAY),
        lambda: do.link_duplicate(people.wang, case.pk, other.pk, at=MONDAY),
        lambda: do.hand_over(people.wang, case.pk, desk=HOUSING, note="请住建办理", at=MONDAY),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.refusal.code == "intake.accused"
    with pytest.raises(Refused):
        do.dispatch(people.chen, case.pk, desk=COMMUNITY + "000", at=MONDAY)
    assert do.accept(people.chen, case.pk, at=MONDAY).state == "handling"


def test_refusing_names_article_and_way(people: Cast) -> None:
    case = say(people.li).case
    do.refuse(people.wang, case.pk, reason="judicial", note="您反映的纠纷已由法院受理", at=MONDAY)
    case.refresh_from_db()
    assert case.state == "refused" and "12368" in case.data["where"] and case.data["article"]
    with pytest.raises(Refused):
        do.refuse(people.wang, say(people.li).case.pk, reason="because", note="不想办", at=MONDAY)


def test_an_answer_comes_before_closing_and_a_call_back_too(people: Cast) -> None:
    case = _handled(people)
    with pytest.raises(Refused) as early:
        do.close_request(people.wang, case.pk, at=MONDAY)
    assert early.value.refusal.code == "case.wrong_state"
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + HOUR)
    with pytest.raises(Refused) as uncalled:
        do.close_request(people.wang, case.pk, at=MONDAY + HOUR)
    assert uncalled.value.refusal.code == "intake.not_called_back"
    do.call_back(people.wang, case.pk, reached=True, responded=True, solved=True, satisfied=True, at=MONDAY + 2 * HOUR)
    assert do.close_request(people.wang, case.pk, at=MONDAY + 3 * HOUR).closed_at is not None


def test_three_vain_calls_are_enough_and_two_are_not(people: Cast) -> None:
    case = _answered(people)
    for attempt in range(3):
        with pytest.raises(Refused):
            do.close_request(people.wang, case.pk, at=MONDAY + (3 + attempt) * HOUR)
        do.call_back(people.wang, case.pk, reached=False, at=MONDAY + (3 + attempt) * HOUR)
    assert do.close_request(people.wang, case.pk, at=MONDAY + 7 * HOUR).state == "closed"


def test_an_anonymous_request_closes_without_a_call(people: Cast) -> None:
    case = _answered(people, privacy=Privacy.ANONYMOUS)
    assert do.close_request(people.wang, case.pk, at=MONDAY + 3 * HOUR).state == "closed"


def test_a_call_back_records_all_three_answers_or_none(people: Cast) -> None:
    case = _answered(people)
    with pytest.raises(Refused):
        do.call_back(people.wang, case.pk, reached=True, solved=True, at=MONDAY + 3 * HOUR)
    do.call_back(
        people.wang, case.pk, reached=True, responded=True, solved=False, satisfied=False, at=MONDAY + 3 * HOUR
    )
    request = Request.objects.get(case=case)
    assert (request.responded, request.solved, request.satisfied) == (True, False, False)
    with pytest.raises(Refused) as unsolved:
        do.close_request(people.wang, case.pk, at=MONDAY + 4 * HOUR)
    assert unsolved.value.refusal.code == "intake.not_solved"


def test_opened_again_it_has_a_new_clock_and_needs_a_new_answer(people: Cast) -> None:
    case = _answered(people)
    do.reopen(people.wang, case.pk, note="还有十一户没有退到钱", at=MONDAY + 4 * HOUR)
    assert Clock.objects.filter(case=case, key="handle").count() == 2
    assert Request.objects.get(case=case).reopened == 1
    with pytest.raises(Refused):
        do.close_request(people.wang, case.pk, at=MONDAY + 5 * HOUR)
    late = MONDAY + timedelta(days=40)
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + 6 * HOUR)
    with pytest.raises(Refused):
        do.reopen(people.wang, case.pk, note="过了很久", at=late)


def test_five_grades_without_login_changed_once_and_bad_ones_are_put_right(people: Cast) -> None:
    case = _answered(people)
    token = link_token(case.pk, at=MONDAY)
    at = MONDAY + 3 * HOUR
    speaking.rate(people.nobody, found_by_token(token, at=at), grade=2, words="没有修好", at=at)
    request = Request.objects.get(case=case)
    assert request.grade == 2 and request.graded_by_self and request.rectification is not None
    assert _clock(request.rectification, "contact").due_at.date() == (MONDAY + timedelta(days=1)).date()
    speaking.rate(people.nobody, found_by_token(token, at=at), grade=4, at=at + HOUR)
    assert Request.objects.get(case=case).grade == 4 and Case.objects.filter(type="rectification").count() == 1
    with pytest.raises(Refused) as again:
        speaking.rate(people.nobody, found_by_token(token, at=at), grade=5, at=at + 2 * HOUR)
    assert again.value.refusal.code == "intake.rated"


def test_a_grade_is_not_possible_before_an_answer_nor_after_its_time(people: Cast) -> None:
    case = _handled(people)
    with pytest.raises(Refused):
        speaking.rate(people.li, own_request(people.li, case.pk), grade=5, at=MONDAY + HOUR)
    do.reply(people.wang, case.pk, text=ANSWER, at=MONDAY + 2 * HOUR)
    with pytest.raises(Refused) as over:
        speaking.rate(people.li, own_request(people.li, case.pk), grade=5, at=MONDAY + timedelta(days=31))
    assert over.value.refusal.code == "intake.rating_over"


def test_a_forged_or_old_link_finds_nothing(people: Cast) -> None:
    token = link_token(say(people.li).case.pk, at=MONDAY)
    with pytest.raises(Missing):
        found_by_token(token[:-2] + "xx", at=MONDAY)
    with pytest.raises(Missing):
        found_by_token(token, at=MONDAY + timedelta(days=61))


def test_number_and_code_find_it_and_guessing_has_to_wait(people: Cast) -> None:
    receipt = say(people.nobody)
    number = receipt.case.number
    found = speaking.find_again(people.nobody, number=number.lower(), code=receipt.code.lower(), at=MONDAY)
    assert found.case.pk == receipt.case.pk
    by_phone = speaking.find_again(people.nobody, phone="138 0001 0001", code=receipt.code, at=MONDAY)
    assert by_phone.case.pk == receipt.case.pk
    for _attempt in range(WRONG_LIMIT):
        with pytest.raises(Missing):
            speaking.find_again(people.nobody, number=number, code="AAAA-AAAA", at=MONDAY)
    with pytest.raises(Refused):
        speaking.find_again(people.nobody, number=number, code=receipt.code, at=MONDAY)
    later = MONDAY + timedelta(minutes=16)
    assert speaking.find_again(people.nobody, number=number, code=receipt.code, at=later)
    assert found_by_code("", "", receipt.code, pepper()) is None


def test_guessing_is_counted_by_number_however_it_is_spelt(people: Cast) -> None:
    receipt = say(people.nobody)
    number = receipt.case.number
    spellings = [number, number.lower(), f" {number}", f"{number[:3]} {number[3:]}", number.lower() + " ", number]
    for turn, spelling in enumerate(spellings):
        with pytest.raises(Missing):
            stranger = replace(people.nobody, address=f"10.0.0.{turn}")
            speaking.find_again(stranger, number=spelling, code="AAAA-AAAA", at=MONDAY)
    with pytest.raises(Refused):
        speaking.find_again(people.nobody, number=number, code=receipt.code, at=MONDAY)


def test_a_duplicate_follows_its_master(people: Cast) -> None:
    master = _handled(people)
    twin = say(people.nobody, at=MONDAY + HOUR).case
    do.link_duplicate(people.wang, twin.pk, master.pk, at=MONDAY + 2 * HOUR)
    twin.refresh_from_db()
    assert twin.master_id == master.pk


def test_what_one_may_not_see_cannot_be_joined(people: Cast) -> None:
    sealed = say(people.li, text="邻居家孩子天天被打，身上都是伤痕").case
    with pytest.raises(Missing):
        do.link_duplicate(people.wang, say(people.li).case.pk, sealed.pk, at=MONDAY)


def test_a_sealed_matter_is_followed_by_no_open_one_and_shows_nothing_to_those_who_follow(people: Cast) -> None:
    sealed, plain = say(people.li, text="邻居家孩子天天被打，身上都是伤痕").case, say(people.li).case
    with pytest.raises(Refused) as refused:
        do.link_duplicate(people.zhou, plain.pk, sealed.pk, at=MONDAY)
    assert refused.value.refusal.code == "intake.sealed_master"
    Case.objects.filter(pk=plain.pk).update(master=sealed)
    Request.objects.filter(case=sealed).update(reply="民警已上门，孩子已由民政临时照料。")
    seen = matter(people.li, own_request(people.li, plain.pk), MONDAY)
    assert not seen.master_number and not seen.reply


def test_correcting_the_class_is_recorded_and_the_restricted_one_seals(people: Cast) -> None:
    case = say(people.li).case
    do.correct_category(people.wang, case.pk, category="08", kind="complaint", at=MONDAY)
    request = Request.objects.get(case=case)
    assert (request.category, request.kind, request.suggested) == ("08", "complaint", "07")
    with pytest.raises(Refused):
        do.correct_category(people.wang, case.pk, category="77", at=MONDAY)


def test_two_clerks_at_once_one_is_told(people: Cast) -> None:
    case = say(people.li).case
    first, second = get_request(people.wang, case.pk), get_request(people.chen, case.pk)
    do.step_found(people.wang, first, "accept", at=MONDAY)
    with pytest.raises(Conflict):
        do.step_found(people.chen, second, "accept", at=MONDAY)


def test_a_second_click_does_nothing_twice(people: Cast) -> None:
    case = _answered(people)
    for _click in range(2):
        do.reopen(people.wang, case.pk, note="没解决", at=MONDAY + 4 * HOUR, key="click")
    assert Request.objects.get(case=case).reopened == 1


def test_an_extension_is_asked_by_one_and_approved_by_another(people: Cast) -> None:
    case = _handled(people)
    due = _clock(case, "handle").due_at
    do.ask_extension(people.wang, case.pk, note="配件需从外地调货", at=MONDAY)
    asked = case.clock_requests.get()
    with pytest.raises((Denied, Refused)):
        do.answer_extension(people.wang, case.pk, asked.pk, approve=True, at=MONDAY)
    do.answer_extension(people.sun, case.pk, asked.pk, approve=True, at=MONDAY)
    assert _clock(case, "handle").due_at == due + timedelta(days=7)


def test_the_stranger_finds_nothing_to_do(people: Cast) -> None:
    case = _answered(people)
    for step in (do.accept, do.close_request):
        with pytest.raises(Missing):
            step(people.stranger, case.pk, at=MONDAY)
    with pytest.raises(Missing):
        own_request(people.stranger, case.pk)
