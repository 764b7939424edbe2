"""Submitting: exactly in time, once, frozen; and withdrawing."""

import json
import re
import threading
import uuid
from datetime import timedelta
from urllib.parse import urlparse

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications import snapshot, workflow
from applications.models import Application, SectionText, Submission
from mentors.models import MentorAgreement
from programs import links
from programs.models import Email, HistoryEntry, SealedLink
from programs.transitions import NotPossible
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment
from tests.factories.applications import write_sections
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory

HALF = timedelta(seconds=0.5)


def submit(application, at, key=None, by=None):
    return workflow.submit(application.pk, key=key or uuid.uuid4(), by=by or application.applicant, at=at)


def test_freezes_the_application_and_gives_a_receipt(whole, at, outbox):
    sent = submit(whole, at)
    stored = Submission.objects.get()
    assert (stored.number, stored.received_at, stored.state) == (1, at, "queued")
    assert stored.sha256 == snapshot.fingerprint(stored.snapshot) == sent.sha256
    frozen = stored.snapshot
    assert frozen["title"] == "Telehealth titration for heart failure"
    assert frozen["applicant"]["name"] == "Samuel Ng"
    assert [(part["title"], part["words"]) for part in frozen["sections"]] == [("Specific aims", 12), ("Research plan", 12)]
    document = whole.documents.get()
    assert [(d["pages"], d["size"], d["sha256"]) for d in frozen["documents"]] == [(2, document.size, document.sha256)]
    assert (frozen["sponsor"]["state"], frozen["mentor"]["state"]) == ("asked", "asked")
    whole.refresh_from_db()
    assert (whole.state, whole.submitted_at) == ("submitted", at)
    assert re.fullmatch(r"HL-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{2}", whole.tracking_number)
    assert frozen["tracking_number"] == whole.tracking_number
    [receipt] = [email for email in outbox() if email.kind == "submission received"]
    assert (receipt.to, receipt.subject) == ("samuel@example.org", f"Received: your application {whole.tracking_number}")
    assert f"{at.day} {at:%B %Y, %H:%M:%S} UTC" in receipt.text
    assert "Pacific" in receipt.text.split("\n")[0]
    assert stored.sha256 in receipt.text
    assert HistoryEntry.objects.filter(verb="submit").values_list("from_state", "to_state", "who").get() == (
        "draft", "submitted", "Samuel Ng",
    )  # fmt: skip


def test_the_fingerprint_is_of_canonical_json(whole, at):
    frozen = submit(whole, at).snapshot
    shuffled = json.loads(json.dumps(dict(reversed(frozen.items()))))
    assert snapshot.fingerprint(shuffled) == snapshot.fingerprint(frozen)
    assert snapshot.fingerprint({**frozen, "title": "Another"}) != snapshot.fingerprint(frozen)


def test_is_in_time_until_half_a_second_before_the_deadline(whole, call):
    """F16: the rule is received_at < closes_at, to the microsecond; the texts stay as a draft."""
    for moment in (call.closes_at, call.closes_at + HALF):
        with pytest.raises(NotPossible, match="The call closed on"):
            submit(whole, moment)
    assert not Submission.objects.exists()
    whole.refresh_from_db()
    assert (whole.state, whole.tracking_number) == ("draft", None)
    assert SectionText.objects.filter(application=whole).count() == 2
    assert submit(whole, call.closes_at - HALF).received_at == call.closes_at - HALF


def test_the_same_key_gives_the_same_receipt_and_another_key_is_refused(whole, at, outbox):
    key = uuid.uuid4()
    first = submit(whole, at, key)
    assert submit(whole, at + timedelta(minutes=1), key) == first
    with pytest.raises(NotPossible, match="not possible any more: the application is submitted"):
        submit(whole, at)
    assert Submission.objects.count() == 1
    assert [email.kind for email in outbox()].count("submission received") == 1


def test_the_same_key_gives_the_receipt_after_the_deadline_too(whole, at, call):
    key = uuid.uuid4()
    first = submit(whole, at, key)
    assert submit(whole, call.closes_at + timedelta(days=1), key) == first


def test_a_key_of_another_application_is_refused(whole, submitted_elsewhere, at):
    with pytest.raises(NotPossible, match="another application"):
        submit(whole, at, submitted_elsewhere.key)
    whole.refresh_from_db()
    assert whole.state == "draft"


@pytest.fixture
def submitted_elsewhere(other_call, stranger):
    from tests.factories.applications import ApplicationFactory  # noqa: PLC0415

    return ApplicationFactory(call=other_call, applicant=stranger, state="submitted").submissions.get()


def test_names_what_is_missing_and_changes_nothing(application, at):
    with pytest.raises(NotPossible, match=r"Specific aims \(not written yet\); .*Biosketch \(not attached yet\)"):
        submit(application, at)
    application.refresh_from_db()
    assert (application.state, application.tracking_number, application.version) == ("draft", None, 1)
    assert not HistoryEntry.objects.filter(verb="submit").exists()


def test_a_section_over_its_limit_is_not_submitted(whole, at):
    SectionText.objects.filter(section__title="Specific aims").update(words=501)
    with pytest.raises(NotPossible, match=r"Specific aims \(1 words? over\)"):
        submit(whole, at)


def test_is_the_applicants_alone(whole, coordinator, stranger, at):
    for person in (coordinator, stranger):
        with pytest.raises(PermissionDenied):
            submit(whole, at, by=person)


def test_again_after_a_return_keeps_the_number_and_both_snapshots(whole, coordinator, call, at):
    submit(whole, at)
    whole.refresh_from_db()
    number = whole.tracking_number
    workflow.return_for_changes(whole, by=coordinator, at=at, why="Please shorten the aims.")
    section = call.sections.get(title="Specific aims")
    workflow.save_section(whole, section, text="Shorter.", version=1, by=whole.applicant, at=call.closes_at + HALF)
    second = submit(whole, call.closes_at + timedelta(hours=1))
    whole.refresh_from_db()
    assert (second.number, whole.tracking_number, whole.state) == (2, number, "submitted")
    texts = [row.snapshot["sections"][0]["text"] for row in whole.submissions.order_by("number")]
    assert texts == ["Half of the patients reach target doses more than six months late.", "Shorter."]


def test_a_late_autosave_changes_nothing(whole, call, at):
    """F23: the autosave that was on its way when the button was pressed."""
    sent = submit(whole, at)
    with pytest.raises(NotPossible):
        workflow.save_section(
            whole, call.sections.first(), text="Three seconds later.", version=1, by=whole.applicant, at=at + timedelta(seconds=3)
        )
    whole.refresh_from_db()
    assert snapshot.of(whole, number=1, received_at=at)["sections"] == sent.snapshot["sections"]


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_posts_of_one_form_make_one_submission(call, applicant, at):
    """F15: a double click, and a proxy that tries again."""
    from tests.factories.applications import ApplicationFactory  # noqa: PLC0415

    application = ApplicationFactory(call=call, applicant=applicant)
    call.document_requests.all().delete()
    write_sections(application)
    SponsorCommitmentFactory(call=call, applicant=applicant)
    MentorAgreementFactory(call=call, applicant=applicant)
    client = Client()
    client.force_login(applicant)
    key, together, answers = uuid.uuid4(), threading.Barrier(10), []

    def press():
        try:
            browser = Client()
            browser.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
            together.wait(timeout=20)
            response = browser.post(reverse("applications:submit", args=[application.pk]), {"key": key})
            answers.append((response.status_code, urlparse(response.headers.get("Location", "")).path))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == [(302, reverse("applications:receipt", args=[application.pk, 1]))] * 10
    assert Submission.objects.count() == 1
    assert Email.objects.filter(kind="submission received").count() == 1
    assert HistoryEntry.objects.filter(verb="submit").count() == 1


class TestWithdraw:
    @pytest.mark.parametrize("state", ["draft", "submitted", "returned", "complete", "under_review"])
    def test_is_possible_before_a_decision(self, whole, state, at, outbox):
        Application.objects.update(state=state, submitted_at=at, tracking_number="HL-2345-67")
        workflow.withdraw(whole, by=whole.applicant, at=at, why="I have another position.")
        whole.refresh_from_db()
        assert whole.state == "withdrawn"
        assert HistoryEntry.objects.get(verb="withdraw").why == "I have another position."
        assert [email.kind for email in outbox()] == ["application withdrawn"]

    @pytest.mark.parametrize("state", ["awarded", "not_awarded", "accepted", "ineligible", "withdrawn"])
    def test_is_not_possible_afterwards(self, whole, state, at):
        Application.objects.update(state=state, submitted_at=at, tracking_number="HL-2345-67")
        with pytest.raises(NotPossible):
            workflow.withdraw(whole, by=whole.applicant, at=at)

    def test_ends_requests_and_kills_their_links(self, application, health_system, at):
        facts = {"email": "dana@county.example", "title": "Chief", "note": "", "by": application.applicant, "at": at}
        sponsor = workflow.name_sponsor(application, name="Dana Whitfield", health_system=health_system, **facts)
        mentor = workflow.name_mentor(application, name="Maya Okafor", institution="", **facts | {"email": "maya@harbor.example"})
        link = SealedLink.objects.about(sponsor).get()
        sponsoring.commit(sponsor, signed_name="Dana Whitfield", signed_title="Chief", note="", at=at, link=link)
        workflow.withdraw(application, by=application.applicant, at=at)
        assert not SealedLink.objects.filter(revoked_at=None).exists()
        assert SponsorCommitment.objects.get(pk=sponsor.pk).state == "committed"
        assert MentorAgreement.objects.get(pk=mentor.pk).state == "replaced"

    def test_the_card_of_who_was_asked_does_not_invite_to_ask(self, application, at, client_of):
        facts = {"title": "", "note": "", "by": application.applicant, "at": at}
        workflow.name_mentor(application, name="Maya Okafor", email="maya@harbor.example", institution="", **facts)
        workflow.withdraw(application, by=application.applicant, at=at)
        page = client_of(application.applicant).get(f"/applications/{application.pk}/").content.decode()
        assert "Nobody stands" in page
        assert "Not asked yet" not in page
        assert "Maya Okafor, maya@harbor.example" in page  # the history says who was asked

    def test_an_answer_after_withdrawing_changes_nothing(self, application, at, rf):
        """F25: the mentor opens the link after the applicant has gone."""
        facts = {"email": "maya@harbor.example", "title": "", "note": "", "by": application.applicant, "at": at}
        mentor = workflow.name_mentor(application, name="Maya Okafor", institution="", **facts)
        link = SealedLink.objects.about(mentor).get()
        workflow.withdraw(application, by=application.applicant, at=at)
        request = rf.get("/")
        request.session = {links.GRANTED: [str(link.public_id)]}
        with pytest.raises(links.LinkRefused, match="revoked"):
            links.granted(request, link.public_id, "mentors:answer", at=at)

    def test_is_the_applicants_alone(self, whole, coordinator, at):
        with pytest.raises(PermissionDenied):
            workflow.withdraw(whole, by=coordinator, at=at)
