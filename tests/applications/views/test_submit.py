"""Check and submit, the receipt, withdraw."""

import time
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test.client import FakePayload
from django.urls import reverse
from django.utils import timezone

from applications import tasks, workflow
from applications.models import Application, SectionText, Submission
from mentors.models import MentorAgreement
from programs.models import Call, Email, HistoryEntry
from programs.templatetags.portal import in_zone
from sponsors.models import SponsorCommitment


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


@pytest.mark.both
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


@pytest.mark.parametrize(
    ("answered", "words"),
    [([], "Your sponsor and your mentor"), ([SponsorCommitment], "Your mentor"), ([SponsorCommitment, MentorAgreement], "")],
)
def test_only_those_who_have_not_answered_are_awaited(client, whole, at, answered, words):
    for model in answered:
        model.objects.update(state="committed", answered_at=at, signed_name="Dana Whitfield")
    awaited = f"{words} can still answer until" if words else ""
    page = client.get(address("submit", whole)).content.decode()
    assert ("can still answer until" in page, awaited in page) == (bool(words), True)
    client.post(address("submit", whole), {"key": uuid.uuid4()})
    receipt = client.get(address("receipt", whole, 1)).content.decode()
    email = Email.objects.get(kind="submission received").text
    until = in_zone(Call.objects.get().letters_until, whole.call.time_zone)
    assert f"The programme office checks your application. Until {until} it may return it for changes." in receipt
    for text in (receipt, email):
        assert ("may answer until" in text, f"{words} may answer until" in text) == (bool(words), bool(words))
    Call.objects.update(closes_at=at - timedelta(days=30), opens_at=at - timedelta(days=60))
    late = client.get(address("receipt", whole, 1)).content.decode()
    assert "may answer until" not in late
    assert "<p>The programme office checks your application.</p>" in late


@pytest.mark.parametrize("state", ["submitted", "complete", "returned", "under_review", "withdrawn", "ineligible", "not_awarded"])
def test_the_receipt_says_that_it_may_be_returned_while_it_may(client, whole, state):
    client.post(address("submit", whole), {"key": uuid.uuid4()})
    Application.objects.update(state=state)
    receipt = client.get(address("receipt", whole, 1)).content.decode()
    assert ("it may return it for changes" in receipt) is (state in ("submitted", "complete"))


def test_what_was_returned_has_the_deadline_of_its_return(client, committed, coordinator, call, at):
    client.post(address("submit", committed), {"key": uuid.uuid4()})
    workflow.return_for_changes(Application.objects.get(), by=coordinator, at=at, why="The biosketch is old.")
    client.post(address("submit", committed), {"key": uuid.uuid4()})
    days = [
        f"{moment.day} {moment:%B %Y}"
        for moment in (call.closes_at.astimezone(call.zone), call.letters_until.astimezone(call.zone))
    ]
    for number, day in enumerate(days, start=1):
        page = client.get(address("receipt", committed, number)).content.decode()
        assert f"<dt>Deadline</dt>\n                <dd>{day}" in page
    first, second = Email.objects.filter(kind="submission received").order_by("pk")
    assert f"The deadline is {days[0]}" in first.text
    assert f"The deadline for it was {days[1]}" in second.text


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
    page = client.get(url).content.decode()
    assert "Something is missing" in page
    assert "What is missing" not in page  # it is said once
    response = client.post(url, {"key": uuid.uuid4()})
    assert response.status_code == 409
    assert "Specific aims (not written yet)" in response.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("key", ["", "x", None])
def test_a_form_without_a_key_submits_nothing(client, whole, key):
    response = client.post(address("submit", whole), {"key": key} if key is not None else {})
    assert response.status_code == 200
    assert not Submission.objects.exists()


class SlowLine(FakePayload):
    """The body of a request that arrives long after its head."""

    def read(self, *size):
        time.sleep(0.8)
        return super().read(*size)


@pytest.mark.both
@pytest.mark.parametrize(("left", "is_taken"), [(0.5, True), (-0.001, False)])
def test_the_moment_counts_at_which_the_request_came_in_not_when_it_was_read(client, whole, call, left, is_taken, settings):
    """F16: one second of work, or a slow line, takes no deadline away from anybody and gives nobody a second more."""
    # The token is looked for in the body, so that the body is read before the page is.
    client.handler.enforce_csrf_checks = True
    client.cookies[settings.CSRF_COOKIE_NAME] = token = "t" * CSRF_SECRET_LENGTH
    body = urlencode({"key": uuid.uuid4(), "csrfmiddlewaretoken": token})
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() + timedelta(seconds=left))
    response = client.generic(
        "POST", address("submit", whole), body, "application/x-www-form-urlencoded", **{"wsgi.input": SlowLine(body)}
    )
    closes_at = Call.objects.get(pk=call.pk).closes_at
    assert timezone.now() > closes_at
    assert (response.status_code == 302, Submission.objects.count()) == (is_taken, int(is_taken))
    if is_taken:
        assert Submission.objects.get().received_at < closes_at


@pytest.mark.both
def test_after_the_deadline_a_sentence_and_every_word_kept(client, whole, call, at):
    """F16 through the door: what was autosaved stays; the answer says why and what is still possible."""
    call.closes_at = at - timedelta(seconds=1)
    call.save()
    response = client.post(address("submit", whole), {"key": uuid.uuid4()})
    page = response.content.decode()
    assert response.status_code == 409
    assert page.count("The call closed on") == 1
    assert "It was not submitted" in page
    assert "Please mend" not in page
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
