"""Who may do what with an application: one sentence each, decided by rows."""

from typing import Any

from applications.models import Application
from programs.models import Call
from programs.permissions import may_ask_for_promise, may_direct, may_run


def may_start(user: Any, call: Call) -> bool:
    """Anybody signed in applies, except the office that runs the call."""
    return bool(user.is_authenticated) and not may_run(user, call.program)


def may_write(user: Any, application: Application) -> bool:
    """The applicant alone writes, attaches, names, submits and withdraws."""
    return bool(user is not None and user.pk == application.applicant_id)


def may_replace(user: Any, application: Application) -> bool:
    """The applicant, or the office of the programme, ends a request so that somebody else can be named."""
    return may_ask_for_promise(user, application)


def may_screen(user: Any, application: Application) -> bool:
    """The office of the programme returns, completes, finds ineligible and gives to reviewers; never in the own case."""
    return user is not None and user.pk != application.applicant_id and may_run(user, application.call.program)


def may_decide(user: Any, application: Application) -> bool:
    """A director of the programme decides."""
    return user is not None and may_direct(user, application.call.program)


def may_answer_offer(user: Any, application: Application) -> bool:
    """The awardee answers an offer, the office notes it, and the portal itself (nobody) notes that the time ran out."""
    return user is None or may_write(user, application) or may_run(user, application.call.program)


def may_read_packet(user: Any, application: Application) -> bool:
    """The applicant reads the own packet at any time, the office once it has been submitted."""
    return may_write(user, application) or (application.submitted_at is not None and may_run(user, application.call.program))
