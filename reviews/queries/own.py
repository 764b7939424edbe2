"""The assignments of one reviewer: what opens, what closed, what is past."""

from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role
from programs.queries import Given, given_among, ready, single, whole

IN_REVIEW = ["complete", "under_review"]
DECIDED = ["awarded", "alternate", "not_awarded", "accepted", "declined"]
PROGRAM = "application__call__cohort__program"


class OwnQuerySet(models.QuerySet[Any]):
    """Assignments as their reviewer finds them."""

    def of_reviewer(self, user: Any) -> Any:
        """Return the person's assignments in the programmes whose reviewer the person still is."""
        return self.filter(**{"reviewer": user.pk, f"{PROGRAM}_id__in": Membership.objects.program_ids(user, Role.REVIEWER)})

    def opened(self) -> Any:
        """Return the assignments whose pages open to their reviewer: not ended, no conflict, application not withdrawn."""
        rows = self.select_related(PROGRAM, "review")
        return rows.filter(state__in=["assigned", "clear"], application__state__in=IN_REVIEW + DECIDED)

    def own(self, user: Any) -> Any:
        """Return the assignments whose pages open to the person."""
        return self.opened().of_reviewer(user)

    def for_declaring(self) -> Any:
        """Return assignments with the applicant joined, whom a declaration of conflicts names."""
        return self.select_related("application__applicant")

    def own_one(self, user: Any, pk: int) -> Any:
        """Return the one of `own` with this id, or None: every page of a review begins with it."""
        if programs := Membership.objects.program_ids(user, Role.REVIEWER):
            return _own_one(whole(self), len(programs)).one(pk=pk, reviewer=user.pk, programs=[*programs])
        return None

    def over(self, user: Any) -> Any:
        """Return the assignments that closed to the person and without a conflict: ended, or the application left review."""
        rows = self.select_related(PROGRAM, "review").of_reviewer(user).exclude(state="conflicted")  # type: ignore[attr-defined]
        return rows.filter(Q(state="ended") | ~Q(application__state__in=IN_REVIEW + DECIDED))

    def conflicted(self, user: Any) -> Any:
        """Return the assignments that the person gave up by declaring a conflict."""
        return self.of_reviewer(user).filter(state="conflicted")

    def past(self, user: Any) -> Any:
        """Return the person's assignments whose review is in and whose application is decided, the last written first."""
        rows = self.of_reviewer(user).filter(state="clear", review__state="submitted", application__state__in=DECIDED)
        return rows.order_by("-review__submitted_at", "-pk")

    def one(self, pk: int) -> Any:
        """Return the assignment of this id, or None when it is not among these."""
        return single(self.filter(pk=pk))


@ready
def _own_one(model: Any, programs: int) -> Any:
    rows = model.objects.opened().filter(given_among(PROGRAM, "programs", programs))
    return rows.filter(pk=Given("pk"), reviewer=Given("reviewer")).order_by()
