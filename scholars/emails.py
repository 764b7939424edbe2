"""The e-mails that follow a decision; no subject says what was decided."""

from typing import Any

from django.urls import reverse

from programs.mail import Message
from scholars.models import Award, AwardLetter, Decision


def _to_awardee(award: Award, kind: str, subject: str, template: str, action: str = "Open the award", **facts: Any) -> Message:
    return Message(
        kind=kind, about=award, to=award.awardee.email, to_name=award.awardee.name, subject=subject,
        template=f"scholars/emails/{template}.txt", facts={"award": award, **facts}, action=action,
        path=reverse("scholars:award", args=[award.pk]),
    )  # fmt: skip


def _to_office(award: Award, kind: str, subject: str, template: str, **facts: Any) -> Message:
    program = award.cohort.program
    return Message(
        kind=kind, about=award, to=program.reply_to, to_name=f"{program.short_name} office", subject=subject,
        template=f"scholars/emails/{template}.txt", facts={"award": award, **facts}, action="Open the awards of the call",
        path=reverse("scholars:awards", args=[award.application.call_id]),
    )  # fmt: skip


def _decided(decision: Decision, template: str) -> Message:
    application = decision.application
    return Message(
        kind="decision", about=decision, to=application.applicant.email, to_name=application.applicant.name,
        subject=f"Your application to {application.call.program.short_name} has been decided",
        template=f"scholars/emails/{template}.txt", facts={"decision": decision, "application": application},
        action="Open my application", path=reverse("applications:application", args=[application.pk]),
    )  # fmt: skip


def alternate(decision: Decision) -> Message:
    """Tell an applicant that they are an alternate, and which."""
    return _decided(decision, "alternate")


def not_awarded(decision: Decision) -> Message:
    """Tell an applicant that no award is offered."""
    return _decided(decision, "not_awarded")


def offered(award: Award) -> Message:
    """Tell the awardee that the letter is there and until when to answer."""
    subject = f"Your application to {award.cohort.program.short_name} has been decided"
    return _to_awardee(award, "award offered", subject, "offered", action="Read the letter and answer")


def letter_renewed(letter: AwardLetter) -> Message:
    """Tell the awardee that a newer version of the letter takes the place of the one they have."""
    award = letter.award
    subject = f"A new version of your letter from {award.cohort.program.short_name}"
    return _to_awardee(award, "letter renewed", subject, "letter_renewed", letter=letter)


def letter_failed(letter: AwardLetter) -> Message:
    """Tell the office that a letter could not be made and what to do."""
    return _to_office(letter.award, "letter failed", "A letter could not be made", "letter_failed", letter=letter)


def remind_offer(award: Award) -> Message:
    """Remind the awardee to answer."""
    subject = f"[Action required] {award.cohort.program.short_name} awaits your answer"
    return _to_awardee(award, "answer an offer", subject, "remind_offer", action="Answer the offer")


def accepted_awardee(award: Award) -> Message:
    """Confirm to the new scholar what was accepted."""
    subject = f"We have your answer: {award.cohort.program.short_name}"
    return _to_awardee(award, "award answered", subject, "accepted_awardee")


def accepted_office(award: Award) -> Message:
    """Tell the office that an award was accepted."""
    return _to_office(award, "award answered", f"{award.awardee.name} has answered", "accepted_office")


def accepted_promiser(award: Award, promise: Any) -> Message:
    """Tell a sponsor or mentor who promised support that the award was accepted."""
    return Message(
        kind="award accepted", about=promise, to=promise.email, to_name=promise.name,
        subject=f"{award.awardee.name} and {award.cohort.program.short_name}: the next step",
        template="scholars/emails/accepted_promiser.txt",
        facts={"award": award, "promise": promise, "duties": promise.DUTIES},
    )  # fmt: skip


def declined_awardee(award: Award) -> Message:
    """Confirm to the person that the award was declined."""
    subject = f"We have your answer: {award.cohort.program.short_name}"
    return _to_awardee(award, "award answered", subject, "declined_awardee")


def declined_office(award: Award) -> Message:
    """Tell the office that an award was declined and the place is free."""
    return _to_office(award, "award answered", f"{award.awardee.name} has answered", "declined_office")


def lapsed_awardee(award: Award) -> Message:
    """Tell the person that the date to answer has passed."""
    subject = f"The date to answer {award.cohort.program.short_name} has passed"
    return _to_awardee(award, "offer lapsed", subject, "lapsed_awardee")


def lapsed_office(award: Award) -> Message:
    """Tell the office that an offer was not answered and the place is free."""
    return _to_office(award, "offer lapsed", f"{award.awardee.name} has not answered in time", "lapsed_office")
