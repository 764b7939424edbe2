"""What follows an answer, or the lack of one: to the person, to the office, to those who promised support."""

from collections.abc import Sequence
from typing import Any

from programs.mail import Message
from scholars.emails.addressee import to_awardee, to_office
from scholars.models import Award


def accepted_awardee(award: Award, *, told: Sequence[str]) -> Message:
    """Confirm to the new scholar what was accepted, and who was told: the names of those who promised support."""
    return _to_awardee(award, "scholars/emails/accepted_awardee.txt", told=told)


def accepted_office(award: Award) -> Message:
    """Tell the office that an award was accepted."""
    return _to_office(award, "scholars/emails/accepted_office.txt")


def accepted_promiser(award: Award, promise: Any) -> Message:
    """Tell a sponsor, mentor or chair who promised support that the award was accepted."""
    return Message(
        kind="award accepted", about=promise, to=promise.email, to_name=promise.name,
        subject=f"{award.awardee.name} and {award.cohort.program.short_name}: the next step",
        template="scholars/emails/accepted_promiser.txt", facts={"award": award, "promise": promise, "duties": promise.duties},
    )  # fmt: skip


def ended_promiser(award: Award, promise: Any) -> Message:
    """Tell a sponsor, mentor or chair who promised support that the person does not take the award; why is theirs to say."""
    return Message(
        kind="award ended", about=promise, to=promise.email, to_name=promise.name,
        subject=f"{award.awardee.name} and {award.cohort.program.short_name}: nothing more to do",
        template="scholars/emails/ended_promiser.txt", facts={"award": award, "promise": promise},
    )  # fmt: skip


def declined_awardee(award: Award) -> Message:
    """Confirm to the person that the award was declined."""
    return _to_awardee(award, "scholars/emails/declined_awardee.txt")


def declined_office(award: Award) -> Message:
    """Tell the office that an award was declined and the place is free."""
    return _to_office(award, "scholars/emails/declined_office.txt")


def lapsed_awardee(award: Award) -> Message:
    """Tell the person that the date to answer has passed."""
    subject = f"The date to answer {award.cohort.program.short_name} has passed"
    return to_awardee(award, kind="offer lapsed", subject=subject, template="scholars/emails/lapsed_awardee.txt")


def lapsed_office(award: Award) -> Message:
    """Tell the office that an offer was not answered and the place is free."""
    subject = f"{award.awardee.name} has not answered in time"
    return to_office(award, kind="offer lapsed", subject=subject, template="scholars/emails/lapsed_office.txt")


def _to_awardee(award: Award, template: str, **facts: Any) -> Message:
    subject = f"We have your answer: {award.cohort.program.short_name}"
    return to_awardee(award, kind="award answered", subject=subject, template=template, **facts)


def _to_office(award: Award, template: str) -> Message:
    return to_office(award, kind="award answered", subject=f"{award.awardee.name} has answered", template=template)
