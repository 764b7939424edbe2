"""An application under review with its promises, and a way to make more of them."""

import pytest

from applications import snapshot
from applications.models import Submission
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory


@pytest.fixture
def complete(call, applicant):
    """The applicant's application, complete and not assigned to anybody."""
    return ApplicationFactory(call=call, applicant=applicant, title="Telehealth titration for heart failure", state="complete")


@pytest.fixture
def under_review(complete):
    complete.state = "under_review"
    complete.save(update_fields=["state"])
    Submission.objects.filter(application=complete).update(snapshot=snapshot.of(complete))
    return complete


@pytest.fixture
def promises(under_review, health_system):
    """A sponsor and a primary mentor who committed."""
    who = {"call": under_review.call, "applicant": under_review.applicant}
    return (
        SponsorCommitmentFactory(**who, health_system=health_system, committed=True),
        MentorAgreementFactory(**who, committed=True),
    )


@pytest.fixture
def assigned(under_review, reviewer, coordinator):
    """An assignment of `reviewer`, not declared yet."""
    return AssignmentFactory(application=under_review, reviewer=reviewer, assigned_by=coordinator, state="assigned")


@pytest.fixture
def clear(under_review, reviewer, coordinator):
    """An assignment of `reviewer`, who declared no conflict."""
    return AssignmentFactory(application=under_review, reviewer=reviewer, assigned_by=coordinator, state="clear")


@pytest.fixture
def other_review(under_review, reviewer2, coordinator):
    """A review of the same application by `reviewer2`, in, with canary texts that could leak."""
    assignment = AssignmentFactory(application=under_review, reviewer=reviewer2, assigned_by=coordinator)
    return ReviewFactory(
        assignment=assignment, overall_impact=7, summary="CANARY-SUMMARY", strengths="CANARY-STRENGTH", weaknesses="CANARY-WEAK"
    )


@pytest.fixture
def typed(call):
    """What a reviewer types into a whole review; `typed(overall_impact="3")` replaces a field."""

    def filled(**changes):
        scores = {f"score_{criterion.pk}": "2" for criterion in call.criteria.all()}
        texts = {"overall_impact": "3", "strengths": "Asked by the system.", "weaknesses": "Small.", "summary": "Fits well."}
        return {**scores, **texts, "version": "0", "act": "submit", **changes}

    return filled
