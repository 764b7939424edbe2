"""Ending the request to a sponsor, mentor or chair: somebody else is to be named, or the application has come to its end."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications import emails
from applications.models import Application
from applications.permissions import may_replace
from applications.workflow.table import naming_is_over
from mentors.models import ChairCommitment, MentorAgreement
from programs import mail, promises
from programs.models import PromiseState
from programs.transitions import NotPossible
from sponsors.models import SponsorCommitment


def replace_promise(application: Application, promise: Any, *, seen: str, why: str, by: User, at: datetime) -> None:
    """End the request to a sponsor, mentor or chair of the application; its links are dead at once.

    `seen` is the state in which the person saw it. Raises NotPossible when no successor could be named, when an answer
    came meanwhile, and when the office gives no reason. What the office ended is told to the applicant, reason and all.
    """
    own = (promise.call_id, promise.applicant_id) == (application.call_id, application.applicant_id)
    if not own or not may_replace(by, application):
        raise PermissionDenied
    by_office = by.pk != application.applicant_id
    if by_office and not why.strip():
        raise NotPossible("Please say why somebody else is to be asked. The applicant reads it.")
    had_committed = (seen or promise.state) == PromiseState.COMMITTED
    with transaction.atomic():
        locked: Application = Application.objects.locked_again(application)
        if hindrance := naming_is_over(locked, at):
            raise NotPossible(hindrance)
        promises.replace(promise, by=by, at=at, why=why, seen=seen)
        if by_office:
            told = emails.request_ended(locked, promise, had_committed=had_committed, why=why)
            mail.enqueue(told, key=f"request ended:{promise._meta.label_lower}:{promise.pk}", at=at)


def end_promises(application: Application, *, by: User, at: datetime, why: str, said: str) -> None:
    """End all that was asked for an application (its row is locked by the caller) that nobody will act on any more.

    `why` is for the history; `said`, half a sentence, is what those who were asked read in their e-mail.
    """
    for model in (SponsorCommitment, MentorAgreement, ChairCommitment):
        standing = model.objects.for_page().of_applicant(application.call_id, application.applicant_id)
        for promise in standing.select_for_update(of=("self",)):
            promises.close(promise, by=by, at=at, why=why, said=said)


def retitle_requests(application: Application, title: str) -> None:
    """Let every request of the application that nobody has answered be about another title."""
    for model in (SponsorCommitment, MentorAgreement, ChairCommitment):
        promises.retitle(model.objects.of_applicant(application.call_id, application.applicant_id), title=title)
