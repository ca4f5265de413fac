"""The shape of what people type into pages. Rules live elsewhere; a form only knows what a field is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.domains.intake.rules.kinds import GRADE_NAMES, KIND_HINTS, KIND_NAMES, Grade, Kind, Privacy

WORDS = 5_000


class WhereForm(forms.Form):
    """Step one: the community, and the place in words or as a point."""

    region = forms.CharField(max_length=15, required=False, widget=forms.HiddenInput)
    place = forms.CharField(label=_("Address or landmark"), max_length=200, required=False)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)


class WhatForm(forms.Form):
    """Step two: the words, the kind, the class."""

    text = forms.CharField(
        label=_("What is the matter?"),
        help_text=_("Say it as you would say it to a neighbour."),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": WORDS, "data-island": "counter"}),
        error_messages={"required": _("Please say in your own words what it is about.")},
    )
    kind = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[(kind.value, _(KIND_HINTS[kind])) for kind in Kind],
        initial=Kind.HELP.value,
        widget=forms.RadioSelect,
    )
    category = forms.CharField(max_length=4, required=False)


class WhoForm(forms.Form):
    """Step three: with a name or without."""

    privacy = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[(Privacy.NAMED.value, _("Yes, call me back")), (Privacy.ANONYMOUS.value, _("No, stay anonymous"))],
        initial=Privacy.NAMED.value,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("How may we call you?"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    insist = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class TrackForm(forms.Form):
    """Finding a request again."""

    number = forms.CharField(
        label=_("Number or telephone"), max_length=40, help_text=_("It stands on the receipt and begins with L.")
    )
    code = forms.CharField(
        label=_("Secret code"), max_length=16, help_text=_("Eight letters and digits from the receipt.")
    )


class RateForm(forms.Form):
    """One grade and, if wanted, words."""

    grade = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        coerce=int,
        choices=[(grade.value, _(GRADE_NAMES[grade])) for grade in sorted(Grade, reverse=True)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five.")},
    )
    words = forms.CharField(
        label=_("Anything to add?"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    """A reason or an addition."""

    note = forms.CharField(
        label=_("In your own words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2_000})
    )


class TakeInForm(forms.Form):
    """What a clerk writes down for somebody on the telephone or at the counter, on one page."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            ("phone", _("Telephone")),
            ("counter", _("Counter")),
            ("grid", _("Grid worker")),
            ("agent", _("On behalf")),
        ],
        widget=forms.RadioSelect,
        initial="phone",
    )
    region = forms.CharField(
        label=_("Community"), max_length=15, required=False, help_text=_("Code or name; type to search.")
    )
    place = forms.CharField(label=_("Address or landmark"), max_length=200, required=False)
    text = forms.CharField(
        label=_("In their words"), max_length=WORDS, widget=forms.Textarea(attrs={"rows": 6, "maxlength": WORDS})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, _(KIND_NAMES[kind])) for kind in Kind], initial="help"
    )
    category = forms.ChoiceField(label=_("Class"), required=False)
    name = forms.CharField(label=_("Person's name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    anonymous = forms.BooleanField(label=_("Wants to stay anonymous"), required=False)
    accused_desk = forms.CharField(
        label=_("Desk complained of"),
        max_length=40,
        required=False,
        help_text=_("It will neither handle this nor see who complained."),
    )
    insist = forms.BooleanField(
        label=_("Write it down although a certificate is asked for that may not be issued"), required=False
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class StepForm(forms.Form):
    """A step on the desk: whatever that step needs of note, desk, text, number, reason."""

    note = forms.CharField(
        label=_("Reason or remark"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class DeskForm(StepForm):
    """Passing on."""

    desk = forms.CharField(label=_("To which desk"), max_length=40)


class ReplyForm(forms.Form):
    """The answer that the resident reads."""

    text = forms.CharField(
        label=_("Answer to the resident"),
        help_text=_("What was found, what was done, by whom, until when. The resident reads it word for word."),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": WORDS, "data-island": "counter"}),
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class RefuseForm(StepForm):
    """Not accepting, by one of the reasons of the place."""

    reason = forms.ChoiceField(label=_("Why it is not accepted"), widget=forms.RadioSelect)


class TransferForm(StepForm):
    """An emergency number that was called."""

    number = forms.ChoiceField(
        label=_("Number called"),
        choices=[(number, number) for number in ("110", "119", "120", "122")],
        widget=forms.RadioSelect,
    )


YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class CallBackForm(forms.Form):
    """A call-back: reached or not, and the three answers."""

    reached = forms.ChoiceField(label=_("Got through"), choices=YES_NO, widget=forms.RadioSelect)
    responded = forms.ChoiceField(
        label=_("Did the handling unit contact you in time?"), choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    solved = forms.ChoiceField(label=_("Is it solved?"), choices=YES_NO, widget=forms.RadioSelect, required=False)
    satisfied = forms.ChoiceField(
        label=_("Are you satisfied?"), choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    words = forms.CharField(
        label=_("Their words"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class CategoryForm(forms.Form):
    """Correcting class and kind."""

    category = forms.ChoiceField(label=_("Class"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, _(KIND_NAMES[kind])) for kind in Kind])
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """Why a list is taken out; its shape is chosen when it is taken."""

    reason = forms.CharField(label=_("What is the list for?"), max_length=400)


class RemarkForm(NoteForm):
    """A remark for the desk, or one that the resident reads."""

    is_public = forms.BooleanField(label=_("The resident may read it"), required=False)


class JoinForm(forms.Form):
    """The earlier request to join to."""

    master = forms.UUIDField(label=_("Earlier request"), widget=forms.HiddenInput)
