"""The shape of a mentor's and of a chair's answer."""

from typing import Any

from accounts.texts import LongText
from programs.forms import AnswerForm
from programs.forms.answer import COMMIT


class MentorAnswerForm(AnswerForm):
    """What a mentor promises, yes or no."""

    commit_label = "I commit to mentor this applicant"


class ChairAnswerForm(AnswerForm):
    """What a chair promises, yes or no; a yes lists the duties that remain."""

    commit_label = "I commit to all of this for the department"

    note = LongText(
        label="If you commit: the duties that remain",
        required=False,
        limit=2000,
        rows=4,
        help_text="Clinics, teaching, calls and committees, with their hours. Only the programme office reads it.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a yes without the list that it promises."""
        values = super().clean()
        if values.get("choice") == COMMIT and not values.get("note") and "note" not in self.errors:
            self.add_error("note", "Please list the duties that remain. If there are none, please say so.")
        return values
