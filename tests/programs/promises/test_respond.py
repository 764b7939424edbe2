"""The same page for a person who is signed in under the address that was asked."""

import pytest
from django.urls import reverse

from programs.models import HistoryEntry
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(kind, asked):
    return reverse(kind.door.format("respond"), args=[asked.pk])


def test_the_person_asked_answers_without_a_link(kind, client_of, asked, address, yes):
    person = UserFactory(email=asked.email)
    client = client_of(person)
    assert "Send my answer" in client.get(address).content.decode()
    client.post(address, yes)
    asked.refresh_from_db()
    assert asked.state == "committed"
    row = HistoryEntry.objects.about(asked).latest("pk")
    assert (row.by, row.link, row.who) == (person, None, kind.name)
    assert "You have committed" in client.get(address).content.decode()


def test_nobody_else_does(client, client_of, asked, address, applicant, coordinator, stranger, other_director, yes):
    for person, code in ((applicant, 403), (coordinator, 403), (stranger, 404), (other_director, 404)):
        assert client_of(person).get(address).status_code == code
        assert client_of(person).post(address, yes).status_code == code
    assert client.get(address).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "asked"
