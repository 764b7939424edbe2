"""Check and submit, the receipt, withdraw."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import tasks
from applications.models import Application, SectionText, Submission
from programs.models import HistoryEntry


@pytest.fixture
def client(client_of, applicant):
    return client_of(applicant)


def address(name, application, *more):
    return reverse(f"applications:{name}", args=[application.pk, *more])


def test_the_page_carries_a_fresh_key_and_changes_nothing(client, whole):
    url = address("submit", whole)
    keys = {client.get(url).context["form"]["key"].value() for _ in range(2)}
    assert len(keys) == 2
    assert not Submission.objects.exists()


def test_submitting_leads_to_the_receipt(client, whole, at):
    key = uuid.uuid4()
    response = client.post(
        address("submit", whole), {"key": key, "state": "awarded", "submitted_at": "2020-01-01", "received_at": "x"}
    )
    assert response.url == address("receipt", whole, 1)
    assert client.post(address("submit", whole), {"key": key}).url == response.url
    sent, whole_now = Submission.objects.get(), Application.objects.get()
    assert (whole_now.state, whole_now.submitted_at) == ("submitted", sent.received_at)
    assert sent.received_at >= at
    page = client.get(response.url).content.decode()
    for fact in (
        whole_now.tracking_number, sent.sha256, f"{sent.received_at.day} {sent.received_at:%B %Y, %H:%M:%S} UTC", " Pacific",
        "The packet is being made",
    ):  # fmt: skip
        assert fact in page


def test_the_receipt_shows_the_packet_once_it_is_made(client, whole):
    client.post(address("submit", whole), {"key": uuid.uuid4()})
    progress = address("packet_progress", whole) + "?submission=1"
    assert "hx-get" in client.get(progress).content.decode()
    tasks.sweep_packets()
    piece = client.get(progress).content.decode()
    assert "hx-get" not in piece
    assert "4 pages" in piece
    assert address("packet", whole) + "?submission=1" in piece


def test_something_missing_is_listed_with_the_way_to_it(client, application):
    url = address("submit", application)
    assert "Something is missing" in client.get(url).content.decode()
    response = client.post(url, {"key": uuid.uuid4()})
    assert response.status_code == 409
    assert "Specific aims (not written yet)" in response.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("key", ["", "x", None])
def test_a_form_without_a_key_submits_nothing(client, whole, key):
    response = client.post(address("submit", whole), {"key": key} if key is not None else {})
    assert response.status_code == 200
    assert not Submission.objects.exists()


def test_after_the_deadline_a_sentence_and_every_word_kept(client, whole, call, at):
    """F16 through the door: what was autosaved stays; the answer says why and what is still possible."""
    call.closes_at = at - timedelta(seconds=1)
    call.save()
    response = client.post(address("submit", whole), {"key": uuid.uuid4()})
    page = response.content.decode()
    assert response.status_code == 409
    assert "The call closed on" in page
    assert "office@example.org" in page
    assert SectionText.objects.filter(application=whole).count() == 2
    assert not Submission.objects.exists()


def test_another_form_after_submitting_is_refused(client, whole):
    client.post(address("submit", whole), {"key": uuid.uuid4()})
    response = client.post(address("submit", whole), {"key": uuid.uuid4()})
    assert response.status_code == 409
    assert "the application is submitted" in response.content.decode()
    assert Submission.objects.count() == 1


def test_submitting_takes_few_queries(client, whole, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        client.post(address("submit", whole), {"key": uuid.uuid4()})


class TestWithdraw:
    def test_says_what_it_means_and_does_it(self, client, submitted):
        url = address("withdraw", submitted)
        assert "This cannot be undone" in client.get(url).content.decode()
        assert Application.objects.get().state == "submitted"
        assert client.post(url, {"why": "Another post."}).url == address("application", submitted)
        assert Application.objects.get().state == "withdrawn"
        assert HistoryEntry.objects.get(verb="withdraw").why == "Another post."

    def test_is_not_possible_after_the_decision(self, client, submitted):
        Application.objects.update(state="awarded")
        assert "so it cannot be withdrawn" in client.get(address("withdraw", submitted)).content.decode()
        assert client.post(address("withdraw", submitted), {"why": ""}).status_code == 409
        assert Application.objects.get().state == "awarded"
