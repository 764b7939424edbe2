"""The reviews that a person wrote and that were decided since: they stay readable."""

from typing import Any

from django.db import models

DECIDED = ["awarded", "alternate", "not_awarded", "accepted", "declined"]


class PastQuerySet(models.QuerySet[Any]):
    """Assignments that are done with."""

    def past(self, user: Any) -> Any:
        """Return the person's assignments whose review is in and whose application is decided, the last written first."""
        rows = self.of_reviewer(user)  # type: ignore[attr-defined]
        rows = rows.filter(state="clear", review__state="submitted", application__state__in=DECIDED)
        return rows.order_by("-review__submitted_at", "-pk")
