"""Applications in any state for tests."""

import uuid

import factory
from django.utils import timezone

from applications import snapshot
from applications.models import Application, SectionText, Submission
from tests.factories.accounts import UserFactory


class ApplicationFactory(factory.django.DjangoModelFactory):
    """A draft; `state="submitted"` and later states get a number, a submission and written sections.

    `written=False` is for a row of a list, in which nobody reads: no text, and a submission with nothing in it.
    """

    class Meta:
        model = Application
        skip_postgeneration_save = True

    applicant = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Telehealth titration {n}")
    started_at = factory.LazyFunction(timezone.now)
    saved_at = factory.LazyFunction(timezone.now)
    submitted_at = factory.LazyAttribute(lambda it: None if it.state == "draft" else timezone.now())
    tracking_number = factory.LazyAttributeSequence(lambda it, n: None if it.state == "draft" else f"HL-{n:04d}-XX")
    state = "draft"

    @factory.post_generation
    def written(obj, create, extracted, **kwargs):
        if extracted or (extracted is None and obj.state != "draft"):
            write_sections(obj)
        if obj.state not in ("draft", "withdrawn"):
            frozen = {} if extracted is False else snapshot.of(obj, number=1, received_at=obj.submitted_at)
            Submission.objects.create(
                application=obj, number=1, key=uuid.uuid4(), received_at=obj.submitted_at, snapshot=frozen,
                sha256=snapshot.fingerprint(frozen), due_at=obj.submitted_at,
            )  # fmt: skip


def write_sections(application, text="Half of the patients reach target doses more than six months late."):
    """Write a short text into every section of the application's call."""
    SectionText.objects.bulk_create(
        SectionText(application=application, section=section, text=text, words=len(text.split()), saved_at=timezone.now())
        for section in application.call.sections.all()
    )
