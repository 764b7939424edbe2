"""The shape of what applicants and the office send; states, deadlines and limits are asked by the workflow."""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from accounts.texts import Line, LongText, Writing
from applications.models import Application
from applications.queries import ORDERS
from programs.mail import check_address
from programs.models import PromiseState
from sponsors.models import HealthSystem


class Sheet(forms.Form):
    """A form whose page writes the <form> element, so that buttons and several forms can share it."""

    use_required_attribute = False
    error_title = ""  # the usual one

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = True


class SectionForm(Sheet):
    """One section's text, and the version of it that the page was opened with."""

    text = Writing(required=False, strip=False, widget=forms.Textarea(attrs={"class": "writing", "rows": 16}))
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = title


class TitleForm(Sheet):
    """The project's title."""

    title = Line(
        label="Project title",
        max_length=200,
        help_text="At most 200 characters. Your sponsor, your mentor and the reviewers read it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please give your project a title."},
    )


class PersonForm(Sheet):
    """Somebody who is asked for a promise: name, one address, position, and a message of the applicant."""

    position_help: ClassVar[str] = "For example Chief of Ambulatory Care."

    name = Line(
        label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please give the person’s full name."},
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The request goes to this address. Whoever reads its mail can answer, so please check every letter.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={
            "required": "Please give the person’s e-mail address.",
            "invalid": "This is not an e-mail address. It looks like name@hospital.org.",
        },
    )
    title = Line(label="Position", max_length=120, required=False)
    summary = LongText(
        label="Two sentences: what you will do, and why it matters to them",
        limit=600,
        rows=3,
        help_text="At most 600 characters. Nobody promises support for a title alone. They stand in the request, and your draft "
        "need not be written yet.",
        error_messages={"required": "Please say in two sentences what you will do and why it matters to this person."},
    )
    note = LongText(
        label="Your message",
        limit=2000,
        rows=5,
        required=False,
        help_text="It stands in the e-mail above the request. Two or three sentences are enough, at most 2,000 characters.",
    )

    def __init__(self, *args: Any, applicant_email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applicant_email = applicant_email
        self.fields["title"].help_text = self.position_help

    def unsent(self) -> list[tuple[str, str]]:
        """Return label and words of everything that came with the form, for a page that cannot show the form any more."""
        came = {name: getattr(self, "cleaned_data", {}).get(name) or self.data.get(name, "") for name in self.fields}
        return [(str(self[name].label), str(words).strip()) for name, words in came.items() if str(words).strip()]

    def clean_email(self) -> str:
        """Refuse the applicant's own address and anything that is not one address."""
        address = check_address(self.cleaned_data["email"])
        if address == self.applicant_email.lower():
            raise ValidationError("This is your own address. Please name somebody else.")
        return address


class SponsorForm(PersonForm):
    """A clinical operations sponsor in one of the programme's health systems."""

    health_system = forms.ModelChoiceField(
        HealthSystem.objects.none(),
        label="Health system",
        empty_label="Please choose",
        error_messages={"required": "Please choose the health system.", "invalid_choice": "Please choose one of the list."},
    )
    field_order = ["name", "email", "title", "health_system", "summary", "note"]

    def __init__(self, *args: Any, program_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["health_system"].queryset = HealthSystem.objects.of_program(program_id)  # type: ignore[attr-defined]


class MentorForm(PersonForm):
    """A primary mentor."""

    position_help = "For example Professor of Medicine."

    institution = Line(label="Institution", max_length=160, required=False)
    field_order = ["name", "email", "title", "institution", "summary", "note"]


class ChairForm(PersonForm):
    """The chair of the applicant's department."""

    position_help = "For example Chair, Department of Medicine."

    department = Line(
        label="Department", max_length=160, help_text="For example Department of Medicine.",
        error_messages={"required": "Please give the department."},
    )  # fmt: skip
    field_order = ["name", "email", "title", "department", "summary", "note"]


class DocumentForm(Sheet):
    """One PDF; whether it is one, and how long, is found out by reading it."""

    file = forms.FileField(
        label="PDF file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": "Please choose a PDF file."},
    )


class SubmitForm(Sheet):
    """The key that makes one page one submission."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class WithdrawForm(Sheet):
    """Why an application is taken back; nobody has to say."""

    why = LongText(label="Reason", required=False, limit=2000, rows=3, help_text="Optional. The programme office reads it.")


class ReplaceForm(Sheet):
    """Why somebody else is asked, and in which state the person saw the request."""

    why = LongText(
        label="Reason", required=False, limit=500, rows=3,
        help_text="It is kept in the history; only the programme office reads it.",
        error_messages={"required": "Please say why somebody else is to be asked."},
    )  # fmt: skip
    seen = forms.ChoiceField(choices=PromiseState.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reason_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = reason_needed
        if reason_needed:
            self.fields["why"].help_text = "The applicant reads these words in an e-mail. They are kept in the history."


class ReasonForm(Sheet):
    """A reason that the applicant reads."""

    why = LongText(
        label="Reason", limit=4000, rows=6, help_text="The applicant reads these words, in an e-mail and on the page.",
        error_messages={"required": "Please say why: the applicant reads it."},
    )  # fmt: skip


class CompleteForm(Sheet):
    """A reason that only the history keeps, needed where something is missing after the grace for letters."""

    why = LongText(
        label="Reason", required=False, limit=2000, rows=3,
        help_text="Needed only where something is still missing. It is kept in the history.",
    )  # fmt: skip


class ListForm(forms.Form):
    """The office's filters; anything that is not in the lists is left out, never an error.

    The page writes the two controls itself: as widgets, each with templates of its own, they took a tenth of its time.
    """

    q = forms.CharField(label="Search", required=False, max_length=100)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *Application.State.choices])
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[
            ("submitted", "Newest submitted"),
            ("started", "Newest started"),
            ("applicant", "Applicant"),
            ("title", "Title"),
            ("state", "State"),
        ],
    )

    def chosen(self) -> tuple[str, str, str]:
        """Return the search words, a state or "", and one of ORDERS."""
        self.is_valid()
        clean = self.cleaned_data
        order = clean.get("sort") or "submitted"
        return clean.get("q", "").replace("\x00", ""), clean.get("state", ""), order if order in ORDERS else "submitted"
