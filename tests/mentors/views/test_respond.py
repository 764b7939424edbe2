"""The same page for a person who is signed in under the address that was asked."""

import pytest
from django.urls import reverse

from programs.models import HistoryEntry
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
YES = {
    "choice": "commit",
    "duty_0": "on",
    "duty_1": "on",
    "duty_2": "on",
    "signed_name": "Maya Okafor",
    "signed_title": "Professor",
}


@pytest.fixture
def address(asked):
    return reverse("mentors:respond", args=[asked.pk])


def test_the_person_asked_answers_without_a_link(client_of, asked, address):
    person = UserFactory(email=asked.email)
    client = client_of(person)
    assert "Send my answer" in client.get(address).content.decode()
    client.post(address, YES)
    asked.refresh_from_db()
    assert asked.state == "committed"
    row = HistoryEntry.objects.about(asked).latest("pk")
    assert (row.by, row.link, row.who) == (person, None, "Maya Okafor")
    assert "You have committed" in client.get(address).content.decode()


def test_nobody_else_does(client, client_of, asked, address, applicant, coordinator, stranger, other_director):
    for person, code in ((applicant, 403), (coordinator, 403), (stranger, 404), (other_director, 404)):
        assert client_of(person).get(address).status_code == code
        assert client_of(person).post(address, YES).status_code == code
    assert client.get(address).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "asked"
