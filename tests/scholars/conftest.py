"""Applications that are reviewed and wait for a decision, and letters that are built at once."""

from datetime import timedelta

import pytest

from scholars import workflow
from scholars.models import AwardLetter
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.scholars import DecisionFactory


@pytest.fixture
def call(call, at):
    """The call is closed and its reviews are in."""
    call.opens_at, call.closes_at = at - timedelta(days=90), at - timedelta(days=30)
    call.save()
    return call


@pytest.fixture
def application(call, applicant):
    """The applicant's application, reviewed, with a sponsor and a mentor who promised."""
    found = ApplicationFactory(call=call, applicant=applicant, title="Telehealth titration for heart failure", state="under_review")
    SponsorCommitmentFactory(call=call, applicant=applicant, committed=True)
    MentorAgreementFactory(call=call, applicant=applicant, committed=True)
    return found


@pytest.fixture
def reviewed(call):
    """Return a maker of reviewed applications, in the order of their rank."""

    def make(count):
        return [
            ApplicationFactory(
                call=call, state="under_review", title=f"Project {place}", applicant=UserFactory(name=f"Applicant {place}"),
                written=False,
            )
            for place in range(1, count + 1)
        ]  # fmt: skip

    return make


@pytest.fixture
def staged(director):
    """Return a maker of staged decisions."""

    def make(application, outcome="award", order=None):
        return DecisionFactory(application=application, outcome=outcome, alternate_order=order, staged_by=director)

    return make


@pytest.fixture
def award(application, staged, director, at):
    """An award that was released just now; its letter is not built yet."""
    staged(application)
    (offered,) = workflow.release(application.call, by=director, at=at).awards
    return offered


@pytest.fixture
def build(db):
    """Build every letter that is due at a moment."""

    def now(at):
        return [workflow.build_letter(pk, at=at) for pk in AwardLetter.objects.due(at).values_list("pk", flat=True)]

    return now
