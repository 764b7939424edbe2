"""The e-mails about an application: receipt, returned, complete, not eligible, withdrawn, a request ended, a draft's reminder."""

from typing import Any

from django.urls import reverse

from applications.models import Application, Submission
from programs.mail import Message


def receipt(application: Application, submission: Submission, *, awaited: str) -> Message:
    """Tell the applicant what was received, when to the second and under which tracking number, and whose answer is `awaited`."""
    return _to_applicant(
        application,
        "submission received",
        f"Received: your application {application.tracking_number}",
        template="applications/emails/receipt.txt",
        facts={"submission": submission, "awaited": awaited},
        action="See the receipt",
        path=reverse("applications:receipt", args=[application.pk, submission.number]),
    )


def returned(application: Application, why: str) -> Message:
    """Ask the applicant to change something, with the office's words and the last moment."""
    subject = f"[Action required] Please change your application {application.tracking_number}"
    return _to_applicant(
        application, "application returned", subject, template="applications/emails/returned.txt", facts={"why": why}
    )


def goes_on(application: Application, submission: Any, why: str) -> Message:
    """Tell the applicant that the office goes on with what was submitted, and why nothing is waited for any more."""
    subject = f"Your application {application.tracking_number} goes on as you submitted it"
    facts = {"submission": submission, "why": why}
    return _to_applicant(application, "return taken back", subject, template="applications/emails/goes_on.txt", facts=facts)


def complete(application: Application, *, is_whole: bool) -> Message:
    """Tell the applicant that nothing is missing any more, or (not `is_whole`) that the office goes on without what is."""
    subject = f"Your application {application.tracking_number} is complete"
    template, facts = "applications/emails/complete.txt", {"is_whole": is_whole}
    return _to_applicant(application, "application complete", subject, template=template, facts=facts)


def ineligible(application: Application, why: str) -> Message:
    """Tell the applicant that the application is not eligible and why; the subject tells nothing."""
    subject = f"About your application {application.tracking_number}"
    return _to_applicant(
        application, "application screened", subject, template="applications/emails/ineligible.txt", facts={"why": why}
    )


def withdrawn(application: Application, *, was_alternate: bool) -> Message:
    """Confirm to the applicant that the application is withdrawn."""
    subject = f"Your application to {application.call.title} is withdrawn"
    facts = {"was_alternate": was_alternate}
    return _to_applicant(application, "application withdrawn", subject, template="applications/emails/withdrawn.txt", facts=facts)


def alternate_withdrew(application: Application) -> Message:
    """Tell the office that an alternate waits for no place any more."""
    program = application.call.program
    return Message(
        kind="alternate withdrew", about=application, to=program.reply_to, to_name=f"{program.short_name} office",
        subject=f"{application.applicant.name} has withdrawn", template="applications/emails/alternate_withdrew.txt",
        action="Open the application", path=reverse("applications:application", args=[application.pk]),
    )  # fmt: skip


def request_ended(application: Application, promise: Any, *, had_committed: bool, why: str) -> Message:
    """Tell the applicant that the office ended a request (or an answer of yes), why, and until when somebody else can answer."""
    noun = str(promise._meta.verbose_name).split(maxsplit=1)[0]
    return _to_applicant(
        application,
        "request ended",
        f"[Action required] Please name another {noun} for your application",
        template="applications/emails/request_ended.txt",
        facts={"name": promise.name, "noun": noun, "had_committed": had_committed, "why": why.strip()},
    )


def draft_reminder(application: Application, missing: list[str]) -> Message:
    """Remind the applicant of the deadline and of what is missing; useless once the deadline has passed."""
    return _to_applicant(
        application,
        "draft reminder",
        f"[Action required] Your application to {application.call.title} is not submitted yet",
        template="applications/emails/draft_reminder.txt",
        facts={"missing": missing},
        expires_at=application.writable_until,
    )


def _to_applicant(application: Application, kind: str, subject: str, **more: Any) -> Message:
    """Return an e-mail to the applicant whose button opens the application, unless told otherwise."""
    person = application.applicant
    button = {"action": "Open my application", "path": reverse("applications:application", args=[application.pk])}
    return Message(kind=kind, about=application, to=person.email, to_name=person.name, subject=subject, **(button | more))
