"""Programmes, cohorts, calls and roles for tests."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from programs.models import Call, Cohort, Criterion, DocumentRequest, Membership, Program, Section
from tests.factories.accounts import UserFactory

CRITERIA = [
    "Candidate",
    "Career development plan",
    "Research plan",
    "Mentors",
    "Environment",
    "Health-system alignment and sponsor commitment",
]


class ProgramFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Program

    name = factory.Sequence(lambda n: f"Programme {n}")
    short_name = factory.SelfAttribute("name")
    slug = factory.Sequence(lambda n: f"programme-{n}")
    institution = "Harbor University Health"
    address = "1 Harbor Way\nHarbor City, CA 94000"
    reply_to = "office@example.org"
    signatory_name = "Rosa Alvarez, MD, MPH"
    signatory_title = "Programme Director"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    program = factory.SubFactory(ProgramFactory)
    user = factory.SubFactory(UserFactory)
    role = "director"


class CohortFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cohort

    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"Cohort {n}")
    starts_on = date(2027, 7, 1)
    places = 4
    budget = Decimal("920000")


class CallFactory(factory.django.DjangoModelFactory):
    """A call that opened a month ago and closes in nine days."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    cohort = factory.SubFactory(CohortFactory)
    title = factory.Sequence(lambda n: f"Call {n}")
    slug = factory.Sequence(lambda n: f"call-{n}")
    time_zone = "America/Los_Angeles"
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=9))
    review_due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=40))
    decision_on = factory.LazyAttribute(lambda it: (it.closes_at + timedelta(days=51)).date())
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=40))

    @factory.post_generation
    def parts(obj, create, extracted, **kwargs):
        if extracted is False:
            return
        Section.objects.create(call=obj, position=1, title="Specific aims", word_limit=500)
        Section.objects.create(call=obj, position=2, title="Research plan", word_limit=1500)
        DocumentRequest.objects.create(call=obj, position=1, title="Biosketch", page_limit=5)
        Criterion.objects.bulk_create(
            [Criterion(call=obj, position=place, title=title) for place, title in enumerate(CRITERIA, start=1)]
        )
