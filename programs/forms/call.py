"""A call as the director writes it: words, and dates in the call's own zone."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.texts import Line, Writing
from accounts.zones import TimeZoneField
from programs.forms.office import Day, day_input, plain_helper, side_by_side, whole_number
from programs.models import Call
from programs.moments import NoSuchMoment, TwoMoments, likely_year, local_time, moment_of, offset_name

MOMENTS = ("opens_at", "letter_of_intent_due_at", "closes_at", "review_due_at")


class LocalMomentField(forms.DateTimeField):
    """A day and a time of day without a zone; the form adds the call's zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    default_validators = [likely_year]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": "Please give a day and a time, for example 2026-12-01T17:00."}, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Return the naive local time."""
        with timezone.override(UTC):
            moment = super().to_python(value)
        return moment.replace(tzinfo=None) if moment else None


class CallForm(forms.ModelForm):
    """Title, guidance and dates; every date is read in the call's own zone."""

    summary_above: ClassVar[bool] = True  # the page shows one summary of the call and of its parts

    time_zone = TimeZoneField(label="Time zone of all dates")
    opens_at = LocalMomentField(label="Opens")
    letter_of_intent_due_at = LocalMomentField(label="Letters of intent due (optional)", required=False)
    closes_at = LocalMomentField(label="Closes", help_text="An application received at this very second is too late.")
    review_due_at = LocalMomentField(label="Reviews due")

    class Meta:
        model = Call
        formfield_callback = whole_number
        fields = [
            "title", "guidance", "time_zone", *MOMENTS, "letters_grace_hours", "decision_on", "accept_days", "asks_chair",
        ]  # fmt: skip
        widgets = {"guidance": forms.Textarea(attrs={"rows": 10}), "decision_on": day_input()}
        field_classes = {"decision_on": Day, "title": Line, "guidance": Writing}
        labels = {
            "letters_grace_hours": "Grace for letters, in hours",
            "asks_chair": "Applicants also name the chair of their department",
            "decision_on": "Decisions by",
            "accept_days": "Days to accept an award",
        }
        help_texts = {
            "title": "The words of its first title make the public address of the call, which then stays.",
            "letters_grace_hours": "Those who are asked for a promise may still answer this many hours after the deadline.",
            "asks_chair": (
                "The chair answers by e-mail, like the sponsor, and promises protected time and the rest of the salary. "
                "Once the call is published this can be switched off, not on."
            ),
            "guidance": "What a visitor reads: aims, who may apply, what is needed. An empty line starts a paragraph.",
        }

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone or self.instance.program.time_zone
        self.initial["time_zone"] = zone
        for name in MOMENTS:
            if moment := getattr(self.instance, name):
                self.initial[name] = local_time(moment, zone).isoformat(timespec="minutes" if not moment.second else "seconds")
        self.has_opened = bool(self.instance.pk and self.instance.has_opened(at))
        self.helper = plain_helper()
        self._lay_out()

    def clean(self) -> dict[str, Any]:
        """Turn local times into moments and put them in order."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("time_zone"):
            return {name: value for name, value in values.items() if name not in MOMENTS}  # without a zone they are no moments
        for name in MOMENTS:
            if values.get(name):
                values[name] = self._moment(name, values[name], values["time_zone"])
        self._lay_out()
        self._check_order(values)
        return values

    def _moment(self, name: str, local: datetime, zone: str) -> datetime | None:
        stored = getattr(self.instance, name)
        if stored and self.instance.time_zone == zone and local_time(stored, zone).replace(microsecond=0) == local:
            return stored  # unchanged, so an hour that happens twice need not be asked again
        named = zone.replace("_", " ")
        try:
            return moment_of(local, zone, which=self.data.get(self.add_prefix(f"{name}_which"), ""))
        except NoSuchMoment:
            self.add_error(
                name, f"{_words(local)} does not exist in {named}: the clocks go forward over it. Please choose another time."
            )
        except TwoMoments as two:
            self._ask_which(name, local, zone, two)
            self.add_error(
                name,
                f"{_words(local)} happens twice in {named}, because the clocks go back. Please choose below which one you mean.",
            )
        return None

    def _ask_which(self, name: str, local: datetime, zone: str, two: TwoMoments) -> None:
        self.fields[f"{name}_which"] = forms.ChoiceField(
            label=f"Which {local:%H:%M} do you mean?",
            choices=[
                ("earlier", f"The earlier one ({offset_name(two.earlier, zone)})"),
                ("later", f"The later one ({offset_name(two.later, zone)})"),
            ],
            widget=forms.RadioSelect,
            required=False,
        )

    def _check_order(self, values: dict[str, Any]) -> None:
        opens, intent, closes, review = (values.get(name) for name in MOMENTS)
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "The call must close after it opens.")
        if intent and ((opens and intent <= opens) or (closes and intent >= closes)):
            self.add_error("letter_of_intent_due_at", "Letters of intent must be due after the call opens and before it closes.")
        if closes and review and review <= closes:
            self.add_error("review_due_at", "Reviews must be due after the call closes.")
        decided: date | None = values.get("decision_on")
        if review and decided and decided < local_time(review, values["time_zone"]).date():
            self.add_error("decision_on", "Decisions must come after the reviews are due.")
        starts = self.instance.cohort.starts_on
        if decided and decided >= starts:
            self.add_error("decision_on", f"Decisions must come before the cohort starts on {starts.day} {starts:%B %Y}.")

    def _lay_out(self) -> None:
        """Put each question about an hour that happens twice under its own date."""
        following = {name: [name, *([f"{name}_which"] if f"{name}_which" in self.fields else [])] for name in MOMENTS}
        self.helper.layout = plain_helper(
            "title", "guidance", "time_zone",
            side_by_side(following["opens_at"], following["letter_of_intent_due_at"]),
            side_by_side(following["closes_at"], "letters_grace_hours"), "asks_chair",
            side_by_side(following["review_due_at"], "decision_on"), "accept_days",
        ).layout  # fmt: skip


def _words(local: datetime) -> str:
    return f"{local.day} {local:%B %Y, %H:%M}"
