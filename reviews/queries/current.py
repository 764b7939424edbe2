"""Whether the reviewer of an assignment is still one."""

from django.db.models import Exists, OuterRef

from programs.models import Membership, Role


def of_current_reviewer() -> Exists:
    """Return the condition that an assignment's reviewer holds that role in its programme now."""
    reviewers = Membership.objects.current().filter(role=Role.REVIEWER, user=OuterRef("reviewer"))
    return Exists(reviewers.filter(program=OuterRef("application__call__cohort__program")))
