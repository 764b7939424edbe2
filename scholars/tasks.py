"""Doors for the clock: build the letters that are due, remind of offers, end those that were not answered."""

import time

from celery import shared_task
from django.utils import timezone

from programs import mail, reminders
from scholars import workflow
from scholars.models import AwardLetter
from scholars.workflow.reminders import OFFER_REMINDER

SWEEP_BUDGET_SECONDS = 20.0
BATCH = 20


@shared_task
def sweep_letters() -> int:
    """Build due letters, a few at a time, for at most 20 s; returns how many were built."""
    until, built = time.monotonic() + SWEEP_BUDGET_SECONDS, 0
    tried: set[int] = set()
    with mail.one_wake():
        while time.monotonic() < until:
            waiting = list(AwardLetter.objects.for_build().due(timezone.now()).exclude(pk__in=tried)[:BATCH])
            if not waiting:
                break
            for together in workflow.batches(waiting):
                if time.monotonic() >= until:
                    break
                tried.update(letter.pk for letter in together)
                built += workflow.build_letters(together, at=timezone.now())
    return built


@shared_task
def remind() -> int:
    """Keep the planned reminders of open offers up to date and send what is due."""
    return reminders.keep(OFFER_REMINDER, at=timezone.now())


@shared_task
def lapse() -> int:
    """End the offers whose date to answer has passed."""
    return workflow.lapse_overdue(timezone.now())
