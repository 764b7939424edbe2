"""The e-mails about an application: receipt, returned, complete, not eligible, withdrawn, a draft's reminder."""

from typing import Any

from django.urls import reverse

from applications.models import Application, Submission
from programs.mail import Message


def receipt(application: Application, submission: Submission) -> Message:
    """Tell the applicant what was received, when to the second and under which tracking number."""
    path = reverse("applications:receipt", args=[application.pk, submission.number])
    return _to_applicant(
        application, "submission received", f"Received: your application {application.tracking_number}", "receipt",
        {"submission": submission}, "See the receipt", path,
    )  # fmt: skip


def returned(application: Application, why: str) -> Message:
    """Ask the applicant to change something, with the office's words and the last moment."""
    subject = f"[Action required] Please change your application {application.tracking_number}"
    return _to_applicant(application, "application returned", subject, "returned", {"why": why}, "Open my application")


def complete(application: Application) -> Message:
    """Tell the applicant that nothing is missing any more."""
    subject = f"Your application {application.tracking_number} is complete"
    return _to_applicant(application, "application complete", subject, "complete", {}, "Open my application")


def ineligible(application: Application, why: str) -> Message:
    """Tell the applicant that the application is not eligible and why; the subject tells nothing."""
    subject = f"About your application {application.tracking_number}"
    return _to_applicant(application, "application screened", subject, "ineligible", {"why": why}, "Open my application")


def withdrawn(application: Application) -> Message:
    """Confirm to the applicant that the application is withdrawn."""
    subject = f"Your application to {application.call.title} is withdrawn"
    return _to_applicant(application, "application withdrawn", subject, "withdrawn", {})


def draft_reminder(application: Application, missing: list[str]) -> Message:
    """Remind the applicant of the deadline and of what is missing; useless once the deadline has passed."""
    subject = f"[Action required] Your application to {application.call.title} is not submitted yet"
    return _to_applicant(
        application, "draft reminder", subject, "draft_reminder", {"missing": missing}, "Open my application",
        expires_at=application.writable_until,
    )  # fmt: skip


def _to_applicant(  # noqa: PLR0917  the order of an e-mail: what, subject, text, facts, button
    application: Application,
    kind: str,
    subject: str,
    text: str,
    facts: dict[str, Any],
    action: str = "",
    path: str = "",
    **more: Any,
) -> Message:
    if action and not path:
        path = reverse("applications:application", args=[application.pk])
    return Message(
        kind=kind, about=application, to=application.applicant.email, to_name=application.applicant.name, subject=subject,
        template=f"applications/emails/{text}.txt", facts=facts, action=action, path=path, **more,
    )  # fmt: skip
