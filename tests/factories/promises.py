"""Health systems, sponsors' commitments and mentors' agreements for tests."""

import factory
from django.utils import timezone

from mentors.models import MentorAgreement
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
