"""The e-mails of the review: asked, reminded, freed, withdrawn, and the office when a reviewer cannot go on."""

from typing import Any

from django.urls import reverse

from programs.mail import Message
from reviews.models import Assignment


def assigned(assignment: Assignment) -> Message:
    """Ask a reviewer to declare and review; names nobody, since an inbox is read by more than one pair of eyes."""
    subject = f"[Action required] A review for {_short_name(assignment)}"
    button = {"action": "Open the review", "path": reverse("reviews:declare", args=[assignment.pk])}
    facts = {"asked_by": assignment.assigned_by}
    return _to_reviewer(assignment, "review assigned", subject, template="reviews/emails/assigned.txt", facts=facts, **button)


def reminder(assignment: Assignment, *, overdue: bool) -> Message:
    """Remind a reviewer of a review that is due soon, or past its date."""
    word = "is overdue" if overdue else "is due soon"
    subject = f"[Action required] Your review for {_short_name(assignment)} {word}"
    button = {"action": "Open the review", "path": reverse("reviews:review", args=[assignment.pk])}
    facts = {"overdue": overdue, "begun": assignment.written is not None}
    return _to_reviewer(assignment, "review reminder", subject, template="reviews/emails/reminder.txt", facts=facts, **button)


def ended(assignment: Assignment) -> Message:
    """Tell a reviewer that a review is not asked for any more."""
    facts = {"ended_by": assignment.ended_by}
    return _to_reviewer(assignment, "review ended", _not_needed(assignment), template="reviews/emails/ended.txt", facts=facts)


def withdrawn(assignment: Assignment) -> Message:
    """Tell a reviewer that an application was withdrawn and its review is not asked for any more."""
    return _to_reviewer(assignment, "review withdrawn", _not_needed(assignment), template="reviews/emails/withdrawn.txt")


def another_needed(assignment: Assignment, *, to: str, to_name: str) -> Message:
    """Ask the office to choose somebody else; neither reviewer nor reason is named outside the portal."""
    return Message(
        kind="another reviewer needed",
        about=assignment,
        to=to,
        to_name=to_name,
        subject=f"[Action required] Please assign another reviewer for {_short_name(assignment)}",
        template="reviews/emails/another_needed.txt",
        action="Assign a reviewer",
        path=reverse("reviews:assign", args=[assignment.application_id]),
    )


def _to_reviewer(assignment: Assignment, kind: str, subject: str, **more: Any) -> Message:
    """Return an e-mail to the reviewer whose button opens the desk, unless told otherwise."""
    person, button = assignment.reviewer, {"action": "Open my reviews", "path": reverse("reviews:desk")}
    return Message(kind=kind, about=assignment, to=person.email, to_name=person.name, subject=subject, **(button | more))


def _short_name(assignment: Assignment) -> str:
    return str(assignment.application.call.program.short_name)


def _not_needed(assignment: Assignment) -> str:
    return f"A review for {_short_name(assignment)} is not needed any more"
