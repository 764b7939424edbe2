"""Who may ask for, and who may give, a mentor's agreement."""

from typing import Any

from mentors.models import MentorAgreement
from programs.permissions import may_answer_promise, may_ask_for_promise


def may_ask(user: Any, agreement: MentorAgreement) -> bool:
    """The applicant, or the office of the programme, asks a mentor, asks again and asks somebody else."""
    return may_ask_for_promise(user, agreement)


def may_answer(user: Any, agreement: MentorAgreement) -> bool:
    """The person who was asked answers: by the sealed link, or signed in under the address that was asked."""
    return may_answer_promise(user, agreement)
