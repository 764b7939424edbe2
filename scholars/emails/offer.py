"""What is said about an offer and its letter until it is answered."""

from programs.mail import Message
from scholars.emails.addressee import to_awardee, to_office
from scholars.models import Award, AwardLetter


def offered(award: Award, *, to_alternate: bool = False) -> Message:
    """Tell the awardee that the letter is there and until when to answer; an alternate has been told of the decision before."""
    name = award.cohort.program.short_name
    subject = f"A place is free: {name} awaits your answer" if to_alternate else f"Your application to {name} has been decided"
    return to_awardee(
        award, kind="award offered", subject=subject, template="scholars/emails/offered.txt", action="Read the letter and answer",
        to_alternate=to_alternate,
    )  # fmt: skip


def letter_renewed(letter: AwardLetter) -> Message:
    """Tell the awardee that a newer version of the letter takes the place of the one they have."""
    return to_awardee(
        letter.award, kind="letter renewed", subject=f"A new version of your letter from {letter.award.cohort.program.short_name}",
        template="scholars/emails/letter_renewed.txt", letter=letter,
    )  # fmt: skip


def letter_failed(letter: AwardLetter) -> Message:
    """Tell the office that a letter could not be made and what to do."""
    return to_office(
        letter.award, kind="letter failed", subject="[Action required] A letter could not be made",
        template="scholars/emails/letter_failed.txt", letter=letter,
    )  # fmt: skip


def remind_offer(award: Award) -> Message:
    """Remind the awardee to answer."""
    return to_awardee(
        award, kind="answer an offer", subject=f"[Action required] {award.cohort.program.short_name} awaits your answer",
        template="scholars/emails/remind_offer.txt", action="Answer the offer",
    )  # fmt: skip
