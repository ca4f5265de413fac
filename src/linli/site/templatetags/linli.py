"""What templates say that Django has no word for: icons, built files, controls, dates as people say them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
MANIFEST = Path(__file__).resolve().parents[1] / "static" / "built" / "manifest.json"

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4)
def _manifest(path: Path) -> dict[str, str]:
    """What Vite built, by the name of its source. Read once: a running server goes on serving what it started with."""
    return {source: str(entry["file"]) for source, entry in orjson.loads(path.read_bytes()).items()}


@register.simple_tag
def built(source: str) -> str:
    """Address of a file Vite built (``src/main.ts``); empty where nothing was built, and the page works bare."""
    collected = Path(settings.STATIC_ROOT) / "built" / "manifest.json"
    for manifest in (collected, MANIFEST):  # what is served, else what was built
        try:
            name = _manifest(manifest).get(source)
        except FileNotFoundError:
            continue
        return f"{settings.STATIC_URL}built/{name}" if name else ""
    return ""


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration and hidden from readers."""
    css = "icon icon-lg" if size == "lg" else "icon"
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    # Size and stroke are said here too, so that a page without its stylesheet is still a page.
    return format_html(
        '<svg class="{}" width="20" height="20" fill="none" stroke="currentColor" {} focusable="false">'
        '<use href="{}#{}"/></svg>',
        css,
        said,
        built("icons.svg"),
        name,
    )


def _css_class(widget: Any) -> str:
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect, CheckboxInput)):
        return ""
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.filter
def kind(field: BoundField) -> str:
    """How parts/field.html draws a field: choices, tick, file, hidden or line."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, FileInput):
        return "file"
    return "line"


@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """The field's own input with its class, and the ids of its hint and error for those who listen."""
    widget = field.field.widget
    given = str(widget.attrs.get("class", ""))
    wanted = _css_class(widget)
    named: dict[str, str | bool] = {key.replace("_", "-"): value for key, value in attrs.items() if value}
    classes = dict.fromkeys(f"{wanted} {given} {named.pop('class', '')}".split())
    if classes:
        named["class"] = " ".join(classes)
    if described := described_by(field):
        named["aria-describedby"] = described
    if field.errors:
        named["aria-invalid"] = "true"
    return field.as_widget(attrs=named)


@register.filter
def described_by(field: BoundField) -> str:
    """Ids of hint and error, in the order in which they stand."""
    name = field.auto_id
    return " ".join(
        part for part in (f"{name}_hint" if field.help_text else "", f"{name}_error" if field.errors else "") if part
    )


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """11月23日 周一 (Mon 23 Nov); with the year when it is not this one."""
    if value is None:
        return ""
    at = _local(value)
    this_year = at.year == timezone.localdate().year
    if (get_language() or "zh").startswith("zh"):
        year = "" if this_year else f"{at.year}年"
        return f"{year}{at.month}月{at.day}日 周{WEEKDAYS_ZH[at.weekday()]}"
    year = "" if this_year else f" {at.year}"
    return f"{WEEKDAYS_EN[at.weekday()]} {at.day} {MONTHS_EN[at.month - 1]}{year}"


@register.filter
def moment(value: datetime | None) -> str:
    """11月23日 周一 09:00, Beijing time, exact."""
    if value is None:
        return ""
    at = _local(value)
    clock = f" {at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{day(value)}{clock}"


@register.simple_tag
def time_tag(value: datetime | None, form: str = "moment") -> SafeString:
    """The moment as people say it inside ``<time>``, with the machine's form for those who need it."""
    if value is None:
        return SafeString("")
    words = day(value) if form == "day" else moment(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def number(value: float | int | None, digits: int = 0) -> str:
    """12,345 or 98.7; a dash where there is no number."""
    return "–" if value is None else f"{value:,.{digits}f}"


@register.filter
def per_cent(value: float | None) -> str:
    """A share of 0 to 1 as 98.7%; a dash where there is none."""
    return "–" if value is None else f"{float(value) * 100:.1f}%"


@register.filter
def times(count: int) -> range:
    """For loops that draw something `count` times."""
    return range(int(count))


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as inline SVG, black on white, large enough to be read from paper."""
    import segno

    drawn = segno.make(text, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    words = label or _("QR code")
    return format_html('<div class="li-qr" role="img" aria-label="{}">{}</div>', words, SafeString(drawn))
