"""Assignments, reviews and criterion scores."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from applications.models import Application
from programs.models import Call, Criterion, Program
from reviews.queries import AssignmentQuerySet, ReviewQuerySet, ScoreQuerySet
from reviews.scoring import BEST, WORST


class Assignment(models.Model):
    """One reviewer's task on one application; nothing opens before the reviewer has declared."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", "Conflict not declared yet"
        CLEAR = "clear", "No conflict"
        CONFLICTED = "conflicted", "Conflict declared"
        ENDED = "ended", "Ended"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.ASSIGNED)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, blank=True)
    conflict = models.TextField("what the conflict is", blank=True, max_length=1000)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    # The review says it too; here it gives a reviewer's desk its order without a look at every review.
    review_in = models.BooleanField("whether the review is in", default=False, db_default=False, editable=False)
    rank = models.GeneratedField(
        expression=models.Case(models.When(state="conflicted", then=2), models.When(review_in=True, then=1), default=0),
        output_field=models.SmallIntegerField("to do (0), in (1), given up for a conflict (2)"),
        db_persist=True,
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"], condition=~Q(state="ended"), name="one_standing_assignment_a_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="assignment_ended_at_with_by",
            ),
            models.CheckConstraint(condition=~Q(state="conflicted") | ~Q(conflict=""), name="conflict_says_what"),
        ]
        indexes = [models.Index(fields=["reviewer", "rank", "due_at", "id"], name="a_reviewers_desk")]

    def __str__(self) -> str:
        return f"{self.reviewer} on {self.application}"

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.application.whereabouts()

    @property
    def written(self) -> "Review | None":
        """The review of this assignment as far as it is written, or None."""
        return getattr(self, "review", None)

    @property
    def is_in(self) -> bool:
        """Whether the review was submitted."""
        return self.written is not None and self.written.state == Review.State.SUBMITTED

    @property
    def is_late(self) -> bool:
        """Whether the review came in after its due date; late reviews count all the same."""
        came = self.written.submitted_at if self.written else None
        return came is not None and came > self.due_at


def score_field(**options: Any) -> models.PositiveSmallIntegerField:
    """Return a field for one score on the NIH scale: a whole number, 1 best, 9 worst."""
    limits = [MinValueValidator(BEST), MaxValueValidator(WORST)]
    return models.PositiveSmallIntegerField(validators=limits, null=True, blank=True, **options)


class Review(models.Model):
    """A reviewer's judgement: overall impact, strengths, weaknesses and the paragraph that explains the score."""

    # The texts without which no review is submitted, and what is said where one is missing.
    NEEDED: ClassVar[dict[str, str]] = {
        "strengths": "Please write what is strong.",
        "weaknesses": "Please write what is weak. If nothing is, please say so.",
        "summary": "Please write the overall paragraph: it explains the score.",
    }

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    overall_impact = score_field()
    strengths = models.TextField(blank=True, max_length=12000)
    weaknesses = models.TextField(blank=True, max_length=12000)
    summary = models.TextField("overall paragraph", blank=True, max_length=12000)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(overall_impact=None) | Q(overall_impact__gte=BEST, overall_impact__lte=WORST),
                name="overall_impact_1_to_9",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | (Q(overall_impact__isnull=False, submitted_at__isnull=False) & ~Q(summary="")),
                name="review_submitted_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"Review by {self.assignment.reviewer}"

    def whereabouts(self) -> tuple[Program, Call, Any]:
        """Programme, call and applicant this row belongs to."""
        return self.assignment.whereabouts()


class CriterionScore(models.Model):
    """One criterion's score in one review; no formula links it to the overall impact (NIH practice)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = score_field()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=BEST, score__lte=WORST), name="criterion_score_1_to_9"),
        ]
        ordering = ["criterion__position"]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"
