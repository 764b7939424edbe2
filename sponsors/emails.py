"""The words of the e-mails about a sponsor's commitment."""

from programs.promises import Words

WORDS = Words(
    noun="sponsor",
    purpose="sponsors:answer",
    asks="asks you to sponsor a project",
    asked="sponsors/emails/asked.txt",
    reminder="sponsors/emails/reminder.txt",
    answered="sponsors/emails/answered.txt",
    declined="sponsors/emails/declined.txt",
    facts=lambda commitment: {"duties": commitment.duties},
)
