"""The office's forms: the programme, its roles, its cohorts, the filter of its e-mails."""

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from accounts.texts import Line, Writing
from accounts.zones import TimeZoneField
from programs.mail import check_address
from programs.models import Cohort, Program, Role, WorkState
from programs.models.program import ReviewerKind
from programs.moments import likely_year
from programs.templatetags.portal import money

DAY = "%Y-%m-%d"


def day_input() -> forms.DateInput:
    """Return a control for one day, as browsers draw it."""
    return forms.DateInput(format=DAY, attrs={"type": "date"})


class Day(forms.DateField):
    """A day in a year that is likely."""

    default_validators = [likely_year]


def whole_number(field: "models.Field[Any, Any]", **options: Any) -> Any:
    """Return the form's field for a model's (`Meta.formfield_callback`): what is below a number's own least is told that, not 0."""
    least = [rule.limit_value for rule in field.validators if isinstance(rule, MinValueValidator)]
    return field.formfield(**({"min_value": max(least)} if isinstance(field, models.IntegerField) and least else {}), **options)


def plain_helper(*layout: Any) -> FormHelper:
    """Return a crispy layout without a form tag of its own."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


def side_by_side(*groups: str | list[str]) -> Row:
    """Return fields that share a line where there is room; of a list, the first has the others under it."""
    return Row(*[Column(*([group] if isinstance(group, str) else group), css_class="col-sm") for group in groups])


class ProgramForm(forms.ModelForm):
    """How the programme presents itself, and whose name stands under its letters."""

    time_zone = TimeZoneField(label="Time zone", help_text="New calls start with this zone.")

    class Meta:
        model = Program
        fields = [
            "name", "short_name", "about", "mechanism", "funders", "grant_number", "grant_starts_on", "grant_ends_on",
            "no_cost_extension_ends_on", "institution", "address", "time_zone", "reply_to", "signatory_name", "signatory_title",
        ]  # fmt: skip
        widgets = {
            "about": forms.Textarea(attrs={"rows": 8}),
            "address": forms.Textarea(attrs={"rows": 4}),
            "grant_starts_on": day_input(),
            "grant_ends_on": day_input(),
            "no_cost_extension_ends_on": day_input(),
        }
        field_classes = {
            **dict.fromkeys(("grant_starts_on", "grant_ends_on", "no_cost_extension_ends_on"), Day),
            **dict.fromkeys(("name", "short_name", "mechanism", "funders", "grant_number", "institution"), Line),
            **dict.fromkeys(("signatory_name", "signatory_title"), Line),
            **dict.fromkeys(("about", "address"), Writing),
        }
        labels = {
            "about": "About the programme",
            "grant_starts_on": "Grant starts",
            "grant_ends_on": "Grant ends",
            "no_cost_extension_ends_on": "No-cost extension ends",
            "reply_to": "Address for answers",
            "signatory_name": "Who signs the letters",
            "signatory_title": "Position of the signatory",
        }
        help_texts = {
            "short_name": "Stands at the top of every page.",
            "about": "Visitors read it on the page of every call. An empty line starts a paragraph.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(
            side_by_side("name", "short_name"), "about", side_by_side("mechanism", "grant_number"), "funders",
            side_by_side("grant_starts_on", "grant_ends_on", "no_cost_extension_ends_on"), "institution", "address",
            side_by_side("time_zone", "reply_to"), side_by_side("signatory_name", "signatory_title"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a grant that ends before it starts."""
        values: dict[str, Any] = super().clean() or {}
        starts, ends, later = (values.get(name) for name in ("grant_starts_on", "grant_ends_on", "no_cost_extension_ends_on"))
        if starts and ends and ends <= starts:
            self.add_error("grant_ends_on", "The grant must end after it starts.")
        if ends and later and later <= ends:
            self.add_error("no_cost_extension_ends_on", "The extension must end after the grant ends.")
        return values


class GrantForm(forms.Form):
    """A role for a person, found by address."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="A person without an account gets one; a sign-in code opens it."
    )
    name = Line(label="Full name", max_length=120, help_text="For a person without an account; who has one keeps the own name.")
    role = forms.ChoiceField(label="Role", choices=[("", "Please choose"), *Role.choices])
    reviewer_kind = forms.ChoiceField(
        label="Kind of reviewer",
        choices=[("", "Not a reviewer"), *ReviewerKind.choices],
        required=False,
        help_text="Operations reviewers judge the fit with the health system.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_email(self) -> str:
        """Return exactly one plain address, in lower case."""
        return check_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Ask for the kind of a reviewer, and only of a reviewer."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("role") == Role.REVIEWER and not values.get("reviewer_kind"):
            self.add_error("reviewer_kind", "Please say which kind of reviewer this person is.")
        if values.get("role") != Role.REVIEWER:
            values["reviewer_kind"] = ""
        return values


class CohortForm(forms.ModelForm):
    """Who starts together, for how long, with which places and money."""

    class Meta:
        model = Cohort
        formfield_callback = whole_number
        fields = [
            "name", "starts_on", "months", "places", "salary_per_year", "research_per_year", "effort_percent", "budget",
        ]  # fmt: skip
        widgets = {"starts_on": day_input()}
        field_classes = {"name": Line}
        labels = {
            "starts_on": "First day",
            "months": "Length in months",
            "places": "Places",
            "salary_per_year": "Salary a year, in dollars",
            "research_per_year": "Research costs a year, in dollars",
            "effort_percent": "Protected effort, in per cent",
            "budget": "Budget of the cohort, in dollars",
        }
        help_texts = {
            "name": "For example Cohort 2027.",
            "salary_per_year": "For one scholar.",
            "research_per_year": "For one scholar: research, training and travel.",
            "budget": "All awards of the cohort over their whole time must fit into it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(
            "name", side_by_side("starts_on", "months"), side_by_side("places", "effort_percent"),
            side_by_side("salary_per_year", "research_per_year"), "budget",
            HTML("<p class='muted'>One award costs (salary + research) × months ÷ 12; the budget must cover every place.</p>"),
        )  # fmt: skip

    def clean_name(self) -> str:
        """Refuse a name that another cohort of the programme has."""
        name: str = self.cleaned_data["name"]
        others = Cohort.objects.of_programs({self.instance.program_id}).exclude(pk=self.instance.pk)
        if any(other.name.casefold() == name.casefold() for other in others):
            raise ValidationError("The programme has a cohort of this name already.")
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse a cohort whose places cost more than its budget."""
        values: dict[str, Any] = super().clean() or {}
        asked = ("starts_on", "places", "months", "salary_per_year", "research_per_year", "budget")
        if any(values.get(name) is None for name in asked) or self._is_refused(values):
            return values
        one = Cohort(**{name: values[name] for name in asked}).award_cost
        total: Decimal = one * values["places"]
        if total > values["budget"]:
            places = "1 place costs" if values["places"] == 1 else f"{values['places']} places cost"
            self.add_error(
                "budget",
                f"{places} {money(total)} ({money(one)} each); the budget is {money(values['budget'])}. "
                "Please raise the budget, or lower the places or the amounts.",
            )
        return values

    @staticmethod
    def _is_refused(values: dict[str, Any]) -> bool:
        """Whether a number or the year is beyond its bounds, which is said beside it: nothing can be reckoned with it."""
        try:
            likely_year(values["starts_on"])
            numbers = {name: values[name] for name in ("months", "places")}
            Cohort(**numbers).clean_fields(exclude={field.name for field in Cohort._meta.fields} - set(numbers))
        except ValidationError:
            return True
        return False


class EmailFilter(forms.Form):
    """Which e-mails the office looks at."""

    state = forms.ChoiceField(label="State", required=False)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {WorkState.WORKING: "Sending", WorkState.DONE: "Sent"}
        states = [(state.value, f"{words.get(state, state.label)} ({counts.get(state, 0)})") for state in WorkState]
        self.fields["state"].choices = [("", f"All ({sum(counts.values())})"), *states]  # type: ignore[attr-defined]
        self.helper = plain_helper()

    @property
    def chosen(self) -> str:
        """The chosen state, or all of them when the address names none that exists."""
        return str(self.cleaned_data.get("state", "")) if self.is_valid() else ""
