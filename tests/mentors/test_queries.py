"""Whose agreements a person sees."""

import pytest

from mentors.models import MentorAgreement
from tests.factories.accounts import UserFactory
from tests.factories.promises import MentorAgreementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(call, other_call, applicant):
    own = MentorAgreementFactory(call=call, applicant=applicant)
    another = MentorAgreementFactory(call=call, applicant=UserFactory(), email="else@example.org")
    foreign = MentorAgreementFactory(call=other_call, applicant=UserFactory(), email="far@example.org")
    return own, another, foreign


def test_seeing(rows, applicant, mentor_person, coordinator, reviewer, finance, stranger, other_director):
    own, another, foreign = rows

    def seen(user):
        return set(MentorAgreement.objects.visible_to(user))

    assert seen(applicant) == {own}
    assert seen(mentor_person) == {own}
    assert seen(coordinator) == {own, another}
    assert seen(other_director) == {foreign}
    for nobody in (reviewer, finance, stranger):
        assert seen(nobody) == set()


def test_open_requests_to_a_person(rows, mentor_person, at):
    assert list(MentorAgreement.objects.addressed_to(mentor_person)) == [rows[0]]
    MentorAgreement.objects.update(state="replaced")
    assert list(MentorAgreement.objects.addressed_to(mentor_person)) == []
    assert list(MentorAgreement.objects.awaiting(at)) == []
