"""The shapes of input: choose a reviewer, end an assignment, declare, review."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from accounts.texts import LongText
from programs.forms import Day
from programs.models import Call, Criterion
from reviews.models import CriterionScore, Review
from reviews.scoring import descriptor, parse_score

TEXT_LIMIT = 12000


class AssignForm(forms.Form):
    """One reviewer and, where it differs from the call's, the day the review is due."""

    reviewer: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose a reviewer.", "invalid_choice": "Please choose one of the reviewers below."},
    )
    due_on = Day(
        label="Review due on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave empty for the date of the call.",
    )

    def __init__(self, *args: Any, call: Call, reviewers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        self.fields["reviewer"].queryset = reviewers  # type: ignore[attr-defined]

    def due_at(self) -> datetime | None:
        """Return the moment the review is due: the chosen day at the time of day and in the zone of the call, in UTC."""
        day: date | None = self.cleaned_data["due_on"]
        if day is None:
            return None
        zone = ZoneInfo(self.call.time_zone)
        clock: time = self.call.review_due_at.astimezone(zone).time()
        return datetime.combine(day, clock, tzinfo=zone).astimezone(ZoneInfo("UTC"))


class EndForm(forms.Form):
    """Why an assignment ends."""

    why = LongText(
        label="Reason",
        limit=500,
        rows=3,
        help_text="Only the office reads it.",
        error_messages={"required": "Please say why the assignment ends."},
    )


class DeclareForm(forms.Form):
    """Conflict or none: nothing is preselected, a conflict says what it is."""

    choice = forms.ChoiceField(
        label="Do you have a conflict of interest with anybody named here?",
        choices=[
            ("none", "I have no conflict of interest"),
            ("conflict", "I have a conflict of interest and cannot review this application"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of the two.", "invalid_choice": "Please choose one of the two."},
    )
    conflict = LongText(
        label="What the conflict is",
        required=False,
        limit=1000,
        rows=3,
        help_text="Only if you have one. A sentence is enough; only the office reads it.",
    )

    def __init__(self, *args: Any, declared: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if declared:
            # Who has declared none may still find a conflict while reading; only that is left to say.
            self.fields["choice"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self.fields["conflict"].required = True
            self.fields["conflict"].help_text = "A sentence is enough; only the office reads it."

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a conflict, and for a clear answer when a reason stands beside “none”."""
        cleaned = super().clean() or self.cleaned_data
        reason = cleaned.get("conflict", "").strip()
        if self.fields["conflict"].required:
            cleaned["choice"] = "conflict"
        if cleaned.get("choice") == "conflict" and not reason:
            self.add_error("conflict", "Please say what the conflict is.")
        if cleaned.get("choice") == "none" and reason:
            self.add_error("choice", "You describe a conflict below. Please choose “conflict”, or empty the description.")
        return cleaned


class ScoreField(forms.CharField):
    """One score, typed: a whole number from 1 to 9, or nothing yet."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6, "data-score": ""}

    def clean(self, value: Any) -> int | None:
        """Return the score; what is off the scale is refused in a sentence."""
        try:
            return parse_score(str(value or ""))
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class ReviewForm(forms.Form):
    """A review: one score a criterion, the overall impact, three texts; drafts may be partial."""

    overall_impact = ScoreField(label="Overall impact")
    strengths = LongText(label="Strengths", required=False, limit=TEXT_LIMIT, rows=5, help_text="Needed to submit.")
    weaknesses = LongText(label="Weaknesses", required=False, limit=TEXT_LIMIT, rows=5, help_text="Needed to submit.")
    summary = LongText(
        label="Overall paragraph",
        required=False,
        limit=TEXT_LIMIT,
        rows=6,
        help_text="Explains the overall impact. Needed to submit.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, criteria: Iterable[Criterion], submitting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.submitting = list(criteria), submitting
        texts = dict(self.fields)
        self.fields = {
            name_of(criterion): ScoreField(label=criterion.title, help_text=criterion.help) for criterion in self.criteria
        }
        self.fields |= texts

    def clean(self) -> dict[str, Any]:
        """When submitting, ask beside each field for what a whole review needs."""
        cleaned = super().clean() or self.cleaned_data
        if self.submitting:
            for criterion in self.criteria:
                self._need(name_of(criterion), f"Please score “{criterion.title}”.")
            self._need("overall_impact", "Please give the overall impact.")
            for name, sentence in Review.NEEDED.items():
                self._need(name, sentence)
        return cleaned

    def _need(self, name: str, sentence: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, sentence)

    def facts(self) -> dict[str, Any]:
        """Return what was understood as the arguments of the workflow's verbs; a field that was not is left out."""
        kept = self.cleaned_data
        scores = {criterion.pk: kept[name_of(criterion)] for criterion in self.criteria if name_of(criterion) in kept}
        names = ("overall_impact", "strengths", "weaknesses", "summary", "version")
        return {"scores": scores, **{name: kept[name] for name in names if name in kept}}

    def score_rows(self) -> list[dict[str, Any]]:
        """Return for each criterion what the page's table prints: label, help, errors, id, name, value, word of the score."""
        return [self._row(name_of(criterion)) for criterion in self.criteria]

    def overall_row(self) -> dict[str, Any]:
        """Return the same for the overall impact."""
        return self._row("overall_impact")

    def text_fields(self) -> list[Any]:
        """Return the bound fields of the three texts."""
        return [self[name] for name in ("strengths", "weaknesses", "summary")]

    def _row(self, name: str) -> dict[str, Any]:
        field = self[name]
        value = field.value()
        try:
            word = descriptor(parse_score(str(value or "")))
        except ValueError:
            word = ""
        return {
            "label": field.label, "help": field.help_text, "errors": field.errors, "id": field.id_for_label,
            "name": field.html_name, "value": "" if value is None else value, "word": word,
        }  # fmt: skip


def name_of(criterion: Criterion) -> str:
    """Return the name of a criterion's field in the form."""
    return f"score_{criterion.pk}"


def initial_of(review: Review | None) -> dict[str, Any]:
    """Return the form's initial values from a review as far as it is written."""
    if review is None:
        return {"version": 0}
    scores = CriterionScore.objects.of_review(review)
    texts = {name: getattr(review, name) for name in ("overall_impact", "strengths", "weaknesses", "summary", "version")}
    return {**{f"score_{pk}": score for pk, score in scores.items()}, **texts}
