"""Who may do what for a programme: one sentence each, decided by rows."""

from typing import Any

from programs.models import Membership, Program, Role

OFFICE = (Role.DIRECTOR, Role.COORDINATOR)


def holds(user: Any, program_id: int, *roles: str) -> bool:
    """Whether the person holds any of the roles in this programme now."""
    return program_id in Membership.objects.program_ids(user, *roles)


def may_direct(user: Any, program: Program) -> bool:
    """A director runs the own programme: cohorts, calls, roles, decisions."""
    return holds(user, program.pk, Role.DIRECTOR)


def may_run(user: Any, program: Program) -> bool:
    """The office is the directors and coordinators of the programme."""
    return holds(user, program.pk, *OFFICE)


def may_see_money(user: Any, program: Program) -> bool:
    """Directors, coordinators and finance officers see amounts."""
    return holds(user, program.pk, *OFFICE, Role.FINANCE)


def may_grant(user: Any, program: Program) -> bool:
    """A director grants and ends roles in the own programme only."""
    return may_direct(user, program)


def may_ask_for_promise(user: Any, promise: Any) -> bool:
    """The applicant, or the office of the programme, asks, asks again and replaces."""
    return user.pk == promise.applicant_id or may_run(user, promise.call.program)


def may_answer_promise(user: Any, promise: Any) -> bool:
    """The person asked answers; without a sealed link, the verified address of the account must be the one asked."""
    return bool(user is not None and user.is_authenticated and user.email == promise.email)
