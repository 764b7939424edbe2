"""What the office does with a submitted application, and the verbs of the floors above."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from applications import checklist, workflow
from applications.models import Application, Submission
from mentors.models import MentorAgreement
from programs import mail
from programs.models import HistoryEntry
from programs.transitions import NotPossible, open_to
from tests.factories.applications import ApplicationFactory


@pytest.fixture
def complete_draft(committed, at):
    """A submitted application of which nothing is missing."""
    import uuid  # noqa: PLC0415

    workflow.submit(committed.pk, key=uuid.uuid4(), by=committed.applicant, at=at)
    committed.refresh_from_db()
    return committed


def verbs(user, application, at):
    return [row.verb for row in open_to(workflow.TABLE, user, application, at)]


class TestComplete:
    def test_needs_everything(self, complete_draft, coordinator, at, outbox):
        workflow.mark_complete(complete_draft, by=coordinator, at=at)
        assert complete_draft.state == "complete"
        assert outbox()[-1].subject == f"Your application {complete_draft.tracking_number} is complete"
        assert "Nothing is missing, and it goes to the reviewers." in outbox()[-1].text
        entry = HistoryEntry.objects.get(verb="mark complete")
        assert (entry.by, entry.from_state, entry.to_state) == (coordinator, "submitted", "complete")

    def test_waits_for_answers_while_the_grace_runs_and_then_wants_a_reason(self, complete_draft, coordinator, call, outbox):
        MentorAgreement.objects.update(state="asked", answered_at=None, signed_name="")
        with pytest.raises(NotPossible, match=r"not complete yet: Primary mentor \(asked"):
            workflow.mark_complete(complete_draft, by=coordinator, at=call.letters_until - timedelta(seconds=1), why="Known.")
        with pytest.raises(NotPossible, match="give the reason"):
            workflow.mark_complete(complete_draft, by=coordinator, at=call.letters_until)
        complete_draft.refresh_from_db()
        assert complete_draft.state == "submitted"
        workflow.mark_complete(complete_draft, by=coordinator, at=call.letters_until, why="The mentor wrote to us on paper.")
        assert HistoryEntry.objects.get(verb="mark complete").why == "The mentor wrote to us on paper."
        assert "It counts as complete and goes to the reviewers." in outbox()[-1].text

    def test_is_not_for_drafts(self, application, coordinator, at):
        with pytest.raises(NotPossible):
            workflow.mark_complete(application, by=coordinator, at=at)


class TestReturn:
    @pytest.mark.parametrize("how", ["submitted again", "taken back"])
    def test_what_asks_for_changes_is_not_sent_again_when_none_are_waited_for(self, complete_draft, coordinator, at, outbox, how):
        workflow.return_for_changes(complete_draft, by=coordinator, at=at, why="The biosketch is old.")
        [asked] = [email for email in outbox() if email.kind == "application returned"]
        assert mail.again(asked, at=at).subject == asked.subject
        if how == "taken back":
            workflow.take_back_return(complete_draft, by=coordinator, at=at, why="It may stay.")
        else:
            workflow.submit(complete_draft.pk, key=uuid.uuid4(), by=complete_draft.applicant, at=at)
        with pytest.raises(NotPossible, match=r"submitted again, or goes on without changes\. Sending it again would help nobody"):
            mail.again(asked, at=at)

    @pytest.mark.parametrize("state", ["submitted", "complete"])
    def test_gives_it_back_with_the_words_of_the_office(self, call, applicant, coordinator, at, state, outbox):
        application = ApplicationFactory(call=call, applicant=applicant, state=state)
        workflow.return_for_changes(application, by=coordinator, at=at, why="The biosketch is\nanother person’s.")
        assert application.state == "returned"
        [email] = outbox()
        assert email.subject.startswith("[Action required] ")
        assert (email.to, "The biosketch is\nanother person’s." in email.text) == ("samuel@example.org", True)
        assert " Pacific." in email.text.split("\n")[0]

    def test_needs_a_reason_and_time(self, submitted, coordinator, call, at):
        with pytest.raises(NotPossible, match="say why"):
            workflow.return_for_changes(submitted, by=coordinator, at=at, why=" ")
        with pytest.raises(NotPossible, match="time for changes ended on"):
            workflow.return_for_changes(submitted, by=coordinator, at=call.letters_until, why="Late.")
        submitted.refresh_from_db()
        assert submitted.state == "submitted"

    def test_twice_writes_two_emails(self, submitted, coordinator, at, outbox):
        workflow.return_for_changes(submitted, by=coordinator, at=at, why="First.")
        Application.objects.update(state="submitted")
        submitted.refresh_from_db()
        workflow.return_for_changes(submitted, by=coordinator, at=at, why="Second.")
        assert ["Second." in email.text for email in outbox()] == [False, True]


class TestTakeBackReturn:
    @pytest.fixture
    def returned(self, submitted, coordinator, at):
        workflow.return_for_changes(submitted, by=coordinator, at=at, why="Please shorten the aims.")
        return submitted

    @pytest.mark.parametrize("late", [False, True])
    def test_what_was_submitted_stands_again_at_any_time(self, returned, coordinator, call, at, late, outbox):
        was = Submission.objects.get()
        workflow.set_title(returned, title="Half a title", by=returned.applicant, at=at)
        when = call.letters_until + timedelta(days=1) if late else at
        workflow.take_back_return(returned, by=coordinator, at=when, why="It was\nwhole after all.")
        now = Application.objects.get()
        assert (now.state, now.title, now.tracking_number) == ("submitted", was.snapshot["title"], returned.tracking_number)
        assert (returned.state, returned.title) == (now.state, now.title)
        assert list(Submission.objects.all()) == [was]
        email = outbox()[-1]
        assert email.subject == f"Your application {returned.tracking_number} goes on as you submitted it"
        assert "It was\nwhole after all." in email.text
        assert HistoryEntry.objects.get(verb="take the return back").who == coordinator.name

    def test_then_it_is_screened_and_can_be_returned_once_more(self, returned, coordinator, call, at):
        workflow.take_back_return(returned, by=coordinator, at=at, why="A slip.")
        workflow.return_for_changes(returned, by=coordinator, at=at, why="The other page.")
        workflow.take_back_return(returned, by=coordinator, at=call.letters_until, why="Never came back.")
        workflow.mark_complete(returned, by=coordinator, at=call.letters_until, why="Without promises.")
        assert Application.objects.get().state == "complete"

    def test_what_was_changed_since_is_no_part_of_it(self, committed, coordinator, at):
        """The document that was taken away meanwhile is in the submission; open requests are about its title again."""
        workflow.submit(committed.pk, key=uuid.uuid4(), by=committed.applicant, at=at)
        committed.refresh_from_db()
        title = committed.title
        MentorAgreement.objects.update(state="asked", answered_at=None, signed_name="", signed_title="")
        workflow.return_for_changes(committed, by=coordinator, at=at, why="Please change it.")
        workflow.set_title(committed, title="Half a title", by=committed.applicant, at=at)
        request = committed.call.document_requests.first()
        workflow.remove_document(committed, request, by=committed.applicant, at=at)
        assert MentorAgreement.objects.get().project_title == "Half a title"
        workflow.take_back_return(committed, by=coordinator, at=at, why="It was whole.")
        assert MentorAgreement.objects.get().project_title == title
        MentorAgreement.objects.update(state="committed", answered_at=at, signed_name="M", signed_title="Professor")
        assert checklist.missing(Application.objects.get()) == []
        workflow.mark_complete(committed, by=coordinator, at=at)
        assert Application.objects.get().state == "complete"

    def test_without_its_parts_nothing_is_submitted_again(self, returned, at):
        workflow.remove_document(returned, returned.call.document_requests.first(), by=returned.applicant, at=at)
        with pytest.raises(NotPossible, match="Biosketch"):
            workflow.submit(returned.pk, key=uuid.uuid4(), by=returned.applicant, at=at)

    def test_the_applicant_can_change_nothing_any_more(self, returned, coordinator, at):
        workflow.take_back_return(returned, by=coordinator, at=at, why="A slip.")
        with pytest.raises(NotPossible):
            workflow.set_title(returned, title="Another", by=returned.applicant, at=at)

    def test_needs_a_reason_and_a_return(self, returned, coordinator, at):
        with pytest.raises(NotPossible, match="say why"):
            workflow.take_back_return(returned, by=coordinator, at=at, why=" ")
        workflow.take_back_return(returned, by=coordinator, at=at, why="A slip.")
        with pytest.raises(NotPossible, match="is submitted"):
            workflow.take_back_return(returned, by=coordinator, at=at, why="Twice.")

    def test_a_returned_one_can_be_found_not_eligible_too(self, returned, coordinator, call):
        workflow.find_ineligible(returned, by=coordinator, at=call.letters_until, why="It never came back.")
        assert Application.objects.get().state == "ineligible"


class TestIneligible:
    def test_tells_the_reason_and_nothing_in_the_subject(self, submitted, director, at, outbox):
        workflow.find_ineligible(submitted, by=director, at=at, why="The doctorate is missing.")
        assert submitted.state == "ineligible"
        [email] = outbox()
        assert email.subject == f"About your application {submitted.tracking_number}"
        assert "The doctorate is missing." in email.text


@pytest.mark.parametrize("person", ["reviewer", "finance", "committee", "stranger", "other_director", "applicant"])
@pytest.mark.parametrize(
    "verb",
    [
        workflow.return_for_changes, workflow.take_back_return, workflow.find_ineligible, workflow.mark_complete,
        workflow.begin_review,
    ],
)  # fmt: skip
def test_screening_is_the_offices_alone(submitted, person, verb, at, request):
    facts = {} if verb is workflow.begin_review else {"why": "No."}
    with pytest.raises(PermissionDenied):
        verb(submitted, by=request.getfixturevalue(person), at=at, **facts)
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_a_coordinator_never_screens_the_own_application(call, coordinator, at):
    own = ApplicationFactory(call=call, applicant=coordinator, state="submitted")
    with pytest.raises(PermissionDenied):
        workflow.mark_complete(own, by=coordinator, at=at, why="Fine.")


class TestFloorsAbove:
    def test_the_whole_way_of_an_award(self, call, coordinator, director, applicant, at):
        application = ApplicationFactory(call=call, applicant=applicant, state="complete")
        workflow.begin_review(application, by=coordinator, at=at)
        assert application.state == "under_review"
        workflow.decide(application, outcome="alternate", by=director, at=at)
        workflow.decide(application, outcome="awarded", by=director, at=at)
        workflow.note_accepted(application, by=applicant, at=at)
        assert list(HistoryEntry.objects.order_by("pk").values_list("to_state", flat=True)) == [
            "under_review", "alternate", "awarded", "accepted",
        ]  # fmt: skip

    def test_a_coordinator_does_not_decide(self, call, coordinator, at):
        application = ApplicationFactory(call=call, state="under_review")
        with pytest.raises(PermissionDenied):
            workflow.decide(application, outcome="awarded", by=coordinator, at=at)

    def test_the_portal_notes_a_lapse(self, call, at):
        application = ApplicationFactory(call=call, state="awarded")
        workflow.note_declined(application, by=None, at=at, why="Nobody answered.")
        assert HistoryEntry.objects.get().who == "the portal"

    @pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn", "ineligible", "awarded", "accepted"])
    def test_no_award_from_other_states(self, call, director, at, state):
        application = ApplicationFactory(call=call, state=state)
        with pytest.raises(NotPossible):
            workflow.decide(application, outcome="awarded", by=director, at=at)


def test_the_table_opens_what_each_may_do(call, applicant, coordinator, director, reviewer, at):
    application = ApplicationFactory(call=call, applicant=applicant)
    assert verbs(applicant, application, at) == ["submit", "withdraw"]
    assert verbs(applicant, application, call.closes_at) == ["withdraw"]
    assert verbs(coordinator, application, at) == []
    application.state = "submitted"
    assert verbs(applicant, application, at) == ["withdraw"]
    assert verbs(coordinator, application, at) == ["mark complete", "return for changes", "find not eligible"]
    assert verbs(coordinator, application, call.letters_until) == ["mark complete", "find not eligible"]
    assert verbs(reviewer, application, at) == []
    application.state = "under_review"
    assert verbs(coordinator, application, at) == []
    assert verbs(director, application, at) == ["offer an award", "make alternate", "not award"]
