"""One matter as the person who asked reads it: where it stands, who has it, until when, what they can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.base.errors import Refusal
from linli.domains.intake.models import Request
from linli.domains.intake.queries.names import categories, desk_names
from linli.domains.intake.queries.requests import Found
from linli.domains.intake.rules.kinds import GRADE_NAMES, STATE_NAMES, Grade
from linli.domains.intake.rules.wording import SENTENCES, Line
from linli.kernel.access.rules import ANONYMOUS, Actor
from linli.kernel.cases.models import Case
from linli.kernel.cases.queries import ClockView, HistoryLine, choices, clocks, comments, history
from linli.kernel.cases.queries.reading import CommentView
from linli.kernel.files.models import Attachment
from linli.kernel.files.queries import attachments_of, pass_for

OWN_STEPS = ("supply", "rate_answer", "rate_closed", "reopen", "withdraw")
MAIN_CLOCKS = ("handle", "feedback", "sign", "dispatch")
TONES = {
    "accept": "good", "reply": "good", "answer": "good", "close": "good", "overdue": "bad", "refuse": "bad",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """An attachment with the pass that opens it for whoever proved their right."""

    id: str
    name: str
    is_picture: bool
    token: str


@dataclass(frozen=True)
class Own:
    """A step of the requester: possible, or why not."""

    action: str
    refusal: Refusal | None


@dataclass(frozen=True)
class Matter:
    """Everything a resident's page says about one request."""

    found: Found
    state: str
    category: str
    holder: str
    clock: ClockView | None
    lines: tuple[Line, ...]
    files: tuple[File, ...]
    steps: dict[str, Own]
    reply: str
    master_number: str

    @property
    def case(self) -> Case:
        return self.found.case

    @property
    def request(self) -> Request:
        return self.found.request

    @property
    def rating(self) -> Own | None:
        """The rating step that fits the present state, if any."""
        return self.steps.get("rate_answer") or self.steps.get("rate_closed")


def matter(actor: Actor, found: Found, at: datetime) -> Matter:
    """The requester's view; the number of queries does not grow with history or files."""
    case = found.case
    past = history(case, public_only=True)
    remarks = comments(case, public_only=True)
    names = desk_names([case.handler, *_desks(past)], case.region_id, at)
    # A sealed matter shows nothing to those who follow it, not even its number.
    leading = Request.objects.select_related("case").filter(case=case.master_id, case__sealed=False)
    master = leading.first() if case.master_id else None
    own = choices(ANONYMOUS if found.request.is_anonymous else actor, case, at, as_requester=True)
    return Matter(
        found=found,
        state=STATE_NAMES[case.state],
        category=categories(case.region_id, at).get(found.request.category, ""),
        holder=names.get(case.handler, case.handler),
        clock=main_clock(clocks(case, at)),
        lines=tuple(_lines(found, past, remarks, names)),
        files=tuple(_files(attachments_of(found.subject, county=case.county), at)),
        steps={choice.action: Own(choice.action, choice.refusal) for choice in own if choice.action in OWN_STEPS},
        reply=found.request.reply or (master.reply if master else ""),
        master_number=master.case.number if master else "",
    )


def main_clock(found: Iterable[ClockView]) -> ClockView | None:
    """The clock to show: the running one that ends first, else the handling clock that has stopped."""
    views = list(found)
    running = [view for view in views if view.stopped_at is None and view.key in MAIN_CLOCKS]
    if running:
        return min(running, key=lambda view: (view.due_at, MAIN_CLOCKS.index(view.key)))
    stopped = [view for view in views if view.key == "handle"]
    if stopped:
        return stopped[-1]
    return next((view for view in views if view.stopped_at is None), None)


def _desks(past: Iterable[HistoryLine]) -> list[str]:
    return [str(line.data[key]) for line in past for key in ("desk", "to") if line.data.get(key)]


def _lines(
    found: Found, past: Iterable[HistoryLine], remarks: Iterable[CommentView], names: dict[str, str]
) -> list[Line]:
    lines = [_line(found, line, names) for line in past]
    lines += [
        Line(remark.at, "comment", "{text}", remark.name, remark.role, remark.text, {"text": ""}) for remark in remarks
    ]
    return sorted(lines, key=lambda line: line.at)


def _line(found: Found, line: HistoryLine, names: dict[str, str]) -> Line:
    data = dict(line.data)
    params: dict[str, object] = {
        "desk": names.get(str(data.get("desk", "")), str(data.get("desk", ""))),
        "where": data.get("where", ""),
        "reason": line.note,
        "number": data.get("number", ""),
        "grade": GRADE_NAMES[Grade(int(str(data["grade"])))] if data.get("grade") else "",
    }
    own = line.action == "open" and found.request.taken_in_by is None
    words = str(data.get("text") or data.get("words") or ("" if line.action == "refuse" else line.note))
    if line.action == "open":
        words = found.request.text
    who = "" if own or line.account == str(found.case.opened_by or "-") else line.name
    return Line(line.at, line.action, SENTENCES.get(line.action, line.title.en), who, line.role, words, params)


def _files(attachments: Iterable[Attachment], at: datetime) -> list[File]:
    kept = [attachment for attachment in attachments if attachment.content_id]
    return [File(str(one.pk), one.name, one.is_picture, pass_for(one, at=at)) for one in kept]
