"""The request to a sponsor or mentor ends while somebody else can be named, and at no other time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import workflow
from applications.models import Application
from programs.models import Email, HistoryEntry
from programs.templatetags.portal import in_zone
from programs.transitions import NotPossible
from sponsors import workflow as sponsoring
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory

SECOND = timedelta(seconds=1)


@pytest.fixture(params=[SponsorCommitmentFactory, MentorAgreementFactory], ids=["sponsor", "mentor"])
def promise(request, application):
    """What somebody has promised for the applicant's draft."""
    made = request.param(call=application.call, applicant=application.applicant, committed=True)
    return type(made).objects.for_page().get()


def put(application, state, at):
    Application.objects.filter(pk=application.pk).update(state=state, submitted_at=at, tracking_number="HL-0000-00")


def replace(application, promise, by, at, **facts):
    workflow.replace_promise(application, promise, **{"seen": "committed", "why": "On leave.", "by": by, "at": at, **facts})


@pytest.mark.parametrize("state", ["draft", "returned", "submitted"])
def test_while_somebody_else_can_be_named(application, promise, applicant, state, at):
    put(application, state, at)
    replace(application, promise, applicant, at)
    promise.refresh_from_db()
    assert promise.state == "replaced"
    row = HistoryEntry.objects.about(promise).get()
    assert (row.verb, row.by, row.why, row.from_state) == ("replace", applicant, "On leave.", "committed")


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
@pytest.mark.parametrize(
    "state",
    [state for state in Application.State.values if state not in ("draft", "returned", "submitted")],
)
def test_never_once_nobody_can_be_named_any_more(application, promise, applicant, coordinator, who, state, at):
    """A commitment that was reviewed must not be gone with nobody to follow."""
    put(application, state, at)
    with pytest.raises(NotPossible, match="nobody can be named any more"):
        replace(application, promise, {"applicant": applicant, "coordinator": coordinator}[who], at)
    promise.refresh_from_db()
    assert promise.state == "committed"


def test_what_the_office_can_do_about_a_complete_one(application, promise, coordinator, applicant, at):
    put(application, "complete", at)
    with pytest.raises(NotPossible, match="can return it for changes first"):
        replace(application, promise, coordinator, at)
    workflow.return_for_changes(application, by=coordinator, at=at, why="Your sponsor has left.")
    replace(application, promise, coordinator, at)
    assert promise.state == "replaced"


def test_a_draft_that_was_not_submitted_needs_nobody_else(application, promise, applicant, coordinator):
    for late in (application.call.closes_at, application.call.letters_until):
        for by in (applicant, coordinator):
            with pytest.raises(NotPossible, match=r"^The call closed on "):
                replace(application, promise, by, late, why="On leave.")
    replace(application, promise, applicant, application.call.closes_at - SECOND)
    assert promise.state == "replaced"


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_in_time_to_the_second(application, promise, applicant, at, state):
    type(application).objects.update(state=state, submitted_at=at, tracking_number="HL-2345-67")
    end = application.call.letters_until
    for late in (end, end + timedelta(days=100)):
        with pytest.raises(NotPossible, match=r"The time (to answer has passed|for changes ended)"):
            replace(application, promise, applicant, late)
    replace(application, promise, applicant, end - SECOND)
    assert promise.state == "replaced"


def test_the_office_says_why(application, promise, coordinator, applicant, at):
    with pytest.raises(NotPossible, match="say why"):
        replace(application, promise, coordinator, at, why=" ")
    replace(application, promise, applicant, at, why="")
    assert promise.state == "replaced"


def test_who_may(application, promise, stranger, other_director, reviewer, other_call, at):
    for by in (stranger, other_director, reviewer):
        with pytest.raises(PermissionDenied):
            replace(application, promise, by, at)
    foreign = SponsorCommitmentFactory(call=other_call, applicant=application.applicant, committed=True)
    with pytest.raises(PermissionDenied):
        replace(application, foreign, application.applicant, at)
    promise.refresh_from_db()
    assert promise.state == "committed"


def test_an_answer_nobody_saw_is_read_first(application, promise, applicant, at):
    with pytest.raises(NotPossible, match="has committed meanwhile"):
        replace(application, promise, applicant, at, seen="asked")
    promise.refresh_from_db()
    assert promise.state == "committed"


def test_the_verb_below_asks_the_clock_too(application, promise, applicant):
    """Whatever door calls it: 100 days after the grace nobody could be asked instead."""
    with pytest.raises(NotPossible, match="nobody else could be asked"):
        sponsoring.replace(promise, by=applicant, at=application.call.letters_until + timedelta(days=100))
    promise.refresh_from_db()
    assert promise.state == "committed"


def test_withdrawing_ends_requests_at_any_time(application, applicant, at):
    asked = SponsorCommitmentFactory(call=application.call, applicant=applicant)
    put(application, "under_review", at)
    workflow.withdraw(application, by=applicant, at=application.call.letters_until + timedelta(days=9))
    asked.refresh_from_db()
    assert asked.state == "replaced"
    row = HistoryEntry.objects.about(asked).get()
    assert (row.verb, row.why) == ("end the request", "The application was withdrawn.")


class TestTheApplicantHears:
    """What the office ends is told once: who, by whom, why, what to do and until when."""

    def told(self, application):
        return list(Email.objects.filter(kind="request ended", applicant=application.applicant))

    def test_of_what_the_office_ended(self, application, promise, coordinator, at):
        replace(application, promise, coordinator, at, why="Has left the hospital.")
        [email] = self.told(application)
        noun = "sponsor" if promise._meta.app_label == "sponsors" else "mentor"
        assert (email.to, email.subject) == (
            application.applicant.email,
            f"[Action required] Please name another {noun} for your application",
        )
        until = in_zone(application.call.letters_until, application.call.time_zone)
        assert email.text.startswith(
            f"The office of {application.call.program.name} has ended the request to {promise.name} to be your {noun}.\n"
            f"You need another {noun}; answers are taken until {until}."
        )
        assert "The office gave this reason:\nHas left the hospital." in email.text
        assert f"What {promise.name} had promised no longer counts" in email.text
        assert (email.action_path, email.link) == (reverse("applications:application", args=[application.pk]), None)
        assert promise.email not in email.text

    def test_a_request_without_an_answer_had_promised_nothing(self, application, promise, coordinator, at):
        type(promise).objects.update(state="asked", answered_at=None, signed_name="")
        promise.refresh_from_db()
        replace(application, promise, coordinator, at, seen="asked")
        [email] = self.told(application)
        assert "had promised" not in email.text
        assert f"The link that {promise.name} received opens nothing any more." in email.text

    def test_once(self, application, promise, coordinator, director, at):
        replace(application, promise, coordinator, at)
        with pytest.raises(NotPossible):
            replace(application, promise, director, at, seen="replaced")
        assert len(self.told(application)) == 1

    def test_not_of_what_they_ended_themselves(self, application, promise, applicant, at):
        replace(application, promise, applicant, at)
        assert self.told(application) == []

    def test_not_of_what_was_refused(self, application, promise, coordinator, at):
        with pytest.raises(NotPossible):
            replace(application, promise, coordinator, application.call.letters_until)
        assert self.told(application) == []
