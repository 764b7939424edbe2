"""Doors for the clock: make the packets that are due, delete files that nothing names, remind applicants of drafts."""

import time

from celery import shared_task
from django.utils import timezone

from applications import workflow
from applications.models import PacketPreview, Submission
from applications.workflow.reminders import DRAFT_REMINDER
from programs import reminders

SWEEP_BUDGET_SECONDS = 18.0  # below the soft time limit of a task, one packet included


@shared_task
def sweep_packets() -> int:
    """Make due packets, what an applicant waits for first, for at most 18 s; returns how many were made."""
    until, made = time.monotonic() + SWEEP_BUDGET_SECONDS, 0
    tried: set[tuple[str, int]] = set()
    while time.monotonic() < until:
        at = timezone.now()
        waiting = [*PacketPreview.objects.due(at)[:5], *Submission.objects.for_page().due(at)[:5]]
        fresh = [row for row in waiting if (row._meta.model_name, row.pk) not in tried]
        if not fresh:
            break
        for row in fresh:
            tried.add((row._meta.model_name, row.pk))
            made += workflow.make_packet(row, at=timezone.now())
            if time.monotonic() >= until:
                break
    return made


@shared_task
def sweep_files() -> int:
    """Delete the files that were dropped long enough ago, for at most 18 s; returns how many."""
    until, gone = time.monotonic() + SWEEP_BUDGET_SECONDS, 0
    for dropped in workflow.due_to_go(timezone.now()):
        if time.monotonic() >= until:
            break
        gone += workflow.delete_dropped(dropped)
    return gone


@shared_task
def remind() -> int:
    """Remind the applicants of drafts 14, 7, 3 and 1 days before the deadline; returns how many e-mails were written."""
    return reminders.keep(DRAFT_REMINDER, at=timezone.now())
