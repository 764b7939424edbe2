"""Who may assign, declare and review: one sentence each, decided by rows."""

from typing import Any

from programs.models import Role
from programs.permissions import holds, may_run


def may_assign(user: Any, thing: Any) -> bool:
    """The office of the programme assigns reviewers and ends assignments, though never of its own application."""
    program, _, applicant = thing.whereabouts()
    return may_run(user, program) and user.pk != applicant.pk


def may_review(user: Any, thing: Any) -> bool:
    """The person assigned declares, reads and writes, as long as they are a reviewer of the programme."""
    assignment = getattr(thing, "assignment", thing)
    return user.pk == assignment.reviewer_id and holds(user, assignment.application.call.program.pk, Role.REVIEWER)
