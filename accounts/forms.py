"""What a person tells of themselves: at sign-up and on the profile page."""

from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User


def zone_choices() -> list[tuple[str, str]]:
    """Return the IANA zones people may choose, those of the United States first."""
    first = ["America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "Pacific/Honolulu"]
    rest = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right")))
    return [(zone, zone.replace("_", " ")) for zone in first + [zone for zone in rest if zone not in first]]


class SignUpDetails(forms.Form):
    """The one thing asked at sign-up beside address and password: the name."""

    name = forms.CharField(
        label="Full name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As it should stand on letters and lists.",
    )

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name on the new account (called by allauth inside its own transaction)."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):
    """Name, position and place; the address is changed on the sign-in pages, where it is verified."""

    time_zone = forms.ChoiceField(
        choices=[("", "As the call says")], required=False, help_text="Deadlines are shown in this zone too."
    )

    class Meta:
        model = User
        fields = ["name", "credentials", "title", "division", "institution", "orcid", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", "As the call says"), *zone_choices()]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_orcid(self) -> str:
        """Return the iD; refuse one whose check digit is wrong (ISO 7064 mod 11-2, as ORCID defines it)."""
        orcid = self.cleaned_data["orcid"].strip().upper()
        if not orcid:
            return ""
        digits = orcid.replace("-", "")
        total = 0
        for digit in digits[:-1]:
            total = (total + int(digit)) * 2
        expected = (12 - total % 11) % 11
        if digits[-1] != ("X" if expected == 10 else str(expected)):
            raise ValidationError("The last character of this ORCID iD does not fit the others. Please check it.")
        return orcid
