"""Health systems, sponsors' commitments, mentors' agreements and chairs' commitments for tests."""

import factory
from django.utils import timezone

from mentors.models import ChairCommitment, MentorAgreement
from sponsors.models import HealthSystem, SponsorCommitment


class HealthSystemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HealthSystem

    name = factory.Sequence(lambda n: f"Health System {n}")
    kind = "safety_net"


class SponsorCommitmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SponsorCommitment

    name = "Dana Whitfield"
    email = "sponsor@example.org"
    title = "Chief of Ambulatory Care"
    project_title = "Telehealth titration for heart failure"
    asked_at = factory.LazyFunction(timezone.now)
    health_system = factory.LazyAttribute(lambda it: HealthSystemFactory(program=it.call.program))

    class Params:
        committed = factory.Trait(
            state="committed", answered_at=factory.LazyFunction(timezone.now), signed_name="Dana Whitfield", signed_title="Chief"
        )
        declined = factory.Trait(
            state="declined", answered_at=factory.LazyFunction(timezone.now), signed_name="Dana Whitfield", reason="No capacity."
        )


class MentorAgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MentorAgreement

    name = "Maya Okafor"
    email = "mentor@example.org"
    title = "Professor of Medicine"
    institution = "Harbor University"
    project_title = "Telehealth titration for heart failure"
    asked_at = factory.LazyFunction(timezone.now)

    class Params:
        committed = factory.Trait(
            state="committed", answered_at=factory.LazyFunction(timezone.now), signed_name="Maya Okafor", signed_title="Professor"
        )
        declined = factory.Trait(
            state="declined", answered_at=factory.LazyFunction(timezone.now), signed_name="Maya Okafor", reason="On sabbatical."
        )


class ChairCommitmentFactory(factory.django.DjangoModelFactory):
    """The commitment of a department's chair; its call should ask for one (`asks_chair`)."""

    class Meta:
        model = ChairCommitment

    name = "Grace Lindqvist"
    email = "chair@example.org"
    title = "Chair of Medicine"
    department = "Department of Medicine"
    project_title = "Telehealth titration for heart failure"
    asked_at = factory.LazyFunction(timezone.now)
    effort_percent = factory.SelfAttribute("call.cohort.effort_percent")
    salary_per_year = factory.SelfAttribute("call.cohort.salary_per_year")

    class Params:
        committed = factory.Trait(
            state="committed", answered_at=factory.LazyFunction(timezone.now), signed_name="Grace Lindqvist", signed_title="Chair",
            reason="Two half-days of clinic.",
        )  # fmt: skip
        declined = factory.Trait(
            state="declined", answered_at=factory.LazyFunction(timezone.now), signed_name="Grace Lindqvist", reason="No funds."
        )
