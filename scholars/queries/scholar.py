"""Queries about scholars."""

from typing import Any

from django.db import models
from django.db.models import Q

from programs.models import Membership, Role


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
