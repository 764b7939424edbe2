"""The door for the clock: remind mentors who have not answered."""

from celery import shared_task
from django.utils import timezone

from mentors import workflow
from programs import reminders


@shared_task
def remind() -> int:
    """Send the reminders that are due and plan the coming ones; safe to run at any time and twice at once."""
    at = timezone.now()
    return reminders.keep(workflow.REMINDER, workflow.remind_steps(at), at=at)
