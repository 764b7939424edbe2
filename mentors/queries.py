"""Queries about mentors' agreements and chairs' commitments."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from programs.models import LONGEST_GRACE, Membership, Role


class RequestQuerySet(models.QuerySet[Any]):
    """What requests to a mentor and to a chair have in common."""

    def visible_to(self, user: Any) -> Self:
        """Return what the person asked for, was asked for (by address), or runs as the office."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.filter(Q(applicant=user.pk) | Q(email=user.email) | Q(call__cohort__program_id__in=offices))

    def for_page(self) -> Self:
        """Return requests with what a page prints of them."""
        return self.select_related("call__cohort__program", "applicant")

    def standing(self) -> Self:
        """Leave out requests that were replaced."""
        return self.exclude(state="replaced")

    def parties(self) -> Self:
        """Return requests that make a party of whoever was asked: those that stand, and those answered before they were replaced.

        One that ended before an answer makes none: otherwise applicants could shut out whomever they do not want as reviewer.
        """
        return self.exclude(state="replaced", answered_at=None)

    def of_applicant(self, call_id: int, applicant_id: int) -> Self:
        """Return the standing requests for one applicant in one call."""
        return self.standing().filter(call_id=call_id, applicant_id=applicant_id)

    def of_call(self, call_id: int) -> Self:
        """Return all standing requests of a call."""
        return self.standing().filter(call_id=call_id)

    def awaiting(self, at: datetime) -> Self:
        """Return requests not answered in calls whose grace for letters could still run."""
        return self.for_page().filter(state="asked", call__published_at__lte=at, call__closes_at__gt=at - LONGEST_GRACE)

    def addressed_to(self, user: Any) -> Self:
        """Return open requests to this person's address."""
        return self.for_page().filter(state="asked", email=user.email)


class AgreementQuerySet(RequestQuerySet):
    """Mentor agreements."""

    def of_applicant(self, call_id: int, applicant_id: int) -> Self:
        """Return the standing agreements for one applicant in one call, the primary mentor first."""
        return super().of_applicant(call_id, applicant_id).order_by("-role", "pk")

    def in_the_way_of(self, agreement: Any) -> Self:
        """Return what cannot stand beside a new agreement: one of the same person, and one primary mentor beside another."""
        way = Q(email=agreement.email)
        if agreement.role == "primary":
            way |= Q(role="primary")
        return self.of_applicant(agreement.call_id, agreement.applicant_id).filter(way)


class ChairQuerySet(RequestQuerySet):
    """Chairs' commitments; a director can stop asking for them, and then nobody meets them any more."""

    def wanted(self) -> Self:
        """Leave out those of calls that ask for no chair any more."""
        return self.filter(call__asks_chair=True)

    def visible_to(self, user: Any) -> Self:
        """Return what is wanted and the person asked for, was asked for (by address), or runs as the office."""
        return super().visible_to(user).wanted()

    def awaiting(self, at: datetime) -> Self:
        """Return requests not answered, in calls that ask for a chair and whose grace for letters could still run."""
        return super().awaiting(at).wanted()

    def addressed_to(self, user: Any) -> Self:
        """Return open requests to this person's address that are wanted."""
        return super().addressed_to(user).wanted()
