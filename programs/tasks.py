"""Doors for the clock: deliver what is due, show that the queue works."""

import time

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from programs import mail
from programs.models import Email

BEAT_KEY = "queue-beat"
SWEEP_BUDGET_SECONDS = 20.0


@shared_task
def sweep_emails() -> int:
    """Deliver due e-mails, one claim at a time, for at most 20 s; returns how many were sent."""
    until, sent = time.monotonic() + SWEEP_BUDGET_SECONDS, 0
    tried: set[int] = set()
    while time.monotonic() < until:
        at = timezone.now()
        waiting = [pk for pk in Email.objects.due(at).values_list("pk", flat=True)[:20] if pk not in tried]
        if not waiting:
            break
        for pk in waiting:
            if time.monotonic() >= until:
                break
            tried.add(pk)
            try:
                sent += mail.deliver(pk, at=timezone.now())
            except mail.ServerAway:  # nor would it take the others
                return sent
    return sent


@shared_task
def wake_all(tasks: list[str]) -> None:
    """Ask for each of several tasks by a message of its own, so that workers take them at once."""
    for task in tasks:
        mail.wake(task)


@shared_task
def beat() -> None:
    """Note that clock, broker and worker work together; /healthz/ reads it."""
    cache.set(BEAT_KEY, timezone.now().isoformat(), timeout=600)
