"""Queries about health systems and sponsors' commitments."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import LONGEST_GRACE, Membership, Role


class SystemQuerySet(models.QuerySet[Any]):
    """Health systems."""

    def of_program(self, program_id: int) -> "SystemQuerySet":
        """Return the health systems of one programme, by name."""
        return self.filter(program_id=program_id).order_by("name")

    def of_programs(self, ids: set[int]) -> "SystemQuerySet":
        """Return the health systems of these programmes, with the programme joined."""
        return self.filter(program_id__in=ids).select_related("program")


class CommitmentQuerySet(models.QuerySet[Any]):
    """Sponsors' commitments."""

    def visible_to(self, user: Any) -> "CommitmentQuerySet":
        """Return what the person asked for, was asked for (by address), or runs as the office."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.filter(Q(applicant=user.pk) | Q(email=user.email) | Q(call__cohort__program_id__in=offices))

    def for_page(self) -> "CommitmentQuerySet":
        """Return commitments with what a page prints of them."""
        return self.select_related("call__cohort__program", "applicant", "health_system")

    def standing(self) -> "CommitmentQuerySet":
        """Leave out requests that were replaced."""
        return self.exclude(state="replaced")

    def parties(self) -> "CommitmentQuerySet":
        """Return requests that make a party of whoever was asked: those that stand, and those answered before they were replaced.

        One that ended before an answer makes none: otherwise applicants could shut out whomever they do not want as reviewer.
        """
        return self.exclude(state="replaced", answered_at=None)

    def of_applicant(self, call_id: int, applicant_id: int) -> "CommitmentQuerySet":
        """Return the standing commitments for one applicant in one call."""
        return self.standing().filter(call_id=call_id, applicant_id=applicant_id).select_related("health_system")

    def of_call(self, call_id: int) -> "CommitmentQuerySet":
        """Return all standing commitments of a call."""
        return self.standing().filter(call_id=call_id).select_related("health_system")

    def awaiting(self, at: datetime) -> "CommitmentQuerySet":
        """Return requests not answered in calls whose grace for letters could still run."""
        return self.for_page().filter(state="asked", call__published_at__lte=at, call__closes_at__gt=at - LONGEST_GRACE)

    def addressed_to(self, user: Any) -> "CommitmentQuerySet":
        """Return open requests to this person's address."""
        return self.for_page().filter(state="asked", email=user.email)
