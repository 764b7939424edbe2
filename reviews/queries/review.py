"""Queries about reviews and their scores."""

from typing import Any

from django.db import models

from programs.queries import Given, ready, whole

WRITING = (
    "state", "overall_impact", "strengths", "weaknesses", "summary", "saved_at", "submitted_at", "version",
    "assignment__state", "assignment__application__state",
)  # fmt: skip


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

    def of_assignment(self, assignment_id: int) -> "ReviewQuerySet":
        """Return the review of one assignment (none or one) as far as it is written, with scores."""
        rows = self.filter(assignment_id=assignment_id).select_related("assignment__reviewer")
        return rows.prefetch_related("scores__criterion")

    def of_call(self, call_id: int) -> "ReviewQuerySet":
        """Return the reviews of a call that are in."""
        return self.submitted().filter(assignment__application__call_id=call_id)

    def scores_of_call(self, call_id: int) -> dict[int, list[int]]:
        """Return the overall scores that are in, best first, by application's id; one query for the whole call."""
        scores: dict[int, list[int]] = {}
        pairs = self.of_call(call_id).values_list("assignment__application_id", "overall_impact")
        for application_id, score in pairs.order_by("assignment__application_id", "overall_impact"):
            scores.setdefault(application_id, []).append(score)
        return scores

    def locked(self, assignment_id: int) -> Any:
        """Return the review of one assignment (or None); it, the assignment and the application are locked until the end.

        A release locks the application too, so that no review comes in, or changes, beside it.
        """
        return _locked(whole(self)).one(assignment=assignment_id)


@ready
def _locked(model: Any) -> Any:
    held = ("self", "assignment", "assignment__application")
    rows = model.objects.select_for_update(of=held, no_key=True).select_related("assignment__application")
    return rows.filter(assignment=Given("assignment")).only(*WRITING)


class ScoreQuerySet(models.QuerySet[Any]):
    """Criterion scores."""

    def of_review(self, review: Any) -> dict[int, int | None]:
        """Return the scores of one review by criterion's id; none for a review that was not begun."""
        return dict(self.filter(review=review).values_list("criterion_id", "score")) if review else {}
