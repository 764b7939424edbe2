"""Queries about mentor agreements."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role


class AgreementQuerySet(models.QuerySet[Any]):
    """Mentor agreements."""

    def visible_to(self, user: Any) -> "AgreementQuerySet":
        """Return what the person asked for, was asked for (by address), or runs as the office."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.filter(Q(applicant=user.pk) | Q(email=user.email) | Q(call__cohort__program_id__in=offices))

    def for_page(self) -> "AgreementQuerySet":
        """Return agreements with what a page prints of them."""
        return self.select_related("call__cohort__program", "applicant")

    def standing(self) -> "AgreementQuerySet":
        """Leave out requests that were replaced."""
        return self.exclude(state="replaced")

    def of_applicant(self, call_id: int, applicant_id: int) -> "AgreementQuerySet":
        """Return the standing agreements for one applicant in one call, the primary mentor first."""
        return self.standing().filter(call_id=call_id, applicant_id=applicant_id).order_by("-role", "pk")

    def in_the_way_of(self, agreement: Any) -> "AgreementQuerySet":
        """Return what cannot stand beside a new agreement: one of the same person, and one primary mentor beside another."""
        way = Q(email=agreement.email)
        if agreement.role == "primary":
            way |= Q(role="primary")
        return self.of_applicant(agreement.call_id, agreement.applicant_id).filter(way)

    def of_call(self, call_id: int) -> "AgreementQuerySet":
        """Return all standing agreements of a call."""
        return self.standing().filter(call_id=call_id)

    def awaiting(self, at: datetime) -> "AgreementQuerySet":
        """Return requests not answered in published calls."""
        return self.for_page().filter(state="asked", call__published_at__lte=at)

    def addressed_to(self, user: Any) -> "AgreementQuerySet":
        """Return open requests to this person's address."""
        return self.for_page().filter(state="asked", email=user.email)
