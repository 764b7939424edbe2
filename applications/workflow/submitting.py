"""Submitting before the deadline, once, and withdrawing."""

import re
import secrets
import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from applications import checklist, emails, snapshot
from applications.models import Application, Submission
from applications.workflow.replacing import end_promises
from applications.workflow.table import SUBMIT, WITHDRAW
from programs import mail
from programs.models import Program
from programs.transitions import NotPossible, perform

PLAIN_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, 1, I and L: the number is read out on the telephone


def submit(application_id: int, *, key: uuid.UUID, by: User, at: datetime) -> Submission:
    """Freeze the application and return its submission; `key` makes one form one submission, however often it is sent.

    `at` is when the request was received (UTC) and must be before the deadline. Raises PermissionDenied when it is not the
    person's own, and NotPossible with a sentence when it is too late, when something is missing, or when another form
    submitted it already. It takes the id: the row is read once, with its lock.
    """
    try:
        return _submit(application_id, key, by, at)
    except IntegrityError:
        if Submission.objects.elsewhere(application_id, key).exists():
            raise NotPossible("This form belongs to another application. Please open the page again.") from None
        # Once in a hundred thousand times another application has the number that was drawn.
        return _submit(application_id, key, by, at)


def _submit(application_id: int, key: uuid.UUID, by: User, at: datetime) -> Submission:
    with transaction.atomic():
        locked: Application | None = Application.objects.own_one(by, application_id, locked=True)
        if locked is None:
            raise PermissionDenied
        # Only what was submitted has a number; a first submission need not look for others.
        sent: list[Submission] = list(Submission.objects.of_application(locked.pk).for_page()) if locked.tracking_number else []
        if same := next((row for row in sent if row.key == key), None):
            return same
        number = len(sent) + 1
        perform(SUBMIT, locked, at=at, by=by, tracking_number=locked.tracking_number or _tracking_number(locked.call.program))
        held = checklist.contents(locked, whole=True)
        if lacking := checklist.blocking(locked, held):
            raise NotPossible("The application was not submitted, because something is missing: " + checklist.listed(lacking))
        frozen = snapshot.of(locked, held, number=number, received_at=at)
        submission = Submission.objects.create(
            application=locked, number=number, key=key, received_at=at, due_at=at, snapshot=frozen,
            sha256=snapshot.fingerprint(frozen),
        )  # fmt: skip
        receipt = emails.receipt(locked, submission, awaited=checklist.awaited(held.states))
        mail.enqueue_new([(receipt, f"receipt:{submission.pk}")], at=at)
        mail.wake("applications.tasks.sweep_packets")
    return submission


def withdraw(application: Application, *, by: User, at: datetime, why: str = "") -> None:
    """Take the application back before an award is offered, also from the line of alternates.

    Requests end, no sealed link opens anything, and who was asked is told.
    """
    with transaction.atomic():
        locked: Application = Application.objects.locked(application.pk)
        was_alternate = locked.state == Application.State.ALTERNATE
        perform(WITHDRAW, locked, at=at, by=by, why=why)
        ended = "The application was withdrawn."
        end_promises(locked, by=by, at=at, why=ended, said=f"{locked.applicant.name} has withdrawn the application")
        mail.enqueue(emails.withdrawn(locked, was_alternate=was_alternate), key=f"withdrawn:{locked.pk}", at=at)
        if was_alternate:
            mail.enqueue(emails.alternate_withdrew(locked), key=f"alternate withdrew:{locked.pk}", at=at)
    application.state = locked.state


def _tracking_number(program: Program) -> str:
    """Return a number such as `HL-7KD4-2M`: the programme's initials and six random signs (900 million of them)."""
    words = [*re.findall(r"[A-Za-z]+", program.short_name), "K", "K"]
    signs = "".join(secrets.choice(PLAIN_SIGNS) for _ in range(6))
    return f"{words[0][0]}{words[1][0]}".upper() + f"-{signs[:4]}-{signs[4:]}"
