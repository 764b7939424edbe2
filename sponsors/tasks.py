"""The door for the clock: remind sponsors who have not answered."""

from celery import shared_task
from django.utils import timezone

from programs import reminders
from sponsors import workflow


@shared_task
def remind() -> int:
    """Send the reminders that are due and plan the coming ones; safe to run at any time and twice at once."""
    return reminders.keep(workflow.REMINDER, at=timezone.now())
