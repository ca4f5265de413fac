"""Choosing a region in a form: one field that works with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base.errors import Missing
from linli.kernel.regions import queries
from linli.kernel.regions.rules import is_code

MOST_NAMED = 3


class RegionPicker(forms.TextInput):
    """Words to type and, hidden, the code that was picked: ``NAME`` carries the code, ``NAME_words`` the words."""

    template_name = "regions/parts/picker_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, within: str = "") -> None:
        super().__init__({"class": "form-control", "autocomplete": "off", **(attrs or {})})
        self.within = within

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template needs; a code given as value is shown as the unit's full name."""
        context = super().get_context(name, value, attrs)
        words, code = str(value or ""), ""
        if is_code(words):
            try:
                code, words = words, queries.get_region(words).full_name
            except Missing:
                code = ""
        context["widget"] |= {"words": words, "code": code, "within": self.within, "source": reverse("regions:search")}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        """The picked code, else the words."""
        return str(data.get(name) or data.get(f"{name}_words") or "").strip()


class RegionField(forms.CharField):
    """A region by code or words; cleaned to its code. Words that fit several places are refused with what they fit."""

    widget = RegionPicker
    default_error_messages = {
        "unknown": _("No place is called so. Try its name, pinyin or code."),
        "several": _("Several places fit: %(places)s. Write a little more."),
        "level": _("Choose a more exact place: a community or village."),
    }

    def __init__(self, *, within: str = "", levels: Iterable[int] = (), **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.within, self.levels = within, frozenset(levels)
        if isinstance(self.widget, RegionPicker):
            self.widget.within = within

    def clean(self, value: Any) -> str:
        """The code of the one place meant."""
        words = super().clean(value)
        if not words:
            return ""
        found = self._found(words)
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) > 1:
            places = "、".join(name for _, name, _ in found[:MOST_NAMED])
            raise ValidationError(self.error_messages["several"], code="several", params={"places": places})
        code, _name, level = found[0]
        if self.levels and level not in self.levels:
            raise ValidationError(self.error_messages["level"], code="level")
        return code

    def _found(self, words: str) -> list[tuple[str, str, int]]:
        if is_code(words):
            try:
                region = queries.get_region(words)
            except Missing:
                return []
            inside = not region.valid_to and region.code.startswith(self.within)
            return [(region.code, region.full_name, region.level)] if inside else []
        candidates = queries.match_address(words, within=self.within)
        if candidates and not candidates[0].ambiguous:
            candidates = candidates[:1]
        found = [(one.code, one.full_name, one.level) for one in candidates]
        if not found:
            hits = queries.search(words, within=self.within, limit=MOST_NAMED + 1)
            found = [(hit.code, hit.full_name, hit.level) for hit in hits if not hit.retired]
        return found
