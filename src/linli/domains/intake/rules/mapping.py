"""How a foreign table becomes requests: the shape of MAP.yaml and the pure reading of one row."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from html.parser import HTMLParser
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from linli.base.text import gettext_noop as _
from linli.domains.intake.rules.kinds import Channel, Grade, Kind, kind_from
from linli.domains.intake.rules.parameters import Shape
from linli.kernel.regions.rules import is_code, short

Target = Literal[
    "key",
    "title",
    "text",
    "opened_at",
    "person",
    "region",
    "place",
    "kind",
    "category",
    "reply",
    "replied_at",
    "support",
    "against",
    "grade",
    "longitude",
    "latitude",
]
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
)
TITLE_LENGTH = 200
TEXT_LENGTH = 100_000
_FAST = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?"
    r"(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?"
)
_TAG_NAMES = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|del|div|dl|dt|em|font|footer|form|h1|h2|h3|h4|h5|h6|head|"
    "header|hr|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|object|ol|option|p|pre|s|script|section|select|"
    "small|span|strike|strong|style|sub|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_TAGS = frozenset(_TAG_NAMES.split("|"))
_MARKUP = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\f\v\u3000\xa0]+")
_EMPTY_LINES = re.compile(r"\s*\n\s*")


def _usable(timezone: str, encoding: str, delimiter: str) -> None:
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone “{timezone[:40]}”; Henan's is Asia/Shanghai") from None
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, ValueError):
        raise ValueError(f"there is no encoding “{encoding[:40]}”; leave it out to have it found") from None
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise ValueError("the delimiter is one character, such as a comma or a tab")


class ImportMap(Shape):
    """MAP.yaml: which column feeds which field, what is constant, what stands in for an empty cell."""

    source: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{1,39}$", description="names the origin; with the row's key it makes a row unique"
    )
    columns: dict[Target, str]
    constants: dict[Target, str] = Field(default_factory=dict)
    defaults: dict[Target, str] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)
    categories: dict[str, str] = Field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    date_formats: tuple[str, ...] = ()
    encoding: str = ""
    sheet: str = ""
    delimiter: str = ","
    close_replied: bool = True

    @model_validator(mode="after")
    def complete(self) -> ImportMap:
        """A map must say where a row's key, its words and its time come from."""
        given = set(self.columns) | set(self.constants)
        absent = {"key", "opened_at"} - set(self.columns)
        if not given & {"title", "text"}:
            absent.add("text")
        if absent:
            raise ValueError(f"the map names no column for: {', '.join(sorted(absent))}")
        if "replied_at" in given and "reply" not in given:
            raise ValueError("the map has replied_at without reply")
        _usable(self.timezone, self.encoding, self.delimiter)
        return self


@dataclass(frozen=True)
class Problem:
    """Why a row cannot go in: the field, a sentence, and what stood there (shortened)."""

    field: str
    message: str
    value: str = ""


@dataclass(frozen=True)
class Row:
    """One foreign row, understood."""

    key: str
    title: str
    text: str
    opened_at: datetime
    kind: Kind
    category: str = ""
    region: str = ""
    place: str = ""
    person: str = ""
    reply: str = ""
    replied_at: datetime | None = None
    support: int = 0
    against: int = 0
    grade: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    channel: Channel = Channel.IMPORT
    problems: tuple[Problem, ...] = field(default=())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS and not self.hidden:
            self.parts.append(self.get_starttag_text() or "")
        elif tag in {"script", "style"}:
            self.hidden += 1
        elif tag in {"br", "p", "div", "li", "tr"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _TAGS and not self.hidden:
            self.parts.append(f"</{tag}>")
        elif tag in {"script", "style"} and self.hidden:
            self.hidden -= 1
        elif tag in {"p", "div", "li", "tr"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def as_said(text: str) -> str:
    """What somebody typed, word for word: no page trusts it, so nothing in angle brackets has to go."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def plain(text: str) -> str:
    """A foreign file's text without its HTML tags (only those HTML has: an address in angle brackets stays), control
    characters or heaps of blanks."""
    if _MARKUP.search(text):
        reader = _Words()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    text = html.unescape(text)
    if "\x00" in text:
        text = text.replace("\x00", "")
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n"))
    return _EMPTY_LINES.sub("\n", text).strip()


def instant(text: str, zone: tzinfo, formats: tuple[str, ...] = ()) -> datetime | None:
    """A moment in UTC from the ways people write dates (own formats first); None when it is none or no such day."""
    text = text.strip()
    for shape in formats:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    match = _FAST.fullmatch(text)
    if match is None:
        return _by_formats(text, zone)
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
        if offset:
            local = datetime.fromisoformat(local.replace(tzinfo=None).isoformat() + offset.replace("Z", "+00:00"))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _by_formats(text: str, zone: tzinfo) -> datetime | None:
    for shape in FORMATS:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None


class RowReader:
    """Reads rows of one table by one map; made once per file because the map's parts are looked up only once."""

    def __init__(self, shape: ImportMap) -> None:
        self.shape = shape
        self.zone = ZoneInfo(shape.timezone)

    def read(self, raw: Mapping[str, str], *, latest: datetime, region: str = "") -> Row | tuple[Problem, ...]:
        """One row as a request, or every reason why it cannot be one; nothing later than ``latest`` is believed."""
        problems: list[Problem] = []
        key = self._cell(raw, "key")
        text, title = plain(self._cell(raw, "text")), plain(self._cell(raw, "title"))
        opened, replied = self._moments(raw, problems)
        if not key or len(key) > 80:
            problems.append(Problem("key", _("the row has no usable key"), key[:80]))
        if not text and not title:
            problems.append(Problem("text", _("the row has no words")))
        if len(text) > TEXT_LENGTH:
            problems.append(Problem("text", _("the text is longer than 100,000 characters"), text[:40]))
        if opened is not None and opened > latest:
            problems.append(Problem("opened_at", _("the time lies in the future"), self._cell(raw, "opened_at")))
        if opened is not None and replied is not None and replied < opened:
            problems.append(
                Problem("replied_at", _("the answer is older than the request"), self._cell(raw, "replied_at"))
            )
        kind = self._kind(raw, problems)
        where = self._cell(raw, "region") or region
        if not is_code(where) or len(short(where)) < 6:
            problems.append(Problem("region", _("no community is named for this row"), where))
        numbers = self._numbers(raw, problems)
        if problems or opened is None or kind is None:
            return tuple(problems)
        reply = plain(self._cell(raw, "reply"))
        title = (title or text.split("\n", 1)[0])[:TITLE_LENGTH]
        category = self._cell(raw, "category")
        return Row(
            key=key, title=title, text=text or title, opened_at=opened, kind=kind,
            category=self.shape.categories.get(category, category), region=short(where),
            place=plain(self._cell(raw, "place"))[:200],
            person=self._cell(raw, "person")[:80], reply=reply, replied_at=(replied or opened) if reply else None,
            support=int(numbers.get("support", 0)), against=int(numbers.get("against", 0)),
            grade=int(numbers["grade"]) if "grade" in numbers else None,
            longitude=numbers.get("longitude"), latitude=numbers.get("latitude"),
        )  # fmt: skip

    def _cell(self, raw: Mapping[str, str], target: Target) -> str:
        column = self.shape.columns.get(target)
        value = (raw.get(column) or "").strip() if column else ""
        return value or self.shape.constants.get(target, "") or self.shape.defaults.get(target, "")

    def _moments(self, raw: Mapping[str, str], problems: list[Problem]) -> tuple[datetime | None, datetime | None]:
        found: list[datetime | None] = []
        targets: tuple[Target, ...] = ("opened_at", "replied_at")
        for target in targets:
            cell = self._cell(raw, target)
            moment = instant(cell, self.zone, self.shape.date_formats) if cell else None
            if moment is None and (cell or target == "opened_at"):
                problems.append(Problem(target, _("this is not a date and time"), cell[:40]))
            found.append(moment)
        return found[0], found[1]

    def _kind(self, raw: Mapping[str, str], problems: list[Problem]) -> Kind | None:
        cell = self._cell(raw, "kind")
        kind = self.shape.kinds.get(cell) or (kind_from(cell) if cell else Kind.OTHER)
        if kind is None:
            problems.append(Problem("kind", _("this kind is not in the map"), cell[:40]))
        return kind

    def _numbers(self, raw: Mapping[str, str], problems: list[Problem]) -> dict[str, float]:
        found: dict[str, float] = {}
        limits: dict[Target, tuple[float, float]] = {
            "support": (0, 2_000_000_000),
            "against": (0, 2_000_000_000),
            "grade": (min(Grade), max(Grade)),
            "longitude": (73, 136),
            "latitude": (3, 54),
        }
        for target, (low, high) in limits.items():
            cell = self._cell(raw, target)
            if not cell:
                continue
            try:
                number = float(cell)
            except ValueError:
                number = float("nan")
            if not low <= number <= high:
                problems.append(Problem(target, _("this number is not possible here"), cell[:40]))
            else:
                found[target] = number
        return found
