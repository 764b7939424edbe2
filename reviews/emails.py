"""The e-mails of the review: asked, reminded, freed, withdrawn, and the office when a reviewer cannot go on."""

from django.urls import reverse

from programs.mail import Message
from reviews.models import Assignment


def assigned(assignment: Assignment) -> Message:
    """Ask a reviewer to declare and review; names nobody, since an inbox is read by more than one pair of eyes."""
    return Message(
        kind="review assigned",
        about=assignment,
        to=assignment.reviewer.email,
        to_name=assignment.reviewer.name,
        subject=f"[Action required] A review for {assignment.application.call.program.short_name}",
        template="reviews/emails/assigned.txt",
        facts={"asked_by": assignment.assigned_by},
        action="Open the review",
        path=reverse("reviews:declare", args=[assignment.pk]),
    )


def reminder(assignment: Assignment, *, overdue: bool) -> Message:
    """Remind a reviewer of a review that is due soon, or past its date."""
    word = "is overdue" if overdue else "is due soon"
    return Message(
        kind="review reminder",
        about=assignment,
        to=assignment.reviewer.email,
        to_name=assignment.reviewer.name,
        subject=f"[Action required] Your review for {assignment.application.call.program.short_name} {word}",
        template="reviews/emails/reminder.txt",
        facts={"overdue": overdue, "begun": assignment.written is not None},
        action="Open the review",
        path=reverse("reviews:review", args=[assignment.pk]),
    )


def ended(assignment: Assignment) -> Message:
    """Tell a reviewer that a review is not asked for any more."""
    return Message(
        kind="review ended",
        about=assignment,
        to=assignment.reviewer.email,
        to_name=assignment.reviewer.name,
        subject=f"A review for {assignment.application.call.program.short_name} is not needed any more",
        template="reviews/emails/ended.txt",
        facts={"ended_by": assignment.ended_by},
        action="Open my reviews",
        path=reverse("reviews:desk"),
    )


def withdrawn(assignment: Assignment) -> Message:
    """Tell a reviewer that an application was withdrawn and its review is not asked for any more."""
    return Message(
        kind="review withdrawn",
        about=assignment,
        to=assignment.reviewer.email,
        to_name=assignment.reviewer.name,
        subject=f"A review for {assignment.application.call.program.short_name} is not needed any more",
        template="reviews/emails/withdrawn.txt",
        action="Open my reviews",
        path=reverse("reviews:desk"),
    )


def another_needed(assignment: Assignment) -> Message:
    """Ask the person who assigned to choose somebody else; neither reviewer nor reason is named outside the portal."""
    return Message(
        kind="another reviewer needed",
        about=assignment,
        to=assignment.assigned_by.email,
        to_name=assignment.assigned_by.name,
        subject=f"[Action required] Please assign another reviewer for {assignment.application.call.program.short_name}",
        template="reviews/emails/another_needed.txt",
        action="Assign a reviewer",
        path=reverse("reviews:assign", args=[assignment.application_id]),
    )
