"""Complete, return and not eligible: the consequence on a page of its own, a reason, and then the act."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import workflow
from applications.models import Application, SectionText
from programs.models import Call, HistoryEntry
from programs.templatetags.portal import in_zone


@pytest.fixture
def office(client_of, coordinator):
    return client_of(coordinator)


def address(name, application):
    return reverse(f"applications:{name}", args=[application.pk])


@pytest.mark.parametrize(
    ("name", "consequence", "state"),
    [
        ("return_for_changes", "may change everything and submit it again until", "returned"),
        ("find_ineligible", "leaves the call and is not reviewed", "ineligible"),
    ],
)
def test_with_a_reason_only(office, submitted, name, consequence, state):
    url = address(name, submitted)
    assert consequence in office.get(url).content.decode()
    assert "Please say why" in office.post(url, {"why": " "}).content.decode()
    assert Application.objects.get().state == "submitted"
    assert office.post(url, {"why": "The doctorate is missing.", "state": "awarded"}).url == address("application", submitted)
    assert Application.objects.get().state == state
    assert HistoryEntry.objects.latest("pk").why == "The doctorate is missing."


def test_of_a_draft_that_was_withdrawn_nothing_is_called_submitted_or_missing(office, application, applicant, at, client_of):
    workflow.withdraw(application, by=applicant, at=at, why="Another post.")
    for person in (office, client_of(applicant)):
        page = person.get(address("application", application)).content.decode()
        for words in ("as it was submitted", "What is missing", "Not yet; the deadline is"):
            assert words not in page
    assert "<dd>Never</dd>" in office.get(address("application", application)).content.decode()


def test_when_the_time_for_changes_is_over_the_page_says_since_when(office, submitted, at):
    """Decision 9: whoever looks for the button is told why it is missing, also on its own page."""
    page, url = address("application", submitted), address("return_for_changes", submitted)
    assert "is not possible any more" not in office.get(page).content.decode()
    Call.objects.update(opens_at=at - timedelta(days=90), closes_at=at - timedelta(days=9), letters_grace_hours=24)
    until = in_zone(Call.objects.get().letters_until, submitted.call.time_zone)
    why = f"The time for changes ended on {until}: the applicant could not submit it again."
    text = " ".join(office.get(page).content.decode().split())
    assert url not in text
    assert f"<strong>Return for changes</strong> is not possible any more. {why}" in text
    assert f"This is not possible any more. {why}" in office.get(url).content.decode()
    refused = office.post(url, {"why": "The budget is another call’s."})
    assert refused.status_code == 409
    for words in (why, "The budget is another call’s."):
        assert words in refused.content.decode()
    assert Application.objects.get().state == "submitted"


def test_a_return_is_taken_back_with_a_reason(office, submitted, coordinator, client_of, at):
    url = address("take_back_return", submitted)
    page = address("application", submitted)
    assert url not in office.get(page).content.decode()
    workflow.return_for_changes(submitted, by=coordinator, at=at, why="Please change it.")
    assert url in office.get(page).content.decode()
    assert "counts as submitted again, as it was received on" in office.get(url).content.decode()
    assert "Please say why" in office.post(url, {"why": ""}).content.decode()
    answer = office.post(url, {"why": "It was whole."}, follow=True)
    assert "The application is submitted again, as it was before it was returned." in answer.content.decode()
    assert "Return taken back" in answer.content.decode()
    mine = client_of(submitted.applicant).get(page).content.decode()
    assert "What you changed after that is kept below, but is no part of it." in mine
    section = submitted.call.sections.first()
    url_of_section = reverse("applications:section", args=[submitted.pk, section.pk])
    SectionText.objects.update(saved_at=at - timedelta(hours=1))
    left_out = "this text is no part of the application"
    assert left_out not in client_of(submitted.applicant).get(url_of_section).content.decode()
    SectionText.objects.filter(section=section).update(saved_at=at + timedelta(hours=1))  # while it was returned
    assert left_out in client_of(submitted.applicant).get(url_of_section).content.decode()
    answer = office.post(url, {"why": "Once more."})
    assert answer.status_code == 409
    assert "Once more." in answer.content.decode()
    assert client_of(submitted.applicant).post(url, {"why": "Mine."}).status_code == 403


def test_of_an_application_that_was_never_returned_nothing_is_said(submitted, client_of):
    page = client_of(submitted.applicant).get(address("application", submitted)).content.decode()
    assert "The office went on with" not in page


def test_complete_lists_what_is_missing_and_waits(office, submitted):
    url = address("mark_complete", submitted)
    page = office.get(url).content.decode()
    assert "Sponsor: not asked yet" in page
    assert "cannot be marked complete without them" in page
    response = office.post(url, {"why": "In a hurry."})
    assert response.status_code == 409
    assert "not complete yet" in response.content.decode()
    assert Application.objects.get().state == "submitted"


def test_complete_when_nothing_is_missing(office, committed, at):
    workflow.submit(committed.pk, key=uuid.uuid4(), by=committed.applicant, at=at)
    assert office.post(address("mark_complete", committed), {"why": ""}).status_code == 302
    assert Application.objects.get().state == "complete"


def test_a_second_office_hand_is_told(office, submitted):
    Application.objects.update(state="ineligible")
    response = office.post(address("return_for_changes", submitted), {"why": "Late."})
    assert response.status_code == 409
    assert "the application is not eligible" in response.content.decode()
    text = " ".join(response.content.decode().split())
    assert "What you wrote, not sent" in text
    assert '<dt>Reason</dt><dd class="preserve-lines">Late.</dd>' in text
    assert Application.objects.get().state == "ineligible"
