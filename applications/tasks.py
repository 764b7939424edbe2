"""Doors for the clock: make the packets that are due, delete files that nothing names, remind applicants of drafts."""

import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from celery import shared_task
from django.utils import timezone

from applications import checklist, emails, workflow
from applications.models import Application, PacketPreview, Submission
from programs import mail, reminders

SWEEP_BUDGET_SECONDS = 18.0  # below the soft time limit of a task, one packet included
LADDER = (14, 7, 3, 1)
KIND = "draft"


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
    return remind_at(timezone.now())


def remind_at(at: datetime) -> int:
    """Do what `remind` does at a given moment (UTC)."""
    return reminders.keep(KIND, _steps(at), at=at)


def _steps(at: datetime) -> Iterator[reminders.Step]:
    """Yield the steps that lie after the draft was begun, or after a returned one was last touched."""
    for application in Application.objects.drafts_of_open_calls(at):
        until = application.writable_until
        since = application.started_at if application.state == Application.State.DRAFT else application.saved_at
        for slot, due_at in reminders.ladder(until, LADDER):
            if due_at > since and at < until:
                yield reminders.Step(
                    kind=KIND, about=application, slot=f"{application.state}{slot}", to=application.applicant.email,
                    to_name=application.applicant.name, summary=f"Application not submitted: {application}", due_at=due_at,
                    expires_at=until, write=partial(_reminder, application),
                )  # fmt: skip


def _reminder(application: Application) -> mail.Message:
    lacking = [f"{item.label}: {item.detail}" if item.detail else item.label for item in checklist.missing(application)]
    return emails.draft_reminder(application, lacking)
