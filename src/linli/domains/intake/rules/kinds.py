"""The words a request is sorted by: kind, channel and grade, each with the sentence people read."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from linli.base.text import gettext_noop as _


class Kind(StrEnum):
    """What the person wants (usage of GB/T 33358-2016; the number is the standard's code)."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


class Channel(StrEnum):
    """The door a request came through."""

    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    GRID = "grid"
    AGENT = "agent"
    KIOSK = "kiosk"
    API = "api"
    IMPORT = "import"


class Grade(IntEnum):
    """The five grades of a review (GB/T 39734-2020); bad are the lowest two."""

    VERY_BAD = 1
    BAD = 2
    FAIR = 3
    GOOD = 4
    VERY_GOOD = 5

    @property
    def is_bad(self) -> bool:
        """不满意 and 非常不满意."""
        return self <= Grade.BAD


class Privacy(StrEnum):
    """How the person is known to those who handle the request."""

    ANONYMOUS = "anonymous"
    NAMED = "named"


KIND_CODES = {
    Kind.CONSULT: 1,
    Kind.HELP: 2,
    Kind.COMPLAINT: 3,
    Kind.REPORT: 4,
    Kind.SUGGESTION: 5,
    Kind.PRAISE: 6,
    Kind.OTHER: 9,
}
KIND_NAMES = {
    Kind.CONSULT: _("Question"),
    Kind.HELP: _("Help wanted"),
    Kind.COMPLAINT: _("Complaint"),
    Kind.REPORT: _("Report of wrongdoing"),
    Kind.SUGGESTION: _("Suggestion"),
    Kind.PRAISE: _("Praise"),
    Kind.OTHER: _("Another matter"),
}
KIND_HINTS = {
    Kind.CONSULT: _("I want to know something"),
    Kind.HELP: _("I need somebody to do something"),
    Kind.COMPLAINT: _("I am not satisfied with a service or a person"),
    Kind.REPORT: _("Somebody is breaking the rules"),
    Kind.SUGGESTION: _("I have an idea"),
    Kind.PRAISE: _("I want to thank somebody"),
    Kind.OTHER: _("None of these"),
}
CHANNEL_NAMES = {
    Channel.WEB: _("Website"),
    Channel.PHONE: _("Telephone"),
    Channel.COUNTER: _("Counter"),
    Channel.GRID: _("Grid worker"),
    Channel.AGENT: _("Somebody on behalf"),
    Channel.KIOSK: _("Self-service terminal"),
    Channel.API: _("Other system"),
    Channel.IMPORT: _("Import"),
}
GRADE_NAMES = {
    Grade.VERY_GOOD: _("Very satisfied"),
    Grade.GOOD: _("Satisfied"),
    Grade.FAIR: _("Fairly satisfied"),
    Grade.BAD: _("Not satisfied"),
    Grade.VERY_BAD: _("Very dissatisfied"),
}
STATE_NAMES = {
    "received": _("Received, waiting to be passed on"),
    "dispatched": _("Passed on, waiting to be signed for"),
    "returned": _("Sent back, waiting for the hotline's decision"),
    "handling": _("Being handled"),
    "waiting": _("Waiting for more information from you"),
    "replied": _("Answered, waiting for the call-back"),
    "closed": _("Closed"),
    "refused": _("Not accepted"),
    "transferred": _("Passed to the emergency service"),
    "withdrawn": _("Withdrawn"),
}
OPEN_STATES = frozenset({"received", "dispatched", "returned", "handling", "waiting", "replied"})
FINAL_STATES = frozenset(STATE_NAMES) - OPEN_STATES


def kind_from(code: str) -> Kind | None:
    """A kind from its English key, its Chinese word or the standard's number; None when it is none of them."""
    return _KIND_WORDS.get(code.strip().lower())


_KIND_WORDS: dict[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    **{str(number): kind for kind, number in KIND_CODES.items()},
    "咨询": Kind.CONSULT,
    "求助": Kind.HELP,
    "投诉": Kind.COMPLAINT,
    "举报": Kind.REPORT,
    "建议": Kind.SUGGESTION,
    "意见": Kind.SUGGESTION,
    "意见建议": Kind.SUGGESTION,
    "表扬": Kind.PRAISE,
    "感谢": Kind.PRAISE,
    "其他": Kind.OTHER,
    "其它": Kind.OTHER,
}
