"""Whether now: what the request's case type asks before it lets an action through. Every answer names its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from linli.base.errors import Refusal
from linli.base.text import gettext_noop as _
from linli.kernel.calendar.rules import Span, WorkCalendar, due_at, local_day, received_on
from linli.kernel.cases.rules import Guard, GuardContext
from linli.kernel.cases.rules.desks import tidy_desk

ANSWERS = ("reply", "answer")
LEAST_WORDS = 10
DEFAULT_TERMS: Mapping[str, str] = {
    "correction": "5wd",
    "rating": "30d",
    "change": "24h",
    "reopen": "30d",
    "attempts": "3",
}
CALL_BACK_ARTICLE = "北京市接诉即办工作条例 23；济南市12345热线条例 27"
RECUSAL_ARTICLE = "济南市12345热线条例 32"
HANDLING = ("accept", "answer", "reply")
ACCUSED = Refusal(
    "intake.accused",
    _("The complaint is about this desk or about you."),
    article=RECUSAL_ARTICLE,
    advice=_("Hand it to the next higher desk; the complainant stays hidden from you."),
)


def _anonymous(context: GuardContext) -> bool:
    return context.case.data.get("privacy") == "anonymous"


def term(context: GuardContext, name: str) -> str:
    """A term as it stood when this request came in (it is written into the case); else the default."""
    terms = context.case.data.get("terms")
    found = terms.get(name) if isinstance(terms, Mapping) else None
    return str(found or DEFAULT_TERMS[name])


def _within(context: GuardContext, name: str, start: datetime) -> bool:
    return context.at <= due_at(Span.parse(term(context, name)), start, context.calendar)


def _answered_at(context: GuardContext) -> datetime | None:
    """When the last public answer was given; None once the matter was opened again after it."""
    answered = [event for event in context.history if event.action in ANSWERS]
    if not answered:
        return None
    reopened = context.last("reopen")
    return None if reopened is not None and reopened.seq > answered[-1].seq else answered[-1].at


def replied(context: GuardContext) -> Refusal | None:
    """A request is closed only after a public answer that came after its last reopening."""
    if _answered_at(context) is not None:
        return None
    return Refusal(
        "intake.not_replied",
        _("There is no answer to the resident yet."),
        article="河南省12345政务服务便民热线运行管理办法",
        advice=_("Write the answer first; the resident reads it word for word."),
    )


def called_back(context: GuardContext) -> Refusal | None:
    """A matter with a name is called back before it closes; three vain attempts, or the person's own grade, will do."""
    if _anonymous(context):
        return None
    answered = _answered_at(context)
    since = [event for event in context.history if answered is not None and event.at >= answered]
    calls = [event for event in since if event.action == "call_back"]
    if any(event.action in ("rate_answer", "rate_closed") for event in since):
        return None
    reached = [event for event in calls if event.data.get("reached")]
    attempts = int(term(context, "attempts"))
    if not reached and len(calls) < attempts:
        return Refusal(
            "intake.not_called_back",
            _("The person has not been called back ({calls} of {attempts} attempts)."),
            {"calls": len(calls), "attempts": attempts},
            CALL_BACK_ARTICLE,
            _("Call, and note whether the matter is solved and how satisfied they are."),
        )
    if reached and reached[-1].data.get("solved") is False and context.count("reopen") == 0:
        return Refusal(
            "intake.not_solved",
            _("At the call-back the person said that it is not solved."),
            article=CALL_BACK_ARTICLE,
            advice=_("Open the request again."),
        )
    return None


def answers_complete(context: GuardContext) -> Refusal | None:
    """A call-back that reached the person records all three answers; the three rates are never filled by guessing."""
    if context.asking or not context.form.get("reached"):
        return None
    missing = [name for name in ("responded", "solved", "satisfied") if context.form.get(name) is None]
    if not missing:
        return None
    return Refusal(
        "intake.call_back_incomplete",
        _("Please note all three answers: contacted, solved, satisfied."),
        article="北京市接诉即办工作条例 32",
    )


def says_something(context: GuardContext) -> Refusal | None:
    """A public answer has at least ten characters that are not blanks or marks."""
    if context.asking or sum(letter.isalnum() for letter in str(context.form.get("text", ""))) >= LEAST_WORDS:
        return None
    return Refusal(
        "intake.empty_answer",
        _("The answer says too little."),
        advice=_("Say what was found, what was done, by whom and until when."),
    )


def accused_of(data: Mapping[str, object]) -> str:
    """The desk (in its one spelling) or the account that a complaint is about; "" when it is about nobody."""
    said = str(data.get("accused", "")).strip()
    return tidy_desk(said) or said


def desk_above(desk: str) -> str:
    """The next higher desk: of a unit its region's general desk, of a region the level above; "" above the province."""
    region, _slash, unit = desk.partition("/")
    return region if unit else next((region[:width] for width in (12, 9, 6, 4, 2) if width < len(region)), "")


def not_accused(context: GuardContext) -> Refusal | None:
    """Nobody handles, decides or moves a complaint about themselves or their own desk (recusal); and while it lies at
    that desk, nobody answers it there."""
    accused = accused_of(context.case.data)
    own = accused in (context.actor.account, *context.actor.desks)
    if not accused or not (own or (context.action in HANDLING and accused == context.case.handler)):
        return None
    return ACCUSED


def not_to_accused(context: GuardContext) -> Refusal | None:
    """A complaint is not passed to the very desk it is about (recusal)."""
    accused, desk = accused_of(context.case.data), tidy_desk(str(context.form.get("desk", "")))
    if context.asking or not accused or accused != desk:
        return None
    return Refusal(
        "intake.accused_desk",
        _("The complaint is about that desk; it cannot handle it."),
        article=RECUSAL_ARTICLE,
        advice=_("Choose the level above, or another unit."),
    )


def is_urgent(context: GuardContext) -> Refusal | None:
    """A first word of its own is due only for a wide outage or pollution; elsewhere the answer is the first word."""
    if context.case.data.get("pace") == "urgent":
        return None
    return Refusal(
        "intake.not_urgent",
        _("This is no outage or pollution; a public remark tells the resident how it is going."),
        article="河南省12345政务服务便民热线运行管理办法",
    )


def not_designated(context: GuardContext) -> Refusal | None:
    """After the hotline has decided whose it is, that unit may not send it back again."""
    if not context.did("arbitrate"):
        return None
    return Refusal(
        "intake.designated",
        _("The hotline has decided that this unit handles it; it cannot be sent back again."),
        article="安阳市政务服务条例 50",
        advice=_("Take it up; ask other units to help where needed."),
    )


def correction_in_time(context: GuardContext) -> Refusal | None:
    """Missing facts are asked for once, within five working days of receipt; else it counts as accepted on that day."""
    earlier = context.count("ask_more")
    return correction_refusal(
        context.case.opened_at, context.at, context.calendar, term(context, "correction"), earlier=earlier
    )


def correction_refusal(
    opened: datetime, asked: datetime, calendar: WorkCalendar, within: str = "5wd", *, earlier: int = 0
) -> Refusal | None:
    """The same as a bare rule: ``within`` in working days, ``earlier`` the notices already sent."""
    received = received_on(opened, calendar)
    if earlier:
        return Refusal(
            "intake.asked_before",
            _("Missing facts may be asked for only once, all together."),
            article="行政许可法 32",
            advice=_("Telephone the person, or go on with what is there."),
        )
    if calendar.working_days_between(received, local_day(asked)) <= Span.parse(within).amount:
        return None
    return Refusal(
        "intake.deemed_accepted",
        _("Five working days have passed; the request counts as accepted on {day}."),
        {"day": received},
        "行政许可法 32",
        _("Go on with what is there."),
    )


def rating_in_time(context: GuardContext) -> Refusal | None:
    """One grade per answer within its term (30 days by default); changed at most once, within 24 hours."""
    answered = _answered_at(context)
    if answered is None:
        return Refusal("intake.nothing_to_rate", _("There is no answer to rate yet."), article="GB/T 39734-2020")
    if not _within(context, "rating", answered):
        return Refusal(
            "intake.rating_over",
            _("The time for rating is over ({span})."),
            {"span": term(context, "rating")},
            article="GB/T 39734-2020",
            advice=_("With something new, send a new request; it will be joined to this one."),
        )
    grades = [e for e in context.history if e.action in ("rate_answer", "rate_closed") and e.at >= answered]
    if len(grades) >= 2 or (grades and not _within(context, "change", grades[0].at)):
        return Refusal(
            "intake.rated",
            _("This answer has been rated; a grade can be changed once, within 24 hours."),
            article="GB/T 39734-2020",
        )
    return None


def reopen_in_time(context: GuardContext) -> Refusal | None:
    """Not solved or not satisfied: open again, once or more, within the term after the last answer."""
    answered = _answered_at(context)
    if answered is not None and _within(context, "reopen", answered):
        return None
    return Refusal(
        "intake.reopen_over",
        _("A request can be opened again only for a certain time after its answer ({span})."),
        {"span": term(context, "reopen")},
        article=CALL_BACK_ARTICLE,
        advice=_("Send a new request and name the number of this one."),
    )


def refusal_known(context: GuardContext) -> Refusal | None:
    """A refusal names its article and where the person can go instead; nobody is sent away empty-handed."""
    if context.asking or (context.form.get("where") and context.form.get("article")):
        return None
    return Refusal(
        "intake.refusal_without_way",
        _("Say by which article it is refused and where the person can go."),
        article="行政许可法 32",
    )


def promised(clock: str, start: datetime, calendar: WorkCalendar) -> datetime:
    """The end of a span that starts now, for telling people a date before the clock runs."""
    return due_at(Span.parse(clock), start, calendar)


GUARDS: Mapping[str, Guard] = {
    "replied": replied,
    "called_back": called_back,
    "answers_complete": answers_complete,
    "says_something": says_something,
    "not_accused": not_accused,
    "not_to_accused": not_to_accused,
    "not_designated": not_designated,
    "correction_in_time": correction_in_time,
    "rating_in_time": rating_in_time,
    "reopen_in_time": reopen_in_time,
    "refusal_known": refusal_known,
    "is_urgent": is_urgent,
}
