"""Changing a cohort once awards may hang on it: what was offered to people stays, and its places and money cover it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from programs import revision
from programs.models import Cohort, Program
from programs.templatetags.portal import money
from programs.workflow import keep_cohort
from scholars.models import Award
from scholars.permissions import may_change_cohort

FIXED = ("starts_on", "months", "salary_per_year", "research_per_year", "effort_percent")


def change_cohort(cohort: Cohort, *, by: User, at: datetime, seen: str | None = None) -> Cohort:
    """Keep the changed facts of a stored cohort; places and budget stay above what is held, and what was offered stays.

    The cohort's row is locked, as it is when places are offered, so that neither can overtake the other. Raises Refused with
    a sentence a field, and Overtaken when `seen` is not the fingerprint of what is stored.
    """
    if not may_change_cohort(by, cohort):
        raise PermissionDenied
    with transaction.atomic():
        Program.objects.locked(cohort.program_id)  # before the cohort's row, as everybody who needs both does
        stored = Cohort.objects.locked(cohort.pk)
        revision.require_seen(stored, seen)
        if refusals := _refusals(stored, cohort):
            raise revision.Refused(refusals)
        return keep_cohort(cohort, by=by, at=at)


def _refusals(stored: Cohort, cohort: Cohort) -> list[revision.Refusal]:
    taken, spent = Award.objects.taken(stored.pk)
    if not taken:
        return []
    held = "1 award of this cohort is" if taken == 1 else f"{taken} awards of this cohort are"
    changed = revision.changed(stored, cohort)
    found = [
        revision.Refusal(name, f"{held} offered or accepted with what stands here, so it cannot change any more.")
        for name in FIXED
        if name in changed
    ]
    if cohort.places < taken:
        found.append(revision.Refusal("places", f"{held} offered or accepted, so there cannot be fewer places than that."))
    if cohort.budget < spent:
        found.append(revision.Refusal("budget", f"{held} offered or accepted and cost {money(spent)}. The budget must cover that."))
    return found
