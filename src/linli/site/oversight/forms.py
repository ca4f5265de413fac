"""What one may ask of the record, and reasons."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.base.clock import BEIJING
from linli.kernel.access.queries import ROLE_NAMES
from linli.site.oversight.words import ACTIONS, action_said, case_titles, role_said


def _day(value: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(value + timedelta(days=later), time(), BEIJING) if value else None


class FilterForm(forms.Form):
    """Every field narrows; none has to be filled."""

    who = forms.CharField(
        label=_("Who"), max_length=64, required=False, widget=forms.TextInput(attrs={"size": 14, "autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("In which role"), required=False)
    action = forms.ChoiceField(label=_("What was done"), required=False)
    subject = forms.CharField(
        label=_("About what"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"size": 18, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of entry"),
        required=False,
        choices=[("", _("all entries")), ("change", _("changes")), ("read", _("personal data seen"))],
    )
    county = forms.ChoiceField(label=pgettext_lazy("record", "County"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "w-100"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "w-100"})
    )

    def __init__(self, *args: Any, counties: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        titles = case_titles()
        steps = [f"cases.{key}" for key in titles]
        actions = sorted(((key, action_said(key, titles)) for key in [*ACTIONS, *steps]), key=lambda pair: pair[1])
        roles = [(str(role), name) for role, name in ROLE_NAMES.items()]
        self._choose("role", [("", _("any role")), *roles, ("system", role_said("system"))])
        self._choose("action", [("", _("anything")), *actions])
        self._choose("county", [("", _("all I may see")), *counties])
        for bound in self:
            bound.field.widget.attrs["id"] = f"f_{bound.name}"

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first."))
        return data

    def period(self) -> tuple[datetime | None, datetime | None]:
        """From the first day's beginning to the last day's end, in Beijing."""
        return _day(self.cleaned_data.get("since")), _day(self.cleaned_data.get("until"), 1)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        help_text=_("It stands in the file and on the record."),
        min_length=2,
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
