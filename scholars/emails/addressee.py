"""The two addressees of what concerns an award: the awardee and the programme office."""

from typing import Any

from django.urls import reverse

from programs.mail import Message
from scholars.models import Award


def to_awardee(award: Award, *, kind: str, subject: str, template: str, action: str = "Open the award", **facts: Any) -> Message:
    """Return an e-mail to the awardee that leads to the page of the award."""
    return Message(
        kind=kind, about=award, to=award.awardee.email, to_name=award.awardee.name, subject=subject, template=template,
        facts={"award": award, **facts}, action=action, path=reverse("scholars:award", args=[award.pk]),
    )  # fmt: skip


def to_office(award: Award, *, kind: str, subject: str, template: str, **facts: Any) -> Message:
    """Return an e-mail to the programme's address that leads to the awards of the call."""
    program = award.cohort.program
    return Message(
        kind=kind, about=award, to=program.reply_to, to_name=f"{program.short_name} office", subject=subject, template=template,
        facts={"award": award, **facts}, action="Open the awards of the call",
        path=reverse("scholars:awards", args=[award.application.call_id]),
    )  # fmt: skip
