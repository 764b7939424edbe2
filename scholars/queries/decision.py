"""Queries about decisions, staged and released."""

from typing import Any

from django.db import models
from django.db.models import Q

from applications.models import Application
from programs.models import Membership, Role


class DecisionQuerySet(models.QuerySet[Any]):
    """Decisions, staged and released."""

    def of_call(self, call_id: int) -> "DecisionQuerySet":
        """Return the decisions of a call with their applications."""
        rows = self.filter(application__call_id=call_id).select_related(
            "application__applicant", "application__call__cohort__program"
        )
        return rows.order_by(models.F("alternate_order").asc(nulls_last=True), "pk")

    def of_application(self, application_id: int) -> "DecisionQuerySet":
        """Return the decision (none or one) of one application."""
        return self.filter(application_id=application_id)

    def staged(self) -> "DecisionQuerySet":
        """Return decisions nobody but the office has seen."""
        return self.filter(released_at=None)

    def released(self) -> "DecisionQuerySet":
        """Return decisions their applicants know."""
        return self.filter(released_at__isnull=False)

    def of_states(self, *states: str) -> "DecisionQuerySet":
        """Return decisions whose application is in one of these states."""
        return self.filter(application__state__in=states)

    def awards(self) -> "DecisionQuerySet":
        """Return decisions for an award."""
        return self.filter(outcome="award")

    def undecided(self, call_id: int, *states: str) -> Any:
        """Return the applications of a call in these states for which nothing is staged or released."""
        decided = self.filter(application__call_id=call_id).values("application_id")
        return Application.objects.of_call(call_id).in_states(*states).exclude(pk__in=decided).select_related("applicant")

    def replaceable(self, application_ids: list[int]) -> "DecisionQuerySet":
        """Return staged decisions that a new line takes the place of: those of the list, and every award and alternate."""
        named = Q(application_id__in=application_ids) | Q(outcome__in=["award", "alternate"])
        return self.staged().filter(named).select_related("application__applicant")

    def alternates_of(self, application_ids: list[int]) -> set[int]:
        """Return which of these applications were decided to be alternates."""
        return set(self.filter(application__in=application_ids, outcome="alternate").values_list("application_id", flat=True))

    def waiting(self) -> "DecisionQuerySet":
        """Return released alternates who can still be offered a place, in their order."""
        return self.released().filter(outcome="alternate", application__state="alternate").order_by("alternate_order", "pk")

    def still_so(self) -> "DecisionQuerySet":
        """Return released decisions but those of alternates who wait no longer: offered a place, withdrawn, told of none."""
        return self.released().exclude(Q(outcome="alternate") & ~Q(application__state="alternate"))

    def with_order(self, order: int | None, *decidable: str) -> "DecisionQuerySet":
        """Return alternates of this order that still wait, or are staged while their application is in a `decidable` state."""
        staged = Q(released_at=None, application__state__in=decidable)
        return self.filter(alternate_order=order).filter(staged | Q(application__state="alternate"))

    def of_office(self, user: Any) -> "DecisionQuerySet":
        """Return the decisions of the programmes whose office or committee the person is."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.COMMITTEE)
        rows = self.select_related("application__applicant", "application__call__cohort__program")
        return rows.filter(application__call__cohort__program_id__in=ids)
