"""The words of the e-mails about a mentor's agreement."""

from mentors.models import MentorAgreement
from programs.promises import Words

WORDS = Words(
    noun="mentor",
    purpose="mentors:answer",
    asks="asks you to be a mentor",
    asked="mentors/emails/asked.txt",
    reminder="mentors/emails/reminder.txt",
    answered="mentors/emails/answered.txt",
    declined="mentors/emails/declined.txt",
    facts=lambda agreement: {"duties": MentorAgreement.DUTIES, "role": agreement.get_role_display().lower()},
)
