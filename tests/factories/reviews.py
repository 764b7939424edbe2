"""Assignments and reviews for tests."""

from datetime import timedelta

import factory
from django.utils import timezone

from reviews.models import Assignment, CriterionScore, Review


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    assigned_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    state = "clear"


class ReviewFactory(factory.django.DjangoModelFactory):
    """A review that is in, with a score for every criterion."""

    class Meta:
        model = Review
        skip_postgeneration_save = True

    state = "submitted"
    overall_impact = 2
    strengths = "A question the health system asked itself."
    weaknesses = "The sample is small."
    summary = "Strong fit, feasible, a capable candidate."
    saved_at = factory.LazyFunction(timezone.now)
    submitted_at = factory.LazyAttribute(lambda it: timezone.now() if it.state == "submitted" else None)

    @factory.post_generation
    def on_the_desk(obj, create, extracted, **kwargs):
        obj.assignment.review_in = obj.state == "submitted"
        obj.assignment.save(update_fields=["review_in"])

    @factory.post_generation
    def criteria(obj, create, extracted, **kwargs):
        CriterionScore.objects.bulk_create(
            [
                CriterionScore(review=obj, criterion=criterion, score=obj.overall_impact)
                for criterion in obj.assignment.application.call.criteria.all()
            ]
        )
