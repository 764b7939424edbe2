"""What applicants hear at the release who are not offered an award."""

from django.urls import reverse

from programs.mail import Message
from scholars.models import Decision


def alternate(decision: Decision) -> Message:
    """Tell an applicant that they are an alternate, and which."""
    return _decided(decision, "scholars/emails/alternate.txt")


def not_awarded(decision: Decision) -> Message:
    """Tell an applicant that no award is offered."""
    return _decided(decision, "scholars/emails/not_awarded.txt")


def no_place(decision: Decision) -> Message:
    """Tell an alternate that no place came free and none will be offered any more."""
    return _decided(decision, "scholars/emails/no_place.txt")


def _decided(decision: Decision, template: str) -> Message:
    application = decision.application
    return Message(
        kind="decision", about=decision, to=application.applicant.email, to_name=application.applicant.name,
        subject=f"Your application to {application.call.program.short_name} has been decided", template=template,
        facts={"decision": decision, "application": application}, action="Open my application",
        path=reverse("applications:application", args=[application.pk]),
    )  # fmt: skip
