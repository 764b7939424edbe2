"""Queries about decisions, awards, letters and scholars."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role
from programs.queries import QueuedQuerySet


class DecisionQuerySet(models.QuerySet[Any]):
    """Decisions, staged and released."""

    def of_call(self, call_id: int) -> "DecisionQuerySet":
        """Return the decisions of a call with their applications."""
        return self.filter(application__call_id=call_id).select_related("application__applicant").order_by("alternate_order", "pk")

    def staged(self) -> "DecisionQuerySet":
        """Return decisions nobody but the office has seen."""
        return self.filter(released_at=None)

    def of_office(self, user: Any) -> "DecisionQuerySet":
        """Return the decisions of the programmes whose office or committee the person is."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.COMMITTEE)
        return self.filter(application__call__cohort__program_id__in=ids)


class AwardQuerySet(models.QuerySet[Any]):
    """Awards."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        """Return the person's own awards and those of programmes where the person is office or finance."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE)
        return self.filter(Q(awardee=user.pk) | Q(cohort__program_id__in=ids))

    def for_page(self) -> "AwardQuerySet":
        """Return awards with application, call, cohort, programme and awardee joined."""
        return self.select_related("application__call", "cohort__program", "awardee")

    def holding_a_place(self) -> "AwardQuerySet":
        """Return awards that take a place and money: offered or accepted."""
        return self.filter(state__in=["offered", "accepted"])

    def of_call(self, call_id: int) -> "AwardQuerySet":
        """Return the awards of a call."""
        return self.for_page().filter(application__call_id=call_id)

    def awaiting_answer(self) -> "AwardQuerySet":
        """Return offers that were neither accepted nor declined."""
        return self.for_page().filter(state="offered")

    def overdue(self, at: datetime) -> "AwardQuerySet":
        """Return offers whose date to accept has passed."""
        return self.awaiting_answer().filter(accept_by__lte=at)


class LetterQuerySet(QueuedQuerySet):
    """Award letters; as queued work they stand for their PDF."""

    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Return the person's own released letters and those of programmes where the person is office."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE)
        return self.filter(Q(award__awardee=user.pk) | Q(award__cohort__program_id__in=ids))

    def of_award(self, award_id: int) -> "LetterQuerySet":
        """Return the letters of an award, the newest version first."""
        return self.filter(award_id=award_id).order_by("-version")


class ScholarQuerySet(models.QuerySet[Any]):
    """Scholars."""

    def visible_to(self, user: Any) -> "ScholarQuerySet":
        """Return the person's own record and the scholars of programmes in which the person holds a role but reviewer."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE, Role.COMMITTEE)
        return self.filter(Q(user=user.pk) | Q(cohort__program_id__in=ids))

    def for_page(self) -> "ScholarQuerySet":
        """Return scholars with person, cohort, programme and award joined."""
        return self.select_related("user", "cohort__program", "award__application")
