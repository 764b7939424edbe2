"""A door for the clock: forget the sessions that are over."""

from celery import shared_task
from django.utils import timezone

from accounts import workflow


@shared_task
def forget_sessions() -> int:
    """Delete the sessions that are over and what is kept about each; returns how many entries of pages of sessions went."""
    return workflow.forget_sessions(at=timezone.now())
