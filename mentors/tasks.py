"""The doors for the clock: remind mentors and chairs who have not answered."""

from celery import shared_task
from django.utils import timezone

from mentors import workflow
from mentors.workflow import chair as chairing
from programs import reminders


@shared_task
def remind() -> int:
    """Send mentors the reminders that are due and plan the coming ones; safe to run at any time and twice at once."""
    return reminders.keep(workflow.REMINDER, at=timezone.now())


@shared_task
def remind_chairs() -> int:
    """Send chairs the reminders that are due and plan the coming ones; safe to run at any time and twice at once."""
    return reminders.keep(chairing.REMINDER, at=timezone.now())
