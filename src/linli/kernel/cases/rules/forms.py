"""Forms as JSON Schema (draft 2020-12): whether input fits, said field by field, and what a page has to draw.

A form is flat: an object whose properties are texts, numbers, yes/no, choices or lists of choices, so that every form
can be filled in by telephone, on paper and without JavaScript. ``title`` is English, ``x-zh`` Chinese; choices are
``oneOf`` with ``const`` and both titles. ``x-keep: false`` keeps a field in the history only, ``x-personal: true``
keeps its value out of the chained record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from linli.base.errors import Invalid, Refusal
from linli.base.text import gettext_noop

LONGEST_TEXT = 4000
LARGEST_INPUT = 64 * 1024
KINDS = ("string", "integer", "number", "boolean", "array")
_FORMATS = FormatChecker(formats=("date", "email"))

WRONG_FORM = Refusal(
    "case.form",
    gettext_noop("Some of the form is missing or not right."),
    advice=gettext_noop("Look at the marked fields and send it again."),
)
TOO_LARGE = Refusal(
    "case.form_too_large",
    gettext_noop("That is more text than a form takes (64 KiB)."),
    advice=gettext_noop("Shorten it, or attach it as a file."),
)
REQUIRED = gettext_noop("This field is required.")
UNKNOWN = gettext_noop("This form has no such field.")
TOO_LONG = gettext_noop("This is too long.")
TOO_SHORT = gettext_noop("This is too short.")
NOT_A_CHOICE = gettext_noop("Choose one of the given answers.")
NOT_A_NUMBER = gettext_noop("Enter a number.")
NOT_IN_RANGE = gettext_noop("This number is too small or too large.")
NOT_THIS_SHAPE = gettext_noop("This does not have the expected form.")
_SENTENCES = {
    "required": REQUIRED, "additionalProperties": UNKNOWN, "maxLength": TOO_LONG, "minLength": TOO_SHORT,
    "maxItems": TOO_LONG, "minItems": TOO_SHORT, "enum": NOT_A_CHOICE, "oneOf": NOT_A_CHOICE, "const": NOT_A_CHOICE,
    "minimum": NOT_IN_RANGE, "maximum": NOT_IN_RANGE, "exclusiveMinimum": NOT_IN_RANGE,
    "exclusiveMaximum": NOT_IN_RANGE,
}  # fmt: skip

Schema = Mapping[str, Any]


def schema_problems(form: Schema, *, own_doors: bool = False) -> list[str]:
    """What is wrong with a form in a case type; empty when it is a JSON Schema, and (unless the type's domain draws
    its own pages) a flat one with titles in both languages."""
    try:
        Draft202012Validator.check_schema(dict(form))
    except SchemaError as error:
        return [f"not a JSON Schema: {error.message}"]
    if form.get("type") != "object" or not isinstance(form.get("properties"), Mapping):
        return ["a form is an object with properties"]
    problems = [
        f"required names “{name}”, which is no property"
        for name in form.get("required", [])
        if name not in form["properties"]
    ]
    for name, field in form["properties"].items() if not own_doors else ():
        problems += [f"{name}: {problem}" for problem in _field_problems(field)]
    return problems


def _field_problems(field: object) -> list[str]:
    if not isinstance(field, Mapping):
        return ["is not described"]
    titled = field.get("x-hidden") or (field.get("title") and field.get("x-zh"))
    problems = [] if titled else ["needs title (English) and x-zh (Chinese), or x-hidden: true"]
    options = field.get("oneOf") or []
    if options and not all(
        isinstance(o, Mapping) and "const" in o and o.get("title") and o.get("x-zh") for o in options
    ):
        problems.append("every choice of oneOf needs const, title and x-zh")
    if not options and "enum" not in field and field.get("type") not in KINDS:
        problems.append(f"type must be one of {', '.join(KINDS)}")
    if field.get("type") == "array" and not isinstance(field.get("items"), Mapping):
        problems.append("a list says what its items are")
    return problems


@lru_cache(maxsize=512)
def _validator(text: str) -> Draft202012Validator:
    form = json.loads(text)
    form.setdefault("additionalProperties", False)
    for field in form["properties"].values():
        if field.get("type") == "string":
            field.setdefault("maxLength", LONGEST_TEXT)
    return Draft202012Validator(form, format_checker=_FORMATS)


_compiled: dict[int, tuple[Schema, Draft202012Validator]] = {}


def validator_for(form: Schema) -> Draft202012Validator:
    """The compiled form; unknown fields are refused and texts without a limit get one."""
    # Keyed by identity, since a type's form is one object for the life of the program; the object is kept so that its
    # identity is never given to another one.
    found = _compiled.get(id(form))
    if found is None or found[0] is not form:
        found = (form, _validator(json.dumps(form, sort_keys=True)))
        _compiled[id(form)] = found
    return found[1]


def checked(form: Schema | None, data: Mapping[str, object]) -> dict[str, object]:
    """The input if it fits the form; Invalid with a sentence for each field otherwise. No form takes no input."""
    if not data and form is None:
        return {}
    try:
        size = len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError) as error:
        raise Invalid(WRONG_FORM) from error
    if size > LARGEST_INPUT:
        raise Invalid(TOO_LARGE)
    if form is None:
        raise Invalid(WRONG_FORM, {str(name)[:60]: [UNKNOWN] for name in list(data)[:20]})
    fields: dict[str, list[str]] = {}
    for fault in validator_for(form).iter_errors(dict(data)):
        for name in _names(form, fault, data):
            fields.setdefault(name, []).append(_sentence(fault))
    if fields:
        raise Invalid(WRONG_FORM, fields)
    return {name: _clean(value) for name, value in data.items()}


def _clean(value: object) -> object:
    # PostgreSQL's JSON takes neither NUL nor half a surrogate pair.
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode().strip()
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _names(form: Schema, error: ValidationError, data: Mapping[str, object]) -> list[str]:
    if error.path:
        return [str(error.path[0])]
    if error.validator == "required":
        return [name for name in form.get("required", []) if name not in data and f"'{name}'" in error.message]
    if error.validator == "additionalProperties":
        return [str(name)[:60] for name in data if name not in form["properties"]][:20]
    return [""]


def _sentence(error: ValidationError) -> str:
    if error.validator == "type":
        return NOT_A_NUMBER if error.validator_value in ("integer", "number") else NOT_THIS_SHAPE
    return _SENTENCES.get(str(error.validator), NOT_THIS_SHAPE)


def kept(form: Schema | None, data: Mapping[str, object]) -> dict[str, object]:
    """The part of the input that becomes part of the case's own facts."""
    properties = (form or {}).get("properties", {})
    return {name: value for name, value in data.items() if properties.get(name, {}).get("x-keep", True)}


def personal(form: Schema | None) -> frozenset[str]:
    """Fields whose values must not go into the chained record."""
    properties = (form or {}).get("properties", {})
    return frozenset(name for name, field in properties.items() if field.get("x-personal"))


def free_words(form: Schema | None) -> frozenset[str]:
    """Fields in which somebody writes what they like: no choice, number or set shape bounds what may stand there."""
    properties = (form or {}).get("properties", {})
    return frozenset(name for name, field in properties.items() if _is_free(field))


_BOUNDS = ("enum", "const", "oneOf", "pattern", "format")


def _is_free(field: Schema) -> bool:
    if field.get("type") == "array":
        return _is_free(field.get("items", {}))
    return field.get("type") not in ("integer", "number", "boolean") and not any(bound in field for bound in _BOUNDS)


@dataclass(frozen=True)
class Option:
    """One answer of a choice."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """One field as a page draws it: ``widget`` is text, textarea, number, date, datetime-local, email, checkbox,
    select, radio, checkboxes or lines (one item a line)."""

    name: str
    label: str
    help: str
    widget: str
    required: bool
    value: str = ""
    options: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()
    limit: int | None = None
    least: str = ""
    most: str = ""
    step: str = ""


def fields_of(
    form: Schema | None,
    language: str,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> list[Field]:
    """What a page draws for a form, in one language, with the values and errors of an earlier try."""
    if form is None:
        return []
    drawn = {name: spec for name, spec in form["properties"].items() if not spec.get("x-hidden")}
    given, wrong, required = values or {}, errors or {}, set(form.get("required", []))
    return [
        _field(
            name,
            spec,
            language,
            required=name in required,
            value=given.get(name, spec.get("default")),
            errors=wrong.get(name, []),
        )
        for name, spec in drawn.items()
    ]


def words(spec: Mapping[str, Any], language: str, key: str = "title") -> str:
    """A title or description in one language."""
    english = str(spec.get(key, ""))
    chinese = spec.get("x-zh" if key == "title" else f"x-zh-{key}", "")
    return english if language.lower().startswith("en") or not chinese else str(chinese)


def _field(
    name: str, spec: Mapping[str, Any], language: str, *, required: bool, value: object, errors: list[str]
) -> Field:
    chosen = {_text(item) for item in value} if isinstance(value, list) else {_text(value)}
    options = tuple(Option(key, label, key in chosen) for key, label in options_of(spec, language))
    widget = _widget(spec, options)
    shown = "\n".join(map(_text, value)) if isinstance(value, list) else _text(value)
    return Field(
        name, words(spec, language) or name, words(spec, language, "description"), widget, required, shown, options,
        tuple(errors), spec.get("maxLength", LONGEST_TEXT) if widget in ("text", "textarea") else None,
        _text(spec.get("minimum")), _text(spec.get("maximum")),
        {"integer": "1", "number": "any"}.get(str(spec.get("type")), ""),
    )  # fmt: skip


def options_of(spec: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """The answers of a choice with their words; empty for anything that is not a choice."""
    source = spec.get("items", {}) if spec.get("type") == "array" else spec
    if "oneOf" in source:
        return [(_text(option["const"]), words(option, language)) for option in source["oneOf"]]
    return [(_text(value), _text(value)) for value in source.get("enum", [])]


def _widget(spec: Mapping[str, Any], options: tuple[Option, ...]) -> str:
    if spec.get("type") == "array":
        return "checkboxes" if options else "lines"
    if options:
        return "radio" if len(options) <= 4 else "select"
    if spec.get("type") == "boolean":
        return "checkbox"
    if spec.get("type") in ("integer", "number"):
        return "number"
    known = {"date": "date", "date-time": "datetime-local", "email": "email"}
    if spec.get("format") in known:
        return known[spec["format"]]
    return "textarea" if spec.get("maxLength", LONGEST_TEXT) > 200 else "text"


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_post(form: Schema | None, posted: Mapping[str, list[str]]) -> dict[str, object]:
    """What a browser sent, as the values the form speaks of; what cannot be read stays text, so that the check says
    so."""
    values: dict[str, object] = {}
    for name, spec in (form or {}).get("properties", {}).items():
        if spec.get("x-hidden"):
            continue
        given = [text for text in posted.get(name, []) if text.strip()]
        if spec.get("type") == "boolean":
            values[name] = bool(given) and given[-1] != "false"
        elif spec.get("type") == "array":
            lines = (
                given
                if options_of(spec, "en")
                else [line for text in given for line in text.splitlines() if line.strip()]
            )
            if lines:
                values[name] = [_typed(spec.get("items", {}), line.strip()) for line in lines]
        elif given:
            values[name] = _typed(spec, given[-1])
    return values


def _typed(spec: Mapping[str, Any], text: str) -> object:
    for option in spec.get("oneOf", []):
        if _text(option["const"]) == text:
            return option["const"]
    for value in spec.get("enum", []):
        if _text(value) == text:
            return value
    try:
        if spec.get("type") == "integer":
            return int(text)
        if spec.get("type") == "number":
            return float(text)
    except ValueError:
        return text
    return text
