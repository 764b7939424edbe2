"""Queries about decisions, awards, letters and scholars."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from applications.models import Application
from programs.models import Membership, Role
from programs.queries import QueuedQuerySet


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
        return self.staged().filter(Q(application_id__in=application_ids) | Q(outcome__in=["award", "alternate"]))

    def alternates_of(self, application_ids: list[int]) -> set[int]:
        """Return which of these applications were decided to be alternates."""
        return set(self.filter(application__in=application_ids, outcome="alternate").values_list("application_id", flat=True))

    def waiting(self) -> "DecisionQuerySet":
        """Return released alternates who can still be offered a place, in their order."""
        return self.released().filter(outcome="alternate", application__state="alternate").order_by("alternate_order", "pk")

    def with_order(self, order: int | None) -> "DecisionQuerySet":
        """Return alternates of this order that are staged or still waiting."""
        return self.filter(alternate_order=order).filter(Q(released_at=None) | Q(application__state="alternate"))

    def of_office(self, user: Any) -> "DecisionQuerySet":
        """Return the decisions of the programmes whose office or committee the person is."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.COMMITTEE)
        rows = self.select_related("application__applicant", "application__call__cohort__program")
        return rows.filter(application__call__cohort__program_id__in=ids)


class AwardQuerySet(models.QuerySet[Any]):
    """Awards."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        """Return the person's own awards and those of programmes where the person is office or finance."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE)
        return self.filter(Q(awardee=user.pk) | Q(cohort__program_id__in=ids))

    def for_page(self) -> "AwardQuerySet":
        """Return awards with application, call, cohort, programme and awardee joined."""
        return self.select_related("application__call__cohort__program", "application__applicant", "cohort__program", "awardee")

    def holding_a_place(self) -> "AwardQuerySet":
        """Return awards that take a place and money: offered or accepted."""
        return self.filter(state__in=["offered", "accepted"])

    def taken(self, cohort_id: int) -> tuple[int, Decimal]:
        """Return how many places of a cohort are taken, and the dollars they cost."""
        found = self.holding_a_place().filter(cohort_id=cohort_id).aggregate(places=models.Count("pk"), money=models.Sum("total"))
        return found["places"], found["money"] or Decimal(0)

    def of_call(self, call_id: int) -> "AwardQuerySet":
        """Return the awards of a call."""
        return self.for_page().filter(application__call_id=call_id).prefetch_related("letters").order_by("offered_at", "pk")

    def awaiting_answer(self) -> "AwardQuerySet":
        """Return offers that were neither accepted nor declined."""
        return self.for_page().filter(state="offered")

    def states(self, ids: list[int]) -> dict[int, str]:
        """Return the states of these awards by id."""
        return dict(self.filter(pk__in=ids).values_list("pk", "state"))

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

    def for_build(self) -> "LetterQuerySet":
        """Return letters with everything their PDF and their e-mail print."""
        return self.select_related("award__application__call", "award__cohort__program", "award__awardee")

    def held_by(self, letter: Any) -> "LetterQuerySet":
        """Return the letter (none or one) as long as this worker's lease on it holds."""
        return self.filter(pk=letter.pk, state="working", lease_until=letter.lease_until)


class ScholarQuerySet(models.QuerySet[Any]):
    """Scholars."""

    def visible_to(self, user: Any) -> "ScholarQuerySet":
        """Return the person's own record and the scholars of programmes in which the person holds a role but reviewer."""
        ids = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR, Role.FINANCE, Role.COMMITTEE)
        return self.filter(Q(user=user.pk) | Q(cohort__program_id__in=ids))

    def for_page(self) -> "ScholarQuerySet":
        """Return scholars with person, cohort, programme and award joined."""
        return self.select_related("user", "cohort__program", "award__application__call__cohort__program")

    def of_cohort(self, cohort_id: int | None) -> "ScholarQuerySet":
        """Return the scholars of one cohort (of all when none is named)."""
        return self.filter(cohort_id=cohort_id) if cohort_id else self

    def of_award(self, award_id: int) -> "ScholarQuerySet":
        """Return the scholar (none or one) who accepted this award."""
        return self.filter(award_id=award_id)

    def cohorts(self) -> list[tuple[int, str, str]]:
        """Return (id, name, programme) of the cohorts these scholars belong to, the newest first."""
        rows = self.order_by("-cohort__starts_on", "cohort_id")
        return list(rows.values_list("cohort_id", "cohort__name", "cohort__program__short_name").distinct())
