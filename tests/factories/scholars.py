"""Decisions, awards and scholars for tests."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from scholars import workflow
from scholars.models import Award, AwardLetter, Decision, Scholar


def built(award):
    """Return the newest letter of an award, which counts as built; written now where there is none."""
    found = AwardLetter.objects.of_award(award.pk).first() or AwardLetter(award=award, text="x", due_at=award.offered_at)
    if found.state != "done":
        found.state, found.file, found.sha256, found.done_at = "done", "letters/built.pdf", "0" * 64, award.offered_at
        found.save()
    return found


def accept(award, **facts):
    """Accept an award on the terms of its letter."""
    return workflow.accept(award, letter=built(award).pk, **facts)


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    outcome = "award"
    staged_at = factory.LazyFunction(timezone.now)


class AwardFactory(factory.django.DjangoModelFactory):
    """An offer of the application's cohort, to be answered within a fortnight."""

    class Meta:
        model = Award

    cohort = factory.LazyAttribute(lambda it: it.application.call.cohort)
    awardee = factory.LazyAttribute(lambda it: it.application.applicant)
    salary_per_year = Decimal("90000")
    research_per_year = Decimal("25000")
    effort_percent = 75
    starts_on = date(2027, 7, 1)
    ends_on = date(2029, 6, 30)
    total = Decimal("230000")
    offered_at = factory.LazyFunction(timezone.now)
    accept_by = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))

    class Params:
        accepted = factory.Trait(
            state="accepted",
            answered_at=factory.LazyFunction(timezone.now),
            signed_name=factory.LazyAttribute(lambda it: it.awardee.name),
        )


class ScholarFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scholar

    user = factory.LazyAttribute(lambda it: it.award.awardee)
    cohort = factory.LazyAttribute(lambda it: it.award.cohort)
    starts_on = date(2027, 7, 1)
    ends_on = date(2029, 6, 30)
    effort_percent = 75
    appointed_at = factory.LazyFunction(timezone.now)
