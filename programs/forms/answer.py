"""The answer of a person who was asked for a promise."""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms

from accounts.texts import Line, LongText, check_signature

COMMIT, DECLINE = "commit", "decline"


class AnswerForm(forms.Form):
    """What is promised, yes or no, in whose name; nothing is chosen beforehand, because the answer binds."""

    duties: tuple[str, ...] = ()
    commit_label: ClassVar[str] = "I commit to all of this"
    error_title = "Your answer is not sent yet"

    choice = forms.ChoiceField(
        label="Your answer",
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose whether you commit or decline."},
    )
    reason = LongText(
        label="If you decline: why",
        required=False,
        limit=2000,
        rows=3,
        help_text="The applicant learns that you decline; only the programme office reads why.",
    )
    note = LongText(
        label="A note (optional)",
        required=False,
        limit=2000,
        rows=3,
        help_text="Only the programme office reads it.",
    )
    signed_name = Line(
        label="Your full name, as a signature",
        max_length=120,
        validators=[check_signature],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Please type your full name; it stands for your signature."},
    )
    signed_title = Line(
        label="Your position",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": "Please type your position, for example Chief of Ambulatory Care."},
    )

    def __init__(self, *args: Any, duties: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duties = duties or self.duties
        self.fields["choice"].choices = [(COMMIT, self.commit_label), (DECLINE, "I decline")]  # type: ignore[attr-defined]
        for place, duty in enumerate(self.duties):
            self.fields[f"duty_{place}"] = forms.BooleanField(label=duty, required=False)
        self.order_fields([*self._duty_names(), "choice", "reason", "note", "signed_name", "signed_title"])
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def duty_fields(self) -> list[forms.BoundField]:
        """The promises, each with its box."""
        return [self[name] for name in self._duty_names()]

    def unsent(self) -> list[tuple[str, str]]:
        """Return label and words of every text that came with the form."""
        names = ("reason", "note", "signed_name", "signed_title")
        texts = [(str(self[name].label), str(self.data.get(name, "")).strip()) for name in names]
        return [(label, words) for label, words in texts if words]

    @property
    def commits(self) -> bool:
        """Whether the (valid) answer is yes."""
        return bool(self.cleaned_data["choice"] == COMMIT)

    def clean(self) -> dict[str, Any]:
        """Refuse a yes that leaves out a promise or gives a reason to decline, and a no without a reason."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("choice") == COMMIT:
            for name in self._duty_names():
                if not values.get(name):
                    self.add_error(name, "Please tick this promise too, or decline and say why.")
            if values.get("reason"):
                self.add_error(
                    "reason",
                    "You commit, yet say here why you decline. Please choose “I decline”, or move the words to the note.",
                )
        if values.get("choice") == DECLINE and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Please say why you decline. Only the programme office reads it.")
        return values

    def words(self) -> dict[str, str]:
        """Return the words that go with the (valid) answer, as the verbs take them."""
        names = {name: self.cleaned_data[name] for name in ("signed_name", "signed_title")}
        note = self.cleaned_data["note"]
        if self.commits:
            return {**names, "note": note}
        return {**names, "reason": "\n\n".join(text for text in (self.cleaned_data["reason"], note) if text)}

    def _duty_names(self) -> list[str]:
        return [f"duty_{place}" for place in range(len(self.duties))]
