"""What messages say: texts per language and channel with named variables and nothing else to compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from string import Formatter

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt

from linli.kernel.notices.rules.delivery import Channel

LANGUAGES = ("zh-hans", "en")
# The words a template may ask its caller for, and how long each is taken to be when lengths are checked beforehand.
VARIABLES: Mapping[str, int] = {
    "number": 20,
    "title": 12,
    "place": 14,
    "due": 18,
    "who": 8,
    "phone": 14,
    "link": 60,
    "reason": 20,
}
# Cut, in this order, when an SMS would be too long; the others carry what the reader has to act on.
_SHORTENED = ("title", "reason", "place")
_SHORTEST = 4


class Text(BaseModel):
    """The words of one message; an SMS has no title."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    body: str = ""


class Words(BaseModel):
    """One language's words: title and body for inbox, e-mail and chat, and their own for an SMS, or where given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    body: str = ""
    sms: str = ""
    email: Text | None = None
    chat: Text | None = None

    def text(self, channel: Channel) -> Text:
        """The words for one channel."""
        if channel == Channel.SMS:
            return Text(body=self.sms)
        if channel == Channel.INBOX:
            # A button leads there; an address in the middle of the words only frightens.
            return Text(title=self.title, body="\n".join(x for x in self.body.split("\n") if "{link}" not in x))
        own = {Channel.EMAIL: self.email, Channel.CHAT: self.chat}.get(channel)
        return own or Text(title=self.title, body=self.body)


class Template(BaseModel):
    """``necessary``: goes out without asking for consent, because a law or the reader's own matter needs it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variables: tuple[str, ...]
    necessary: bool = True
    urgent: bool = False
    channels: tuple[Channel, ...]
    texts: Mapping[str, Words]

    def text(self, language: str, channel: Channel) -> Text:
        """The words in a language, or in Chinese where the template has none in it."""
        return self.texts.get(language, self.texts[LANGUAGES[0]]).text(channel)


class Parameters(BaseModel):
    """Dated numbers of delivery; times are Beijing's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    source: str
    quiet_from: time
    quiet_to: time
    attempts: PositiveInt
    first_wait_seconds: PositiveInt
    longest_wait_seconds: PositiveInt
    lease_seconds: PositiveInt
    sms_parts: PositiveInt
    keep_days: NonNegativeInt


def names_in(text: str) -> Iterator[str]:
    """The variables a text names; ValueError for anything but a plain ``{name}``."""
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"only plain {{name}} is allowed, not {{{name}}}")
        yield name


def problems_of(key: str, template: Template, sms_parts_allowed: int) -> list[str]:
    """Everything wrong with a template, for the system check: unknown variables, missing words, an SMS that can't
    fit."""
    found = [f"{key}: unknown variable {name}" for name in template.variables if name not in VARIABLES]
    for language in LANGUAGES:
        if language not in template.texts:
            found.append(f"{key}: no words in {language}")
            continue
        for channel in template.channels:
            text = template.texts[language].text(channel)
            where = f"{key} {language} {channel}"
            found += _problems_of_text(where, channel, text, template.variables, sms_parts_allowed)
    return found


def _problems_of_text(where: str, channel: Channel, text: Text, variables: tuple[str, ...], allowed: int) -> list[str]:
    if not text.body.strip() or (channel != Channel.SMS and not text.title.strip()):
        return [f"{where}: no words"]
    found: list[str] = []
    try:
        unknown = [name for name in (*names_in(text.title), *names_in(text.body)) if name not in variables]
    except ValueError as problem:
        return [*found, f"{where}: {problem}"]
    found += [f"{where}: variable {name} is not among the template's own" for name in unknown]
    if channel == Channel.SMS and not unknown:
        sample = text.body.format_map({name: "长" * VARIABLES.get(name, 0) for name in variables})
        if sms_parts(sample) > allowed:
            found.append(f"{where}: about {len(sample)} characters, more than {allowed} SMS")
    return found


def sms_parts(text: str) -> int:
    """How many SMS carry a text: 70 UCS-2 units in one, 67 in each of several (3GPP TS 23.038, 23.040)."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


def render(template: Template, language: str, channel: Channel, context: Mapping[str, str], parts: int) -> Text:
    """The words with the variables in place; KeyError when one is missing.

    An SMS that would be too long loses the ends of its wordy variables, in a fixed order; what the reader has to act on
    is never cut.
    """
    text = template.text(language, channel)
    values = {name: context[name] for name in template.variables}
    if channel != Channel.SMS:
        return Text(title=one_line(text.title.format_map(values))[:200], body=text.body.format_map(values).strip())
    values = {name: one_line(value) for name, value in values.items()}
    body = text.body.format_map(values)
    for name in _SHORTENED:
        while sms_parts(body) > parts and len(values.get(name, "")) > _SHORTEST:
            values[name] = values[name][: max(_SHORTEST - 1, len(values[name]) - 5)] + "…"
            body = text.body.format_map(values)
    return Text(body=one_line(body))


def one_line(text: str) -> str:
    """No line breaks: in a subject or an SMS they would end one field and begin another."""
    return " ".join(text.split())
