"""A door for the clock: remind reviewers of what is due and overdue, and tell them of what was withdrawn."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from programs import mail, reminders
from programs.reminders import Rule, Step
from reviews import emails, workflow
from reviews.models import Assignment

logger = logging.getLogger(__name__)
KIND = "review"
BEFORE, AFTER = (7, 3, 1), (-1, -3, -7)


@shared_task
def remind() -> int:
    """Bring the planned reminders up to date and send what is due; returns how many were sent."""
    return remind_at(timezone.now())


def remind_at(at: datetime) -> int:
    """Do what `remind` does at a given moment (UTC)."""
    workflow.note_what_is_in()
    tell_of_withdrawals(at)
    return reminders.keep(REVIEW_REMINDER, at=at)


def tell_of_withdrawals(at: datetime) -> None:
    """Tell every reviewer whose application was withdrawn and who was not told; looks back a week, for a clock that stood still."""
    for assignment in Assignment.objects.withdrawn(at - timedelta(days=7)):
        try:
            workflow.tell_of_withdrawal(assignment, at=at)
        except Exception:  # a fault in one row holds up neither the others nor the reminders behind them
            logger.exception("the reviewer of assignment %s was not told of the withdrawal", assignment.pk)


def _steps(assignments: Sequence[Assignment], at: datetime) -> Iterator[Step]:
    """Yield 7, 3 and 1 days before and 1, 3 and 7 days after the due date of every review that is not in."""
    for assignment in assignments:
        for slot, moment in reminders.ladder(assignment.due_at, [*BEFORE, *AFTER]):
            if moment <= assignment.assigned_at:
                continue
            overdue = moment > assignment.due_at
            yield Step(
                kind=KIND,
                about=assignment,
                slot=slot,
                to=assignment.reviewer.email,
                to_name=assignment.reviewer.name,
                summary=f"Review by {assignment.reviewer.name} is {'overdue' if overdue else 'due'}",
                due_at=moment,
                expires_at=moment + timedelta(days=4) if overdue else assignment.due_at,
            )


def _write(steps: Sequence[Step], at: datetime) -> Iterator[mail.Message]:
    for step in steps:
        yield emails.reminder(step.about, overdue=step.due_at > step.about.due_at)


DONE = "The review is in, is not asked for any more, or has another date."
REVIEW_REMINDER = Rule(KIND, Assignment.objects.to_remind, _steps, _write, DONE)
