"""Who may ask for, and who may give, a sponsor's commitment."""

from typing import Any

from programs.models import Program
from programs.permissions import may_answer_promise, may_ask_for_promise, may_run
from sponsors.models import SponsorCommitment


def may_ask(user: Any, commitment: SponsorCommitment) -> bool:
    """The applicant, or the office of the programme, asks a sponsor, asks again and asks somebody else."""
    return may_ask_for_promise(user, commitment)


def may_answer(user: Any, commitment: SponsorCommitment) -> bool:
    """The person who was asked answers: by the sealed link, or signed in under the address that was asked."""
    return may_answer_promise(user, commitment)


def may_keep_systems(user: Any, program: Program) -> bool:
    """The office of the programme keeps the list of its health systems."""
    return may_run(user, program)
