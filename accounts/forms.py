"""What a person tells of themselves: at sign-up and on the profile page."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import ORCID_SHAPE, User
from accounts.texts import Line
from accounts.zones import TimeZoneField

# As ORCID's own page gives it to be copied.
ORCID_ADDRESS = r"^(https?://)?(www\.)?orcid\.org/"
# The key in the session of a browser that signed somebody up: the account's id.
SET_UP_HERE = "account_set_up_here"


class SignUpDetails(forms.Form):
    """The one thing asked at sign-up beside address and password: the name."""

    name = Line(
        label="Full name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As it should stand on letters and lists.",
    )

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name on the new account, and in the session that this browser chose its password (called by allauth)."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
        request.session[SET_UP_HERE] = user.pk


class ProfileForm(forms.ModelForm):
    """Name, position and place; the address is changed on the sign-in pages, where it is verified."""

    orcid = Line(label="ORCID iD", required=False, max_length=60, help_text="For example 0000-0002-1825-0097, or its address.")
    time_zone = TimeZoneField(
        empty="As the call says", help_text="The deadlines of calls and applications are shown in this zone too."
    )

    class Meta:
        model = User
        fields = ["name", "credentials", "title", "division", "institution", "orcid", "time_zone"]
        field_classes = dict.fromkeys(fields[:5], Line)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_orcid(self) -> str:
        """Return the iD, of its address the iD alone; refuse a wrong check digit (ISO 7064 mod 11-2, as ORCID defines it)."""
        orcid = re.sub(ORCID_ADDRESS, "", self.cleaned_data["orcid"], flags=re.IGNORECASE).rstrip("/").upper()
        if not orcid:
            return ""
        # The model's validator runs after this one, so the shape is looked at here; and \d alone takes the digits of every script.
        if not re.fullmatch(ORCID_SHAPE, orcid, re.ASCII):
            raise ValidationError("An ORCID iD looks like 0000-0002-1825-0097.")
        digits, last = orcid.replace("-", "")[:-1], orcid[-1]
        total = 0
        for digit in digits:
            total = (total + int(digit)) * 2
        expected = (12 - total % 11) % 11
        if last != ("X" if expected == 10 else str(expected)):
            raise ValidationError("The last character of this ORCID iD does not fit the others. Please check it.")
        return orcid
