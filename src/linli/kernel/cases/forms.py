"""The shape of HTML input: a type's JSON Schema as an ordinary form, and the small forms of the case page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.kernel.cases.rules.forms import Field, fields_of


class RegionForm(forms.Form):
    """What every case begins with: where and what."""

    region = forms.CharField(label=gettext_lazy("Where: the region's code"), max_length=15)
    title = forms.CharField(label=gettext_lazy("What it is about, in a few words"), max_length=200)


class NoteForm(forms.Form):
    """A reason."""

    note = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CommentForm(forms.Form):
    """A remark on a case."""

    text = forms.CharField(label=gettext_lazy("Remark"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    public = forms.BooleanField(label=gettext_lazy("The person who asked may read it"), required=False)


class OfferForm(forms.Form):
    """A desk and a reason."""

    to = forms.CharField(
        label=gettext_lazy("To which desk"),
        max_length=40,
        help_text=gettext_lazy("The region's code, or code/unit, for example 410102001 or 410102/城管局"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class LinkForm(forms.Form):
    """Another case by its number."""

    number = forms.CharField(label=gettext_lazy("Number of the other case"), max_length=24)
    kind = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[
            ("related", gettext_lazy("related")),
            ("followup", gettext_lazy("an earlier case that this one follows up")),
            ("duplicate", gettext_lazy("the same matter; this one closes with it")),
        ],
    )


class QueueForm(forms.Form):
    """What a queue is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Number or words"), required=False, max_length=60)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    to_do = forms.BooleanField(label=gettext_lazy("Only what I can do something about"), required=False)

    def __init__(self, data: Mapping[str, Any], types: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choice = self.fields["type"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("All types")), *types]


class SchemaForm(forms.Form):
    """A type's form on a page. It only draws: what fits is decided by the schema, in the action, once for every
    door."""

    def __init__(
        self,
        schema: Mapping[str, Any] | None,
        values: Mapping[str, object] | None = None,
        errors: Mapping[str, list[str]] | None = None,
    ) -> None:
        drawn = fields_of(schema, get_language() or "zh-hans", values, errors)
        super().__init__(initial={field.name: _initial(field) for field in drawn})
        for field in drawn:
            self.fields[field.name] = _django_field(field)
        self._errors = forms.utils.ErrorDict()
        for field in drawn:
            if field.errors:
                self._errors[field.name] = self.error_class([_(text) for text in field.errors])


def _initial(field: Field) -> object:
    if field.widget == "checkboxes":
        return [option.value for option in field.options if option.chosen]
    return field.value == "true" if field.widget == "checkbox" else field.value


def _django_field(field: Field) -> forms.Field:
    options = [(option.value, option.label) for option in field.options]
    attrs: dict[str, Any] = {"rows": 4} if field.widget in ("textarea", "lines") else {}
    if field.limit:
        attrs["maxlength"] = field.limit
    for name, value in (("min", field.least), ("max", field.most), ("step", field.step)):
        if value:
            attrs[name] = value
    shared: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    if field.widget == "checkbox":
        return forms.BooleanField(**shared | {"required": False})
    if field.widget in ("radio", "select"):
        first = [] if field.widget == "radio" else [("", "—")]
        widget = forms.RadioSelect() if field.widget == "radio" else forms.Select()
        return forms.ChoiceField(choices=[*first, *options], widget=widget, **shared)
    if field.widget == "checkboxes":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple(), **shared)
    if field.widget in ("textarea", "lines"):
        return forms.CharField(widget=forms.Textarea(attrs=attrs), **shared)
    return forms.CharField(widget=_input(field.widget, attrs), **shared)


def _input(kind: str, attrs: dict[str, Any]) -> forms.TextInput:
    widget = forms.TextInput(attrs=attrs)
    widget.input_type = kind
    return widget
