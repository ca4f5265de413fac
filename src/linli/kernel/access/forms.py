"""Shapes of what people type at the door, about themselves, and about roles."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as AllauthAddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.base.clock import BEIJING, now
from linli.base.errors import Refusal
from linli.base.text import fold
from linli.kernel.access.actions.accounts import password_refusals
from linli.kernel.access.models import Account
from linli.kernel.access.queries import find_by_login, policy_at, role_name
from linli.kernel.access.rules import Role, check_name, check_phone
from linli.kernel.parties.queries import document_kinds, organisation_kinds, relations
from linli.kernel.parties.rules import DocumentValue, check_document
from linli.kernel.regions.forms import RegionField


def sentence(refusal: Refusal) -> str:
    """A refusal as one sentence in the language of the moment."""
    return gettext(refusal.message).format(**refusal.params)


class PasswordRules:
    """Django's password validator that asks the policy in force."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Say every weakness at once."""
        found = password_refusals(user or Account(), password, now())
        if found:
            raise ValidationError([sentence(refusal) for refusal in found])

    def get_help_text(self) -> str:
        """The rules in one sentence, before anyone types."""
        rule = policy_at(now()).password
        return gettext(
            "At least {length} characters, {classes} of: small letters, capitals, digits, other signs."
        ).format(length=rule.length, classes=rule.classes)


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """User name or mobile number, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or mobile number")
        self.fields["login"].widget.attrs.update(placeholder="", autofocus=True)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""

    def clean(self) -> Any:
        """One sentence for a wrong name and a wrong password, so that nobody learns which names exist."""
        try:
            return super().clean()
        except ValidationError as error:
            if error.code == "username_password_mismatch":
                raise ValidationError(gettext("Name or password is not right."), code=error.code) from error
            raise


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """A resident's new account: how to call them, a user name or a mobile number, a password."""

    field_order = ("name", "phone", "username", "password1", "password2")
    name = forms.CharField(
        label=_("How may we call you?"), max_length=64, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].required = self.fields["username"].widget.is_required = False
        self.fields["username"].help_text = _("Only if you would rather not sign in with your number.")
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = PasswordRules().get_help_text()
        self.fields["password2"].label = _("The password again")
        for name in ("username", "password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean_phone(self) -> str:
        """A mobile number nobody has an account with."""
        phone = fold(self.cleaned_data["phone"]).replace(" ", "")
        refusal = check_phone(phone)
        if refusal is not None:
            raise ValidationError(sentence(refusal))
        if phone and find_by_login(phone) is not None:
            raise ValidationError(gettext("There already is an account with this number: sign in with it."))
        return phone

    def clean_username(self) -> str:
        """A user name of the right shape that is not taken, or none."""
        username = fold(self.cleaned_data["username"]).lower()
        refusal = check_name(username, "any")
        if refusal is not None:
            raise ValidationError(sentence(refusal))
        if username and find_by_login(username) is not None:
            raise ValidationError(gettext("This user name is taken."))
        return username

    def clean(self) -> Any:
        """At least one of the two to sign in with."""
        data = super().clean()
        if not self.errors and not data.get("username") and not data.get("phone"):
            self.add_error("phone", gettext("Give a user name or a mobile number."))
        return data


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("The new password again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = PasswordRules().get_help_text()


class AddPasskeyForm(AllauthAddWebAuthnForm):  # type: ignore[misc]
    """A passkey, or a security key that only follows a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What do you call it?")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = _("The device then asks for your fingerprint, face or PIN.")


def _languages() -> list[tuple[str, str]]:
    """Every language by its own name, so that who cannot read this page finds theirs."""
    return [(code, str(get_language_info(code)["name_local"])) for code, _name in settings.LANGUAGES]


class ProfileForm(forms.Form):
    """How one is called, in which language, in which size."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    language = forms.ChoiceField(label=_("Language"), choices=_languages, widget=forms.RadioSelect)
    elder_mode = forms.BooleanField(label=_("Elder mode: larger letters and buttons"), required=False)


class TokenForm(forms.Form):
    """A new key for programs."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("What may it do?"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("How long?"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("One year"))],
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in Role if role is not Role.RESIDENT]


class GrantForm(forms.Form):
    """A role for an account: where, for which unit, for what, from when to when."""

    role = forms.ChoiceField(label=_("Role"), choices=_role_choices)
    region = RegionField(label=_("For which place?"), help_text=_("Name, pinyin or code; all inside it is included."))
    unit = forms.CharField(
        label=_("Unit"), max_length=24, required=False, help_text=_("Only what this unit's desk handles.")
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=32, required=False)
    valid_from = forms.DateField(
        label=pgettext_lazy("grant", "From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    valid_to = forms.DateField(
        label=pgettext_lazy("grant", "Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("The first day without it."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def instants(self) -> dict[str, Any]:
        """The two days as the first instants of those days in Beijing."""
        from datetime import datetime, time

        def begin(day: Any) -> datetime | None:
            return datetime.combine(day, time.min, BEIJING) if day else None

        return {"valid_from": begin(self.cleaned_data["valid_from"]), "valid_to": begin(self.cleaned_data["valid_to"])}


class AccountForm(forms.Form):
    """A new account for someone of the staff."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    username = forms.CharField(label=_("User name"), max_length=64)
    phone = forms.CharField(label=_("Mobile number"), max_length=20, required=False)


class ReasonForm(forms.Form):
    """Why an account is closed; goes on the record."""

    prefix = "closing"
    reason = forms.CharField(label=_("Reason"), max_length=200)


class FindForm(forms.Form):
    """Words to look someone up by: sent in the body, so that numbers stay out of addresses and logs."""

    q = forms.CharField(
        label=_("Whole mobile number, whole document number, or name"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class RevealForm(forms.Form):
    """Why one number is looked at in full."""

    field = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What do you need the number for?"), max_length=200, help_text=_("The person can read this reason.")
    )


def _document_kinds() -> list[tuple[str, str]]:
    return [("", gettext("Not shown")), *document_kinds()]


class DocumentForm(forms.Form):
    """An identity document as it is shown at the desk."""

    kind = forms.ChoiceField(label=_("Identity document"), choices=_document_kinds, required=False)
    number = forms.CharField(label=_("Number of the document"), max_length=32, required=False)
    no_document = forms.CharField(
        label=_("Why is there no document?"),
        max_length=200,
        required=False,
        help_text=_("Only if “No document” is chosen above."),
    )

    def clean(self) -> Any:
        """Say clearly what is wrong with a number, digit by digit where that can be known."""
        data = super().clean() or {}
        kind, number = data.get("kind", ""), data.get("number", "")
        if not kind and number:
            self.add_error("kind", gettext("Which document has this number?"))
        if kind:
            wrong = check_document(self.document(), now().astimezone(BEIJING).date())
            if wrong is not None:
                advice = " " + gettext(wrong.advice) if wrong.advice else ""
                self.add_error("no_document" if kind == "none" else "number", sentence(wrong) + advice)
        return data

    def document(self) -> DocumentValue:
        """The document as a value."""
        data = self.cleaned_data
        return DocumentValue(data.get("kind", ""), data.get("number", ""), data.get("no_document", ""))


class PersonForm(DocumentForm):
    """Someone who is entered: as little as is needed."""

    field_order = (
        "name",
        "region",
        "phone",
        "kind",
        "number",
        "no_document",
        "born",
        "address",
        "guardian",
        "consented",
    )
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    region = RegionField(label=_("Lives in"), levels=(5, 6))
    phone = forms.CharField(label=_("Mobile number"), max_length=20, required=False)
    born = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Not needed with an identity card: the card says it."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    guardian = forms.CharField(
        label=_("Guardian's mobile or document number"),
        max_length=32,
        required=False,
        help_text=_("Only for a child under 14. The guardian is entered first."),
    )
    consented = forms.BooleanField(
        label=_("The privacy notice was read out and the person (for a child: the guardian) agrees"), required=False
    )

    def clean_phone(self) -> str:
        """A mobile number of the mainland, or none."""
        phone = fold(self.cleaned_data["phone"]).replace(" ", "")
        refusal = check_phone(phone)
        if refusal is not None:
            raise ValidationError(sentence(refusal))
        return phone


class CorrectForm(forms.Form):
    """What is put right in an entry."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=64)
    phone = forms.CharField(label=_("New mobile number"), max_length=20, required=False)
    address = forms.CharField(label=_("New address"), max_length=200, required=False)

    clean_phone = PersonForm.clean_phone


class HouseholdForm(forms.Form):
    """A household that begins with a person."""

    address = forms.CharField(label=_("Address of the household"), max_length=200)


class MemberForm(forms.Form):
    """Someone who joins a household."""

    number = forms.CharField(
        label=_("Mobile or document number of who joins"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=relations)


class OrganisationForm(forms.Form):
    """An organisation that is entered."""

    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=160)
    region = RegionField(label=_("Where is it?"))
    kind = forms.ChoiceField(label=pgettext_lazy("organisation", "Kind"), choices=organisation_kinds)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("18 characters, on the licence."),
    )
    keep_doubtful = forms.BooleanField(label=_("The code was compared and is so"), required=False)
    reason = forms.CharField(
        label=_("What was it compared with?"),
        max_length=200,
        required=False,
        help_text=_("Only if a doubtful code is kept; it goes on the record."),
    )


class HumanForm(DocumentForm):
    """Whose account this is."""

    prefix = "human"
    field_order = ("name", "region", "kind", "number")
    name = forms.CharField(label=_("Name on the document"), max_length=64)
    region = RegionField(label=_("For which place?"))
    no_document = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "number"):
            self.fields[name].required = True
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in document_kinds() if choice[0] != "none"
        ]


class HomeForm(forms.Form):
    """Where one lives."""

    region = RegionField(label=_("Village or community you live in"), levels=(5, 6))


class EraseForm(forms.Form):
    """The last question before erasing."""

    sure = forms.BooleanField(label=_("I have read this and want my data erased and my account closed"))


class PlaceForm(forms.Form):
    """A community or village, or any place above."""

    region = RegionField(label=_("For which place?"))


class GridForm(forms.Form):
    """A grid to draw."""

    name = forms.CharField(label=pgettext_lazy("grid", "Name"), max_length=60)
    code = forms.CharField(
        label=_("Code"), max_length=15, required=False, help_text=_("Left empty, the next free number is taken.")
    )
    special = forms.BooleanField(label=_("A special grid (shopping street, park, school, hospital)"), required=False)


class PatternForm(forms.Form):
    """The shape of codes of new grids."""

    prefix = "pattern"
    pattern = forms.CharField(
        label=_("Shape of grid codes"), max_length=120, required=False, help_text=_("Left empty, 15 digits.")
    )
