"""What the office does with a submitted application, and the verbs that the floors above call."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from applications import checklist, emails
from applications.models import Application, Submission
from applications.workflow.replacing import end_promises, retitle_requests
from applications.workflow.table import (
    BEGIN_REVIEW,
    DECISIONS,
    FIND_INELIGIBLE,
    MARK_COMPLETE,
    NOTE_ACCEPTED,
    NOTE_DECLINED,
    NOTE_LAPSED,
    RETURN,
    TAKE_BACK_RETURN,
)
from programs import mail
from programs.transitions import NotPossible, Transition, perform


def mark_complete(application: Application, *, by: User, at: datetime, why: str = "") -> None:
    """Say that nothing is missing. Promises may be missing only after the grace for letters, and then with a reason."""
    with transaction.atomic():
        locked: Application = Application.objects.locked(application.pk)
        perform(MARK_COMPLETE, locked, at=at, by=by, why=why)
        lacking = checklist.missing(locked)
        if lacking and locked.call.takes_answers(at):
            raise NotPossible("The application is not complete yet: " + checklist.listed(lacking))
        if lacking and not why.strip():
            raise NotPossible("Something is missing. Please give the reason why the application counts as complete all the same.")
        mail.enqueue(emails.complete(locked, is_whole=not lacking), key=_key("complete", locked), at=at)
    application.state, application.version = locked.state, locked.version


def return_for_changes(application: Application, *, by: User, at: datetime, why: str) -> None:
    """Give the application back to its applicant, who may change and submit it again until the grace for letters ends."""
    with transaction.atomic():
        locked = _perform(RETURN, application, by=by, at=at, why=_said(why), saved_at=at)
        mail.enqueue(emails.returned(locked, why), key=_key("returned", locked), at=at)


def take_back_return(application: Application, *, by: User, at: datetime, why: str) -> None:
    """Go on with what was submitted last, whether or not the time for changes is over; the applicant reads why.

    The title is again that of the submission; what else was changed since is kept, but no part of the application any more.
    """
    with transaction.atomic():
        last = Submission.objects.of_application(application.pk)[0]
        locked = _perform(TAKE_BACK_RETURN, application, by=by, at=at, why=_said(why), title=last.snapshot["title"])
        retitle_requests(locked, locked.title)
        mail.enqueue(emails.goes_on(locked, last, why), key=_key("goes on", locked), at=at)
    application.title = locked.title


def find_ineligible(application: Application, *, by: User, at: datetime, why: str) -> None:
    """Say that the application does not meet the conditions of the call, and why; requests end, and who was asked is told so."""
    with transaction.atomic():
        locked = _perform(FIND_INELIGIBLE, application, by=by, at=at, why=_said(why))
        # That it is not eligible is the applicant's affair: sponsor, mentor and chair read that it goes no further.
        said = f"The application of {locked.applicant.name} goes no further"
        end_promises(locked, by=by, at=at, why="The application is not eligible.", said=said)
        mail.enqueue(emails.ineligible(locked, why), key=_key("ineligible", locked), at=at)


def begin_review(application: Application, *, by: User, at: datetime) -> None:
    """Note that the first reviewer is assigned."""
    _perform(BEGIN_REVIEW, application, by=by, at=at)


def decide(application: Application, *, outcome: str, by: User, at: datetime, why: str = "") -> None:
    """Note a released decision: `outcome` is awarded, alternate or not_awarded; the applicant reads `why`."""
    _perform(DECISIONS[outcome], application, by=by, at=at, why=why)


def note_accepted(application: Application, *, by: User | None, at: datetime) -> None:
    """Note that the award was accepted."""
    _perform(NOTE_ACCEPTED, application, by=by, at=at)


def note_declined(application: Application, *, by: User, at: datetime, why: str = "") -> None:
    """Note that the award was declined."""
    _perform(NOTE_DECLINED, application, by=by, at=at, why=why)


def note_lapsed(application: Application, *, at: datetime) -> None:
    """Note that the time to answer the offer passed; the clock acts, and no person."""
    _perform(NOTE_LAPSED, application, by=None, at=at, why="The time to answer passed.")


def _perform(
    transition: Transition, application: Application, *, by: User | None, at: datetime, why: str = "", **facts: Any
) -> Application:
    """Lock the row, then move it; `application` of the caller shows the new state."""
    with transaction.atomic():
        locked: Application = Application.objects.locked(application.pk)
        perform(transition, locked, at=at, by=by, why=why, **facts)
    application.state, application.version = locked.state, locked.version
    return locked


def _said(why: str) -> str:
    if not why.strip():
        raise NotPossible("Please say why: the applicant reads it.")
    return why.strip()


def _key(kind: str, application: Application) -> str:
    """Return a key that makes one act one e-mail: the version grows with every transition."""
    return f"{kind}:{application.pk}:{application.version}"
