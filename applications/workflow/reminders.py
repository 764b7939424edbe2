"""What the clock reminds applicants of: a draft, or a returned application, that is not submitted."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from applications import checklist, emails
from applications.models import Application
from programs import mail
from programs.models import HistoryEntry
from programs.reminders import Rule, Step, ladder

KIND = "draft"
DAYS_BEFORE = (14, 7, 3, 1)


def _steps(drafts: Sequence[Application], at: datetime) -> Iterator[Step]:
    """Yield the steps that lie after the draft was begun, or after the application was returned."""
    returned = [application for application in drafts if application.state == Application.State.RETURNED]
    moments = _returned_at(returned) if returned else {}
    for application in drafts:
        until = application.writable_until
        given_back = moments.get((application.call_id, application.applicant_id), application.saved_at)
        since = application.started_at if application.state == Application.State.DRAFT else given_back
        for slot, due_at in ladder(until, DAYS_BEFORE):
            if due_at > since and at < until:
                yield Step(
                    kind=KIND, about=application, slot=f"{application.state}{slot}", to=application.applicant.email,
                    to_name=application.applicant.name, summary=f"Application not submitted: {application}", due_at=due_at,
                    expires_at=until,
                )  # fmt: skip


def _returned_at(applications: Sequence[Application]) -> dict[tuple[int, int], datetime]:
    """Return when these applications were given back, by call and applicant."""
    calls, people = ({getattr(row, name) for row in applications} for name in ("call_id", "applicant_id"))
    return HistoryEntry.objects.last_reached(Application.State.RETURNED, calls, people)


def _write(steps: Sequence[Step], at: datetime) -> Iterator[mail.Message]:
    """Yield the e-mail of each step with what the application lacks; what they hold is read for all at once."""
    held = checklist.contents_of([step.about for step in steps])
    for step in steps:
        missing = checklist.missing(step.about, held[step.about.pk])
        lacking = [f"{item.label}: {item.detail}" if item.detail else item.label for item in missing]
        yield emails.draft_reminder(step.about, lacking)


DONE = "The application was submitted, withdrawn or returned meanwhile, or its deadline has passed or moved."
DRAFT_REMINDER = Rule(KIND, Application.objects.drafts_of_open_calls, _steps, _write, DONE)
