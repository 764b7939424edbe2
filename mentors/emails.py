"""The e-mails about a mentor's agreement."""

from mentors.models import MentorAgreement
from programs.mail import Message
from programs.models import SealedLink


def asked(agreement: MentorAgreement, link: SealedLink) -> Message:
    """Ask the mentor to answer, by the sealed link."""
    return _to_mentor(agreement, link, kind="mentor asked", template="mentors/emails/asked.txt")


def reminder(agreement: MentorAgreement, link: SealedLink) -> Message:
    """Remind the mentor of the request, by the same link with a fresh token."""
    return _to_mentor(agreement, link, kind="mentor reminder", template="mentors/emails/reminder.txt")


def answered(agreement: MentorAgreement, *, path: str) -> Message:
    """Tell the applicant that the mentor has answered; `path` is the page where the applicant goes on."""
    return Message(
        kind="mentor answered",
        about=agreement,
        to=agreement.applicant.email,
        to_name=agreement.applicant.name,
        subject=f"{agreement.name} has answered your request",
        template="mentors/emails/answered.txt",
        facts={"has_committed": agreement.state == MentorAgreement.State.COMMITTED, "needed_by": agreement.call.letters_until},
        action="Open my desk",
        path=path,
    )


def declined(agreement: MentorAgreement, *, path: str) -> Message:
    """Tell the programme office that an applicant needs another mentor."""
    program = agreement.call.program
    return Message(
        kind="mentor declined",
        about=agreement,
        to=program.reply_to,
        to_name=f"{program.short_name} office",
        subject=f"An answer for {agreement.applicant.name} needs your attention",
        template="mentors/emails/declined.txt",
        facts={"needed_by": agreement.call.letters_until},
        action="Open my desk",
        path=path,
    )


def _to_mentor(agreement: MentorAgreement, link: SealedLink, *, kind: str, template: str) -> Message:
    call = agreement.call
    return Message(
        kind=kind,
        about=agreement,
        to=agreement.email,
        to_name=agreement.name,
        subject=f"[Action required] {agreement.applicant.name} asks you to be a mentor",
        template=template,
        facts={
            "applicant": agreement.applicant,
            "cohort": call.cohort,
            "duties": MentorAgreement.DUTIES,
            "role": agreement.get_role_display().lower(),
        },
        action="Read and answer the request",
        link=link,
        expires_at=call.letters_until,
    )
