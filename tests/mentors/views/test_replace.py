"""Asking somebody else: its consequence first, then the end of the request."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Call, HistoryEntry, SealedLink
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(asked):
    return reverse("mentors:replace", args=[asked.pk])


def test_the_page_says_what_it_means_and_does_nothing(client_of, address, asked, applicant):
    text = client_of(applicant).get(address, {"next": "/calls/"}).content.decode()
    assert "The link in their e-mail stops working." in text
    assert "End the request to Maya Okafor" in text
    assert 'href="/calls/"' in text
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_request_ends_with_its_reason(client_of, address, asked, applicant):
    answer = client_of(applicant).post(address, {"why": "On leave.", "next": "/calls/"})
    assert answer.headers["Location"] == "/calls/"
    asked.refresh_from_db()
    assert asked.state == "replaced"
    assert SealedLink.objects.get().revoked_at is not None
    assert HistoryEntry.objects.about(asked).latest("pk").why == "On leave."


def test_twice_is_once(client_of, address, asked, applicant):
    client = client_of(applicant)
    client.post(address)
    answer = client.post(address)
    assert answer.status_code == 409
    assert "has ended already" in answer.content.decode()
    assert HistoryEntry.objects.about(asked).filter(verb="replace").count() == 1


def test_after_the_time_only_the_office_does(client_of, address, asked, applicant, coordinator):
    now = timezone.now()
    Call.objects.update(closes_at=now - timedelta(days=9), letters_grace_hours=1)
    assert client_of(applicant).post(address).status_code == 409
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert client_of(coordinator).post(address).status_code == 302


def test_no_way_off_the_site(client_of, address, applicant):
    """S11."""
    page = client_of(applicant).get(address, {"next": "//evil.example"})
    assert "evil" not in page.content.decode()
    assert client_of(applicant).post(address, {"next": "https://evil.example/"}).headers["Location"] == reverse("reports:desk")


def test_who_may(client_of, address, asked, stranger, other_director):
    for person, code in ((stranger, 404), (other_director, 404), (UserFactory(email=asked.email), 403)):
        assert client_of(person).get(address).status_code == code
        assert client_of(person).post(address).status_code == code
    asked.refresh_from_db()
    assert asked.state == "asked"
