"""Whose commitments a person sees."""

import pytest

from sponsors.models import HealthSystem, SponsorCommitment
from tests.factories.accounts import UserFactory
from tests.factories.promises import HealthSystemFactory, SponsorCommitmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(call, other_call, applicant):
    own = SponsorCommitmentFactory(call=call, applicant=applicant)
    another = SponsorCommitmentFactory(call=call, applicant=UserFactory(), email="else@example.org")
    foreign = SponsorCommitmentFactory(call=other_call, applicant=UserFactory(), email="far@example.org")
    return own, another, foreign


def test_seeing(rows, applicant, sponsor_person, coordinator, reviewer, finance, stranger, other_director):
    own, another, foreign = rows

    def seen(user):
        return set(SponsorCommitment.objects.visible_to(user))

    assert seen(applicant) == {own}
    assert seen(sponsor_person) == {own}
    assert seen(coordinator) == {own, another}
    assert seen(other_director) == {foreign}
    for nobody in (reviewer, finance, stranger):
        assert seen(nobody) == set()


def test_open_requests_to_a_person(rows, sponsor_person, at):
    assert list(SponsorCommitment.objects.addressed_to(sponsor_person)) == [rows[0]]
    SponsorCommitment.objects.update(state="replaced")
    assert list(SponsorCommitment.objects.addressed_to(sponsor_person)) == []
    assert list(SponsorCommitment.objects.awaiting(at)) == []


def test_health_systems_stay_in_their_programme(program, other_program):
    HealthSystemFactory(program=other_program, name="Far away")
    near = HealthSystemFactory(program=program, name="Near")
    assert list(HealthSystem.objects.of_program(program.pk)) == [near]
