"""Files are given to those who may read them, under their own names, sealed off."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import tasks, workflow
from applications.models import Application, PacketPreview, Submission
from sponsors.models import SponsorCommitment

MINUTE = timedelta(minutes=1)


def address(name, application, *more):
    return reverse(f"applications:{name}", args=[application.pk, *more])


@pytest.fixture
def sent(whole, at):
    workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)
    tasks.sweep_packets()
    whole.refresh_from_db()
    return whole


class TestDocument:
    def test_is_a_download_with_its_own_name_and_no_powers(self, client_of, applicant, whole):
        kept = whole.documents.get()
        kept.name = "Lebenslauf “Müller”.pdf"
        kept.save()
        response = client_of(applicant).get(address("document_file", whole, kept.pk))
        assert b"".join(response.streaming_content).startswith(b"%PDF-")
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Lebenslauf%20%E2%80%9CM%C3%BCller")
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "private" in response["Cache-Control"]

    def test_the_office_reads_it_once_it_is_submitted(self, client_of, coordinator, whole, at):
        url = address("document_file", whole, whole.documents.get().pk)
        assert client_of(coordinator).get(url).status_code == 404
        workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)
        assert client_of(coordinator).get(url).status_code == 200

    def test_what_is_attached_after_a_return_is_read_once_it_is_submitted_again(self, client_of, coordinator, whole, pdf, at):
        office, applicant, wanted = client_of(coordinator), whole.applicant, whole.call.document_requests.get()
        workflow.submit(whole.pk, key=uuid.uuid4(), by=applicant, at=at)
        whole.refresh_from_db()
        workflow.return_for_changes(whole, by=coordinator, at=at + MINUTE, why="Please attach the right one.")
        assert office.get(address("document_file", whole, whole.documents.get().pk)).status_code == 200
        workflow.attach(whole, wanted, name="right.pdf", content=pdf(1), by=applicant, at=at + 2 * MINUTE)
        url = address("document_file", whole, whole.documents.get().pk)
        assert office.get(url).status_code == 404
        assert client_of(applicant).get(url).status_code == 200
        workflow.submit(whole.pk, key=uuid.uuid4(), by=applicant, at=at + 3 * MINUTE)
        assert office.get(url).status_code == 200

    def test_of_another_application_does_not_exist(self, client_of, applicant, whole, submitted_elsewhere):
        assert client_of(applicant).get(address("document_file", whole, submitted_elsewhere.pk)).status_code == 404

    @pytest.fixture
    def submitted_elsewhere(self, other_call, stranger, pdf, at):
        from tests.factories.applications import ApplicationFactory  # noqa: PLC0415

        other = ApplicationFactory(call=other_call, applicant=stranger)
        return workflow.attach(other, other_call.document_requests.get(), name="c.pdf", content=pdf(1), by=stranger, at=at)


class TestPacket:
    def test_of_a_submission_opens_for_applicant_and_office(self, client_of, applicant, coordinator, sent):
        for person in (applicant, coordinator):
            response = client_of(person).get(address("packet", sent))
            assert b"".join(response.streaming_content).startswith(b"%PDF-")
            assert response["Content-Disposition"] == f'inline; filename="{sent.tracking_number} Samuel Ng.pdf"'

    def test_that_is_not_made_yet_says_so(self, client_of, coordinator, submitted):
        page = client_of(coordinator).get(address("packet", submitted)).content.decode()
        assert "The packet is being made" in page
        assert "Load the page again to see how far it is" in page

    def test_that_failed_says_so_and_the_office_tries_again(self, client_of, coordinator, applicant, submitted):
        Submission.objects.update(state="failed", attempts=3, last_error="DocumentMissing: gone")
        office = client_of(coordinator)
        assert "could not be made" in office.get(address("application", submitted)).content.decode()
        again = address("packet_again", submitted, 1)
        assert client_of(applicant).post(again).status_code == 403
        office.post(again)
        assert Submission.objects.get().state == "queued"

    @pytest.mark.parametrize("number", ["2", "x", "99999999999", "²"])
    def test_of_no_such_submission_does_not_exist(self, client_of, applicant, sent, number):
        assert client_of(applicant).get(address("packet", sent), {"submission": number}).status_code == 404


class TestPreview:
    def test_is_asked_for_made_and_opened(self, client_of, applicant, whole):
        client, url = client_of(applicant), address("packet", whole)
        assert "Make the packet" in client.get(url).content.decode()
        assert not PacketPreview.objects.exists()
        assert client.post(address("preview", whole)).url == url
        assert "The packet is being made" in client.get(url).content.decode()
        tasks.sweep_packets()
        assert client.get(url)["Content-Disposition"] == 'inline; filename="draft Samuel Ng.pdf"'

    def test_is_not_shown_after_a_change(self, client_of, applicant, whole, at):
        client = client_of(applicant)
        client.post(address("preview", whole))
        tasks.sweep_packets()
        client.post(address("title", whole), {"title": "Another title"})
        assert "was changed since the last packet" in client.get(address("packet", whole)).content.decode()

    def test_is_the_applicants_alone(self, client_of, coordinator, whole):
        assert client_of(coordinator).post(address("preview", whole)).status_code == 403
        assert not PacketPreview.objects.exists()


def test_a_health_system_that_the_position_names_stands_once(client_of, coordinator, whole, at):
    position = f"Vice President, Ambulatory Operations, {SponsorCommitment.objects.get().health_system}"
    SponsorCommitment.objects.update(title=position)
    workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)
    assert f"Dana Whitfield, {position}</dd>" in client_of(coordinator).get(address("reading", whole)).content.decode()


def test_reading_shows_what_was_submitted(client_of, coordinator, applicant, sent):
    Application.objects.update(title="Changed behind the back")
    page = client_of(coordinator).get(address("reading", sent)).content.decode()
    assert "Half of the patients reach target doses" in page
    assert "Dana Whitfield" in page
    assert address("document_file", sent, sent.documents.get().pk) in page
