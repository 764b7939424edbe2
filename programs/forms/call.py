"""A call as the director writes it: dates in the call's zone, sections, documents, rubric."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils import timezone

from accounts.forms import zone_choices
from programs.forms.office import day_input, plain_helper, side_by_side
from programs.models import Call, Criterion, DocumentRequest, Section
from programs.moments import NoSuchMoment, TwoMoments, local_time, moment_of, offset_name

MOMENTS = ("opens_at", "letter_of_intent_due_at", "closes_at", "review_due_at")
RUBRIC = [
    ("Candidate", "Is the applicant likely to become an independent investigator who leads learning health system research?"),
    (
        "Career development plan",
        "Do coursework, rotations and milestones close real gaps, with a concrete route to the next support?",
    ),
    ("Research plan", "Is the question important to patients and to the delivery system, and are design and analysis sound?"),
    ("Mentors, co-mentors and collaborators", "Does the team combine methods, content and operational experience?"),
    (
        "Environment and institutional commitment",
        "Does the home division protect the effort, the salary and the space it promises?",
    ),
    (
        "Health-system alignment and sponsor commitment",
        "Does the project answer a priority that the health system itself has named, and has the sponsor promised what it needs?",
    ),
]
SECTIONS = [
    ("Project summary", 300, "For a reader from outside your field."),
    (
        "Personal statement and career plan",
        900,
        "Where you come from, which competencies you lack, where you intend to be in five years.",
    ),
    ("Specific aims", 500, "Two or three aims, each with its hypothesis or its deliverable."),
    ("Research plan", 1500, "Setting, design, participants, measures, analysis, risks and timetable."),
    ("Mentoring plan", 600, "Who mentors you in what, and how often you meet."),
    (
        "Health-system alignment and sponsor engagement",
        500,
        "The priority this project serves and what your sponsor has agreed to open.",
    ),
    ("Training plan: coursework and rotations", 600, "Courses, embedded rotations, works-in-progress sessions."),
]
DOCUMENTS = [
    ("Biosketch", 5, "In the federal format, for the applicant only."),
    ("Budget justification", 2, "For the whole award."),
]


class LocalMomentField(forms.DateTimeField):
    """A day and a time of day without a zone; the form adds the call's zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid": "Please give a day and a time, for example 2026-12-01T17:00."}, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Return the naive local time."""
        with timezone.override(UTC):
            moment = super().to_python(value)
        return moment.replace(tzinfo=None) if moment else None


class CallForm(forms.ModelForm):
    """Title, guidance and dates; every date is read in the call's own zone."""

    time_zone = forms.ChoiceField(label="Time zone of all dates", choices=zone_choices)
    opens_at = LocalMomentField(label="Opens")
    letter_of_intent_due_at = LocalMomentField(label="Letters of intent due (optional)", required=False)
    closes_at = LocalMomentField(label="Closes", help_text="An application received at this very second is too late.")
    review_due_at = LocalMomentField(label="Reviews due")

    class Meta:
        model = Call
        fields = [
            "title", "guidance", "time_zone", *MOMENTS, "letters_grace_hours", "decision_on", "accept_days",
        ]  # fmt: skip
        widgets = {"guidance": forms.Textarea(attrs={"rows": 10}), "decision_on": day_input()}
        labels = {
            "letters_grace_hours": "Hours of grace for sponsors and mentors",
            "decision_on": "Decisions by",
            "accept_days": "Days to accept an award",
        }
        help_texts = {
            "title": "Its words also make the public address of the call.",
            "guidance": "What a visitor reads: aims, who may apply, what is needed. An empty line starts a paragraph.",
        }

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        zone = self.instance.time_zone or self.instance.program.time_zone
        self.initial["time_zone"] = zone
        for name in MOMENTS:
            if moment := getattr(self.instance, name):
                self.initial[name] = local_time(moment, zone).isoformat(timespec="minutes" if not moment.second else "seconds")
        self.has_opened = bool(self.instance.pk and self.instance.is_published(at) and at >= self.instance.opens_at)
        self.helper = plain_helper()
        self._lay_out()

    def clean(self) -> dict[str, Any]:
        """Turn local times into moments and put them in order."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("time_zone"):
            return values
        for name in MOMENTS:
            if values.get(name):
                values[name] = self._moment(name, values[name], values["time_zone"])
        self._lay_out()
        self._check_order(values)
        return values

    def _moment(self, name: str, local: datetime, zone: str) -> datetime | None:
        stored = getattr(self.instance, name)
        if stored and self.instance.time_zone == zone and local_time(stored, zone) == local:
            return stored  # unchanged, so an hour that happens twice need not be asked again
        try:
            return moment_of(local, zone, which=self.data.get(self.add_prefix(f"{name}_which"), ""))
        except NoSuchMoment:
            self.add_error(
                name, f"{_words(local)} does not exist in {zone}: the clocks go forward over it. Please choose another time."
            )
        except TwoMoments as two:
            self._ask_which(name, local, zone, two)
            self.add_error(
                name,
                f"{_words(local)} happens twice in {zone}, because the clocks go back. Please choose below which one you mean.",
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
        if self.has_opened and closes and closes < self.instance.closes_at:
            self.add_error("closes_at", "The call has opened: its deadline may move to a later time, not to an earlier one.")
        if self.has_opened and opens and opens > self.at:
            self.add_error("opens_at", "The call has opened already; it cannot open again later.")

    def _lay_out(self) -> None:
        """Put each question about an hour that happens twice under its own date."""
        following = {name: [name, *([f"{name}_which"] if f"{name}_which" in self.fields else [])] for name in MOMENTS}
        self.helper.layout = plain_helper(
            "title", "guidance", "time_zone", *following["opens_at"], *following["letter_of_intent_due_at"],
            *following["closes_at"], "letters_grace_hours", *following["review_due_at"],
            side_by_side("decision_on", "accept_days"),
        ).layout  # fmt: skip


class PartForm(forms.ModelForm):
    """One row of what the call asks for; a row without any words is not there."""

    words: ClassVar[tuple[str, ...]] = ("title", "help")

    def has_changed(self) -> bool:
        """Whether the row holds anything: an empty new row is passed over, whatever its tick says."""
        if self.instance.pk is None and self.is_bound and not any(self._typed(name) for name in self.words):
            return False
        return super().has_changed()

    def clean_title(self) -> str:
        """Return the title without stray space."""
        return " ".join(self.cleaned_data["title"].split())

    def _typed(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()


class SectionForm(PartForm):
    """A text with a limit in words."""

    words = ("title", "help", "word_limit")

    class Meta:
        model = Section
        fields = ["title", "word_limit", "required", "help"]
        labels = {"word_limit": "Words at most", "help": "What to write"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}


class DocumentForm(PartForm):
    """A PDF with a limit in pages."""

    words = ("title", "help", "page_limit")

    class Meta:
        model = DocumentRequest
        fields = ["title", "page_limit", "required", "help"]
        labels = {"page_limit": "Pages at most", "help": "What to attach"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}


class CriterionForm(PartForm):
    """One line of the rubric, scored 1 (best) to 9."""

    class Meta:
        model = Criterion
        fields = ["title", "help"]
        labels = {"help": "What reviewers weigh"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}


class PartFormSet(BaseInlineFormSet):
    """The rows of one kind, in the order of the page, each title once."""

    def clean(self) -> None:
        """Refuse a title that another row of the same kind has."""
        seen: set[str] = set()
        for form in self._kept():
            title = form.cleaned_data.get("title", "").casefold()
            if title and title in seen:
                form.add_error("title", "Another row has this title already.")
            seen.add(title)

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Say nothing twice: the row itself carries the sentence."""
        return "Two rows have the same title."

    def rows(self) -> list[Any]:
        """Return the (valid) rows that stay, numbered in the order of the page."""
        rows = [form.instance for form in self._kept()]
        for position, row in enumerate(rows, start=1):
            row.position = position
        return rows

    def removed(self) -> list[Any]:
        """Return the stored rows that were ticked to be removed."""
        return [form.instance for form in self.deleted_forms if form.instance.pk]

    def _kept(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data")
            and not (self.can_delete and self._should_delete_form(form))
            and (form.instance.pk or form.has_changed())
        ]


class CallForms:
    """The call and its three lists of parts, read and checked together."""

    def __init__(self, posted: Any, call: Call, *, at: datetime) -> None:
        self.form = CallForm(posted, instance=call, at=at)
        fresh = call.pk is None
        sections = [{"title": title, "word_limit": limit, "help": text} for title, limit, text in SECTIONS if fresh]
        documents = [{"title": title, "page_limit": limit, "help": text} for title, limit, text in DOCUMENTS if fresh]
        criteria = [{"title": title, "help": text} for title, text in RUBRIC if fresh]
        self.sections = self._rows(Section, SectionForm, prefix="sections", posted=posted, call=call, initial=sections)
        self.documents = self._rows(DocumentRequest, DocumentForm, prefix="documents", posted=posted, call=call, initial=documents)
        self.criteria = self._rows(Criterion, CriterionForm, prefix="criteria", posted=posted, call=call, initial=criteria)

    @property
    def lists(self) -> tuple[Any, Any, Any]:
        """The three lists of parts."""
        return self.sections, self.documents, self.criteria

    def is_valid(self) -> bool:
        """Check all of it, so that every error is seen at once."""
        verdicts = [part.is_valid() for part in (self.form, *self.lists)]
        return all(verdicts)

    def row_errors(self) -> list[tuple[str, str, str]]:
        """Return (id of the control, label, sentence) of every error in the lists, for the summary."""
        return [
            (row[name].id_for_label, f"{row['title'].value() or 'New row'}, {row[name].label}", error)
            for rows in self.lists
            if rows.is_bound
            for row in rows
            for name, errors in row.errors.items()
            if name in row.fields
            for error in errors
        ]

    def _rows(self, model: Any, form: Any, *, prefix: str, posted: Any, call: Call, initial: list[dict[str, Any]]) -> Any:
        spare = 0 if self.form.has_opened else len(initial) + 2
        kind = inlineformset_factory(
            Call,
            model,
            form=form,
            formset=PartFormSet,
            extra=spare,
            can_delete=not self.form.has_opened,
            max_num=40,
            validate_max=True,
        )
        return kind(posted, instance=call, prefix=prefix, initial=initial if posted is None else None)


def _words(local: datetime) -> str:
    return f"{local.day} {local:%B %Y, %H:%M}"
