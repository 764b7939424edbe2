"""The words of the e-mails about a mentor's agreement and about a chair's commitment."""

from programs.promises import Words

WORDS = Words(
    noun="mentor",
    purpose="mentors:answer",
    asks="asks you to be a mentor",
    asked="mentors/emails/asked.txt",
    reminder="mentors/emails/reminder.txt",
    answered="mentors/emails/answered.txt",
    declined="mentors/emails/declined.txt",
    facts=lambda agreement: {"duties": agreement.duties, "role": agreement.get_role_display().lower()},
)
CHAIR_WORDS = Words(
    noun="chair",
    purpose="mentors:chair_answer",
    asks="asks for your commitment as department chair",
    asked="mentors/emails/chair_asked.txt",
    reminder="mentors/emails/chair_reminder.txt",
    answered="mentors/emails/chair_answered.txt",
    declined="mentors/emails/chair_declined.txt",
    facts=lambda commitment: {"duties": commitment.duties},
)
