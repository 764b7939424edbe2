"""Doors for the clock: build the letters that are due, remind of offers, end those that were not answered."""

import time

from celery import shared_task
from django.utils import timezone

from programs import reminders
from scholars import workflow
from scholars.models import AwardLetter
from scholars.workflow.reminders import OFFER_REMINDER

SWEEP_BUDGET_SECONDS = 20.0
BATCH = 20


@shared_task
def sweep_letters() -> int:
    """Build due letters, one claim at a time, for at most 20 s; returns how many were built."""
    until, built = time.monotonic() + SWEEP_BUDGET_SECONDS, 0
    tried: set[int] = set()
    while time.monotonic() < until:
        due = AwardLetter.objects.due(timezone.now()).exclude(pk__in=tried).values_list("pk", flat=True)[:BATCH]
        waiting = list(due)
        if not waiting:
            break
        for pk in waiting:
            if time.monotonic() >= until:
                break
            tried.add(pk)
            built += workflow.build_letter(pk, at=timezone.now())
    return built


@shared_task
def remind() -> int:
    """Keep the planned reminders of open offers up to date and send what is due."""
    at = timezone.now()
    return reminders.keep(OFFER_REMINDER, workflow.remind_steps(at), at=at)


@shared_task
def lapse() -> int:
    """End the offers whose date to answer has passed."""
    return workflow.lapse_overdue(timezone.now())
