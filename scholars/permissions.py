"""Who may do what with decisions, awards, letters and scholars: one sentence each."""

from typing import Any

from programs.permissions import may_direct, may_run, may_see_money
from scholars.impartiality import closed_to


def may_decide(user: Any, call: Any) -> bool:
    """A director stages, releases and offers to alternates in the own programme."""
    return may_direct(user, call.program)


def may_judge(user: Any, application: Any) -> bool:
    """Nobody decides, or reads a staged decision, of the own application, as a named party, or with a declared conflict."""
    return application.pk not in closed_to(user, application.call_id)


def may_read_awards(user: Any, call: Any) -> bool:
    """Directors, coordinators and finance officers see who was offered an award and who answered."""
    return may_see_money(user, call.program)


def may_change_cohort(user: Any, cohort: Any) -> bool:
    """A director changes a cohort of the own programme."""
    return may_direct(user, cohort.program)


def may_write_letter(user: Any, program: Any) -> bool:
    """A director words the award letter of the own programme."""
    return may_direct(user, program)


def may_build_letter(user: Any, award: Any) -> bool:
    """The office has a letter built again when its words or facts have changed; nobody does in the own case."""
    return may_run(user, award.cohort.program) and user.pk != award.awardee_id


def may_answer(user: Any, award: Any) -> bool:
    """Only the awardee accepts or declines an award."""
    return bool(user and user.pk == award.awardee_id)


def may_lapse(user: Any, award: Any) -> bool:
    """The clock alone, and no person, ends an offer that was not answered."""
    return user is None


def may_see_amounts(user: Any, scholar: Any) -> bool:
    """The scholar, the office and finance officers see a scholar's money; the committee does not."""
    return bool(user.pk == scholar.user_id or may_see_money(user, scholar.cohort.program))
