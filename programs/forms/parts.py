"""What a call asks for: sections, documents and the rubric, as lists of rows beside the call's own form."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory

from accounts.texts import Line, Writing
from programs.forms.call import CallForm
from programs.forms.compare import Difference, differences
from programs.forms.office import whole_number
from programs.models import Call, Criterion, DocumentRequest, Section
from programs.revision import Refusal

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


WORDS = {"title": Line, "help": Writing}


class PartForm(forms.ModelForm):
    """One row of what the call asks for; a row without any words is not there."""

    words: ClassVar[tuple[str, ...]] = ("title", "help")

    def has_changed(self) -> bool:
        """Whether the row holds anything: an empty new row is passed over, whatever its tick says."""
        if self.instance.pk is None and self.is_bound and not any(self._typed(name) for name in self.words):
            return False
        return super().has_changed()

    def _typed(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()


class SectionForm(PartForm):
    """A text with a limit in words."""

    words = ("title", "help", "word_limit")

    class Meta:
        model = Section
        formfield_callback = whole_number
        fields = ["title", "word_limit", "required", "help"]
        labels = {"word_limit": "Words at most", "help": "What to write"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}
        field_classes = WORDS


class DocumentForm(PartForm):
    """A PDF with a limit in pages."""

    words = ("title", "help", "page_limit")

    class Meta:
        model = DocumentRequest
        formfield_callback = whole_number
        fields = ["title", "page_limit", "required", "help"]
        labels = {"page_limit": "Pages at most", "help": "What to attach"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}
        field_classes = WORDS


class CriterionForm(PartForm):
    """One line of the rubric, scored 1 (best) to 9."""

    class Meta:
        model = Criterion
        fields = ["title", "help"]
        labels = {"help": "What reviewers weigh"}
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}
        field_classes = WORDS


class PartFormSet(BaseInlineFormSet):
    """The rows of one kind, in the order of the page, each title once."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the tick that removes a row, in the words of the page, and let a row that is stored no more be a new one."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Remove"
        if self.is_bound and form.instance.pk is None:
            # Somebody else removed the row meanwhile, which the page has told: what is still typed here is a new row.
            form.fields["id"] = forms.CharField(required=False, widget=forms.HiddenInput)

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
            and not (self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]
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

    def errors(self) -> list[tuple[Any, ...]]:
        """Return (id of the control, label, sentence) of every error, for one summary on top of the page."""
        named = {name: (self.form[name].id_for_label, self.form[name].label) for name in self.form.fields}
        place = {name: place for place, name in enumerate(self.form.fields)}
        found = sorted(self.form.errors.items(), key=lambda pair: place.get(pair[0], -1))
        own = [(*named.get(name, ("", "")), error) for name, errors in found for error in errors]
        return own + [
            (row[name].id_for_label, f"{row['title'].value() or 'New row'}, {row[name].label}", error)
            for rows in self.lists
            if rows.is_bound
            for row in rows
            for name, errors in row.errors.items()
            if name in row.fields
            for error in errors
        ]

    def refuse(self, refusal: Refusal) -> None:
        """Put a refusal beside the field it is about."""
        rows = [row for part in self.lists for row in part if refusal.part is not None and row.instance == refusal.part]
        for form in rows or [self.form]:
            form.add_error(refusal.field or None, refusal.sentence)

    def differences(self, stored: "CallForms") -> list[Difference]:
        """Return (label, saved, typed) of all that differs from the call as it is saved now."""
        found = differences(self.form, stored.form)
        for mine, saved in zip(self.lists, stored.lists, strict=True):
            typed = {row.instance.pk: row for row in mine.initial_forms}
            for row in saved.initial_forms:
                title = str(row["title"].value())
                if row.instance.pk in typed:
                    found += differences(typed[row.instance.pk], row, of=title)
                else:
                    found.append((title, "added", "not in this form; it stays"))
            kept = {row.instance.pk for row in saved.initial_forms}
            found += [(str(row["title"].value()), "removed", "still in this form") for pk, row in typed.items() if pk not in kept]
        return found

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
