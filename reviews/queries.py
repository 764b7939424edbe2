"""Queries about assignments and reviews."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role


class AssignmentQuerySet(models.QuerySet[Any]):
    """Who reviews what. An application that was withdrawn or left review drops out of every list at once."""

    def for_page(self) -> "AssignmentQuerySet":
        """Return assignments with application, call, programme, applicant and review joined."""
        return self.select_related("application__call__cohort__program", "application__applicant", "reviewer", "review")

    def live(self) -> "AssignmentQuerySet":
        """Return assignments that stand and whose application is being reviewed."""
        return self.exclude(state="ended").filter(application__state__in=["complete", "under_review"])

    def own(self, user: Any) -> "AssignmentQuerySet":
        """Return the person's own assignments."""
        return self.for_page().exclude(state="ended").filter(reviewer=user.pk)

    def on_desk(self, user: Any) -> "AssignmentQuerySet":
        """Return the person's live assignments, those due first first."""
        return self.live().filter(reviewer=user.pk).select_related(
            "application__call__cohort__program", "application__applicant", "review"
        ).order_by("due_at", "pk")  # fmt: skip

    def of_office(self, user: Any) -> "AssignmentQuerySet":
        """Return the assignments of the programmes whose office the person is."""
        offices = Membership.objects.program_ids(user, Role.DIRECTOR, Role.COORDINATOR)
        return self.for_page().filter(application__call__cohort__program_id__in=offices)

    def of_application(self, application_id: int) -> "AssignmentQuerySet":
        """Return the assignments of one application that were not ended."""
        return self.exclude(state="ended").filter(application_id=application_id).select_related("reviewer", "review").order_by("pk")

    def unfinished(self, at: datetime) -> "AssignmentQuerySet":
        """Return live assignments whose review is not in."""
        return self.live().exclude(state="conflicted").filter(Q(review=None) | Q(review__state="draft")).for_page()


class ReviewQuerySet(models.QuerySet[Any]):
    """Reviews."""

    def submitted(self) -> "ReviewQuerySet":
        """Return the reviews that are in and stand."""
        return self.filter(state="submitted").exclude(assignment__state__in=["ended", "conflicted"])

    def of_application(self, application_id: int) -> "ReviewQuerySet":
        """Return the reviews of one application that are in, with scores."""
        return (
            self.submitted()
            .filter(assignment__application_id=application_id)
            .select_related("assignment__reviewer")
            .prefetch_related("scores__criterion")
            .order_by("submitted_at")
        )

    def of_call(self, call_id: int) -> "ReviewQuerySet":
        """Return the reviews of a call that are in."""
        return self.submitted().filter(assignment__application__call_id=call_id)
