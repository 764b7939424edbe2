"""The shape of what directors, awardees and offices type about decisions, letters and awards."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.texts import Line, LongText, is_name
from scholars import letters
from scholars.models import Decision


def _helper(*fields: Any) -> FormHelper:
    """Return a helper whose <form> tag the page writes itself."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if fields:
        helper.layout = Layout(*fields)
    return helper


class StageForm(forms.Form):
    """What is decided for one application."""

    outcome = forms.ChoiceField(
        label="Decision",
        choices=Decision.Outcome.choices,
        widget=forms.RadioSelect,
        help_text="Nobody but the office and the committee sees it before the release.",
        error_messages={"required": "Please choose a decision.", "invalid_choice": "Please choose one of the three decisions."},
    )
    alternate_order = forms.IntegerField(
        label="Order among the alternates",
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text="Only for an alternate: 1 is the first to be offered a place that becomes free.",
        error_messages={
            "min_value": "The order starts at 1.",
            "max_value": "The order is at most 99.",
            "invalid": "Please give the order as a whole number, for example 1.",
        },
    )

    why = LongText(
        label="Why",
        required=False,
        limit=2000,
        rows=3,
        help_text="Optional: for example why it departs from the ranked list. Directors read it on this page.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(Field("outcome", wrapper_class="choices"), "alternate_order", "why")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == Decision.Outcome.ALTERNATE:
            if cleaned.get("alternate_order") is None and "alternate_order" not in self.errors:
                self.add_error("alternate_order", "Please give the alternate’s order: 1 is the first to be offered a place.")
        elif cleaned.get("outcome"):
            cleaned["alternate_order"] = None
        return cleaned


class EndWaitingForm(forms.Form):
    """Which of the alternates who wait (pairs of application id and words) are told that no place comes."""

    application = forms.TypedMultipleChoiceField(
        label="Who is told",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Please choose at least one alternate.",
            "invalid_choice": "The alternates have changed since you opened the page. Please look again.",
        },
    )

    def __init__(self, *args: Any, waiting: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["application"].choices = waiting  # type: ignore[attr-defined]
        self.helper = _helper(Field("application", wrapper_class="choices"))


class LetterForm(forms.Form):
    """The programme's own words for its award letters."""

    letter_template = LongText(
        label="The letter",
        required=False,
        limit=12000,
        rows=26,
        help_text=(
            "A blank line begins a new paragraph. The date, the addressee and the closing are added where the text has none. "
            "A sentence that names a sponsor, mentor or chair is left out while that person has not committed. "
            "Leave it empty for the portal’s own letter."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letter_template"].widget.attrs |= {"class": "writing", "spellcheck": "true"}
        self.helper = _helper()

    def clean_letter_template(self) -> str:
        """Return the text; refuse anything in braces that is not a placeholder, naming it."""
        text: str = self.cleaned_data["letter_template"].replace("\r\n", "\n").strip()
        if faults := letters.faults(text):
            raise ValidationError(faults)
        return text


class AnswerForm(forms.Form):
    """The awardee's answer: an explicit choice and the typed name."""

    ACCEPT, DECLINE = "accept", "decline"

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[(ACCEPT, "I accept the award on the terms of the letter"), (DECLINE, "I decline the award")],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose whether you accept or decline."},
    )
    signed_name = Line(
        label="Your full name, as a signature",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Needed to accept. Typing your name here signs the award.",
    )
    letter = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(Field("answer", wrapper_class="choices"), "signed_name", "letter")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == self.ACCEPT and "signed_name" in cleaned and not is_name(cleaned["signed_name"]):
            self.add_error("signed_name", "Please type your full name to sign the award.")
        return cleaned


class DeclineForm(forms.Form):
    """Why an award is declined, if the person wants to say."""

    reason = LongText(
        label="Your reason", required=False, limit=2000, rows=4, help_text="You need not give one. The programme office reads it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()
