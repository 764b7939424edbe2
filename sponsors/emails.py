"""The e-mails about a sponsor's commitment."""

from programs.mail import Message
from programs.models import SealedLink
from sponsors.models import SponsorCommitment


def asked(commitment: SponsorCommitment, link: SealedLink) -> Message:
    """Ask the sponsor to answer, by the sealed link."""
    return _to_sponsor(commitment, link, kind="sponsor asked", template="sponsors/emails/asked.txt")


def reminder(commitment: SponsorCommitment, link: SealedLink) -> Message:
    """Remind the sponsor of the request, by the same link with a fresh token."""
    return _to_sponsor(commitment, link, kind="sponsor reminder", template="sponsors/emails/reminder.txt")


def answered(commitment: SponsorCommitment, *, path: str) -> Message:
    """Tell the applicant that the sponsor has answered; `path` is the page where the applicant goes on."""
    return Message(
        kind="sponsor answered",
        about=commitment,
        to=commitment.applicant.email,
        to_name=commitment.applicant.name,
        subject=f"{commitment.name} has answered your request",
        template="sponsors/emails/answered.txt",
        facts={"has_committed": commitment.state == SponsorCommitment.State.COMMITTED, "needed_by": commitment.call.letters_until},
        action="Open my desk",
        path=path,
    )


def declined(commitment: SponsorCommitment, *, path: str) -> Message:
    """Tell the programme office that an applicant needs another sponsor."""
    program = commitment.call.program
    return Message(
        kind="sponsor declined",
        about=commitment,
        to=program.reply_to,
        to_name=f"{program.short_name} office",
        subject=f"An answer for {commitment.applicant.name} needs your attention",
        template="sponsors/emails/declined.txt",
        facts={"needed_by": commitment.call.letters_until},
        action="Open my desk",
        path=path,
    )


def _to_sponsor(commitment: SponsorCommitment, link: SealedLink, *, kind: str, template: str) -> Message:
    call = commitment.call
    return Message(
        kind=kind,
        about=commitment,
        to=commitment.email,
        to_name=commitment.name,
        subject=f"[Action required] {commitment.applicant.name} asks you to sponsor a project",
        template=template,
        facts={"applicant": commitment.applicant, "cohort": call.cohort, "duties": SponsorCommitment.DUTIES},
        action="Read and answer the request",
        link=link,
        expires_at=call.letters_until,
    )
