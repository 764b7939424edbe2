"""The applicant's page and the office's page of one application."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import workflow
from applications.models import Application
from mentors.models import MentorAgreement
from programs import reminders
from programs import workflow as office
from programs.models import Email, HistoryEntry, Reminder, SealedLink
from programs.transitions import record
from sponsors import workflow as sponsoring
from sponsors.models import SponsorCommitment
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import SponsorCommitmentFactory


def page_of(client, application):
    return client.get(reverse("applications:application", args=[application.pk]))


class TestApplicant:
    def test_sees_how_things_stand_and_what_is_missing(self, client_of, applicant, whole):
        page = page_of(client_of(applicant), whole).content.decode()
        assert "Telehealth titration for heart failure" in page
        assert "4 of 6 done" in page
        assert "What is missing" in page
        assert "Nothing is missing" not in page
        assert "in 8 days" in page or "in 9 days" in page
        assert "Biosketch Ng.pdf" in page
        assert "Check and submit" in page
        assert "12 of 500 words" in page

    @pytest.mark.parametrize("state", ["withdrawn", "ineligible", "under_review", "not_awarded", "accepted"])
    def test_is_asked_for_nothing_once_nothing_can_be_added(self, client_of, applicant, whole, state, at):
        Application.objects.update(state=state, submitted_at=at, tracking_number="HL-0000-00")
        page = page_of(client_of(applicant), whole).content.decode()
        assert "missing-title" not in page

    def test_sees_who_was_asked_opened_and_answered(self, client_of, applicant, whole, at):
        SponsorCommitment.objects.update(opened_at=at)
        signed = {"signed_name": "Maya A. Okafor", "signed_title": "Vice Chair"}
        MentorAgreement.objects.update(state="declined", reason="A private reason.", answered_at=at, **signed)
        page = page_of(client_of(applicant), whole).content.decode()
        sponsor, mentor = SponsorCommitment.objects.get(), MentorAgreement.objects.get()
        assert reverse("sponsors:ask_again", args=[sponsor.pk]) in page
        assert reverse("applications:replace_sponsor", args=[whole.pk, sponsor.pk]) in page
        assert reverse("mentors:ask_again", args=[mentor.pk]) not in page
        assert page.count("Signed by") == 1
        assert "Maya A. Okafor, Vice Chair" in page
        assert "Another name than that of who was asked." not in page
        MentorAgreement.objects.update(signed_name="An Assistant")
        assert "Another name than that of who was asked." in page_of(client_of(applicant), whole).content.decode()
        assert "Name somebody else" in page
        assert reverse("applications:replace_mentor", args=[whole.pk, mentor.pk]) not in page

    def test_a_card_has_the_buttons_that_are_possible_and_no_other(self, client_of, applicant, coordinator, whole):
        def buttons(person):
            page = page_of(client_of(person), whole).content.decode()
            return [page.count(words) for words in ("Ask again", "Ask somebody else", "Name somebody else", "Name the ")]

        assert buttons(applicant) == buttons(coordinator) == [2, 2, 0, 0]
        MentorAgreement.objects.update(state="declined", reason="No.", signed_name="Maya Okafor")
        assert (buttons(applicant), buttons(coordinator)) == ([1, 1, 1, 0], [1, 1, 0, 0])
        SponsorCommitment.objects.all().delete()
        assert (buttons(applicant), buttons(coordinator)) == ([0, 0, 1, 1], [0, 0, 0, 0])

    def test_a_card_says_the_hospital_once_and_breaks_an_address_where_it_may(self, client_of, applicant, whole):
        system = SponsorCommitment.objects.get().health_system
        SponsorCommitment.objects.update(title=f"Chief, {system.name}")
        page = page_of(client_of(applicant), whole).content.decode()
        assert f"Chief, {system.name}</span>" in page
        assert "sponsor@<wbr>example<wbr>.org" in page
        MentorAgreement.objects.update(title="")
        assert '<span class="person-note">Harbor University</span>' in page_of(client_of(applicant), whole).content.decode()

    def test_reads_the_offices_words_after_a_return(self, client_of, applicant, submitted, coordinator, at):
        workflow.return_for_changes(submitted, by=coordinator, at=at, why="The biosketch is <old>.")
        page = page_of(client_of(applicant), submitted).content.decode()
        assert "The office asks you to change this:" in page
        assert "The biosketch is &lt;old&gt;." in page
        assert "submit it again before" in page

    def test_never_reads_what_is_for_the_office_only(self, client_of, applicant, submitted, coordinator, at):
        record(submitted, "assign reviewer", at=at, by=coordinator, why="Canary Reviewer", office_only=True)
        record(submitted, "greet", at=at, by=coordinator, why="Shown to both")
        page = page_of(client_of(applicant), submitted).content.decode()
        assert "Shown to both" in page
        assert "Canary Reviewer" not in page
        assert "Canary Reviewer" in page_of(client_of(coordinator), submitted).content.decode()

    def test_never_reads_what_the_office_did_with_reminders_and_emails(self, client_of, applicant, coordinator, whole, at):
        commitment = SponsorCommitment.objects.get()
        moment = whole.call.closes_at - timedelta(days=1)
        SponsorCommitment.objects.update(asked_at=moment - timedelta(days=9))
        reminders.keep(sponsoring.REMINDER, at=moment - timedelta(hours=1))
        row = Reminder.objects.planned().filter(due_at=moment).get()
        office.hold(row, by=coordinator, at=at)
        office.let_go(row, by=coordinator, at=at)
        Email.objects.update(state="done", done_at=at)
        office.send_again(Email.objects.about(commitment).first(), by=coordinator, at=at)
        own, seen = (page_of(client_of(person), whole).content.decode() for person in (applicant, coordinator))
        said = ("Sponsor: reminder held", "Sponsor: reminder let go", "Sponsor: e-mail sent again")
        assert [(words in own, words in seen) for words in said] == [(False, True)] * 3
        assert coordinator.name not in own
        assert "Remind Dana Whitfield to answer" in seen

    def test_never_reads_the_words_of_sponsor_and_mentor(self, client_of, applicant, coordinator, submitted, at):
        commitment = SponsorCommitmentFactory(call=submitted.call, applicant=applicant, committed=True)
        record(commitment, "commit", at=at, who="Dana Whitfield", why="Canary: between us, a weak plan.", to_state="committed")
        assert "Canary" not in page_of(client_of(applicant), submitted).content.decode()
        assert "Canary" in page_of(client_of(coordinator), submitted).content.decode()

    def test_after_the_deadline_a_draft_says_so_and_offers_nothing(self, client_of, applicant, application, call, at):
        call.closes_at = at - timedelta(seconds=1)
        call.save()
        page = page_of(client_of(applicant), application).content.decode()
        assert "This application was not submitted" in page
        assert "Check and submit" not in page
        assert 'type="file"' not in page

    @pytest.mark.parametrize("state", Application.State.values)
    def test_every_state_has_its_sentence(self, client_of, applicant, call, state):
        application = ApplicationFactory(call=call, applicant=applicant, state=state)
        response = page_of(client_of(applicant), application)
        assert response.status_code == 200
        assert response.context["badge"]["text"] == Application.State(state).label
        assert response.context["sentence"] or state in ("draft", "returned")

    def test_the_reason_of_the_last_return_stays_however_much_happened_since(self, client_of, applicant, call, at):
        application = ApplicationFactory(call=call, applicant=applicant, state="returned")
        record(application, "return for changes", at=at, why="Please say more of the method.")
        record(application, "return for changes", at=at + timedelta(seconds=1), why="Please shorten the aims.")
        for turn in range(70):
            record(application, "attach", at=at + timedelta(seconds=2 + turn), by=applicant)
        page = page_of(client_of(applicant), application).content.decode()
        assert "Please shorten the aims." in page
        assert "Please say more of the method." not in page

    def test_takes_a_bounded_number_of_queries(self, client_of, applicant, whole, django_assert_max_num_queries, at):
        client = client_of(applicant)
        page_of(client, whole)
        for turn in range(30):
            record(whole, "attach", at=at + timedelta(seconds=turn), by=applicant)
        with django_assert_max_num_queries(12):
            page_of(client, whole)


class TestOffice:
    def test_sees_facts_promises_packet_history_and_emails(self, client_of, coordinator, whole, at):
        import uuid  # noqa: PLC0415

        sent = workflow.submit(whole.pk, key=uuid.uuid4(), by=whole.applicant, at=at)
        response = page_of(client_of(coordinator), whole)
        page = response.content.decode()
        for fact in (
            sent.application.tracking_number,
            "samuel@example.org",
            "The packet is being made",
            "Received: your application",
            "Submit",
        ):
            assert fact in page
        assert [action["label"] for action in response.context["actions"]] == [
            "Mark complete", "Return for changes", "Find ineligible",
        ]  # fmt: skip
        assert HistoryEntry.objects.filter(verb="submit").exists()

    def test_the_history_says_by_link_or_by_account(self, client_of, coordinator, whole, at):
        link = SealedLink.objects.create(
            program=whole.call.program,
            purpose="sponsors:answer",
            subject=whole,
            email="d@example.org",
            created_at=at,
            expires_at=at,
        )
        record(whole, "commit", at=at, link=link, who="Dana Whitfield")
        record(whole, "start", at=at, by=whole.applicant)
        page = page_of(client_of(coordinator), whole).content.decode()
        assert "Dana Whitfield, by the link in an e-mail" in page
        assert f"{whole.applicant.name}, by the link" not in page

    def test_does_not_read_a_draft(self, client_of, coordinator, whole):
        page = page_of(client_of(coordinator), whole).content.decode()
        assert "The text of a draft is the applicant’s own" in page
        assert reverse("applications:reading", args=[whole.pk]) not in page
        assert client_of(coordinator).get(reverse("applications:reading", args=[whole.pk])).status_code == 404
        assert client_of(coordinator).get(reverse("applications:packet", args=[whole.pk])).status_code == 404

    @pytest.mark.parametrize("state", Application.State.values)
    def test_every_state_can_be_looked_at(self, client_of, coordinator, call, state):
        application = ApplicationFactory(call=call, state=state)
        response = page_of(client_of(coordinator), application)
        assert response.context["badge"]["text"] == Application.State(state).label
        judged = ("complete", "under_review", "awarded", "alternate", "not_awarded", "accepted", "declined")
        assert (reverse("reviews:assign", args=[application.pk]) in response.content.decode()) == (state in judged)

    def test_takes_at_most_twelve_queries(self, client_of, coordinator, submitted, django_assert_max_num_queries, at):
        client = client_of(coordinator)
        page_of(client, submitted)
        for turn in range(30):
            record(submitted, "note", at=at + timedelta(seconds=turn), by=coordinator)
        with django_assert_max_num_queries(12):
            page_of(client, submitted)
