"""Drafts are reminded 14, 7, 3 and 1 days before the deadline, of what is missing, once each."""

from datetime import timedelta

import pytest

from applications import tasks, workflow
from applications.models import Application
from applications.workflow.reminders import DRAFT_REMINDER
from programs import mail, reminders
from programs import workflow as office
from programs.models import Call, Email, Reminder
from programs.transitions import NotPossible
from tests.factories.applications import ApplicationFactory, write_sections


def remind(at):
    return reminders.keep(DRAFT_REMINDER, at=at)


@pytest.fixture
def old_draft(application, call):
    """A draft that was begun long before its first reminder."""
    Application.objects.update(started_at=call.closes_at - timedelta(days=20))
    return Application.objects.get()


def test_plans_the_ladder_and_sends_what_is_due(old_draft, call, outbox):
    assert remind(call.closes_at - timedelta(days=10)) == 1
    assert list(Reminder.objects.planned().order_by("due_at").values_list("due_at", flat=True)) == [
        call.closes_at - timedelta(days=day) for day in (7, 3, 1)
    ]
    assert remind(call.closes_at - timedelta(days=10)) == 0
    assert remind(call.closes_at - timedelta(days=7)) == 1
    assert [email.to for email in outbox()] == ["samuel@example.org"] * 2


def test_says_what_is_missing_and_when(old_draft, call, outbox):
    write_sections(old_draft)
    remind(call.closes_at - timedelta(days=3))
    [email] = outbox()
    assert email.subject == "[Action required] Your application to Call 2027 is not submitted yet"
    assert "Pacific." in email.text.split("\n")[0]
    assert "- Sponsor: not asked yet" in email.text
    assert "- Biosketch: not attached yet" in email.text
    assert "Specific aims" not in email.text
    assert email.expires_at == call.closes_at


def test_a_clock_that_stood_still_sends_one(old_draft, call):
    assert remind(call.closes_at - timedelta(days=14)) == 1
    assert remind(call.closes_at - timedelta(hours=12)) == 1
    assert Email.objects.count() == 2


def test_a_draft_begun_late_is_not_reminded_of_days_long_gone(application, call):
    Application.objects.update(started_at=call.closes_at - timedelta(days=5))
    assert remind(call.closes_at - timedelta(days=4)) == 0
    assert remind(call.closes_at - timedelta(days=3)) == 1


def test_nobody_is_reminded_after_submitting_withdrawing_or_the_deadline(old_draft, call, at):
    remind(call.closes_at - timedelta(days=10))
    Application.objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
    assert remind(call.closes_at - timedelta(days=7)) == 0
    assert not Reminder.objects.planned().exists()
    Application.objects.update(state="draft")
    assert remind(call.closes_at) == 0


def test_a_returned_one_is_reminded_before_the_grace_ends(call):
    ApplicationFactory(call=call, state="returned", saved_at=call.closes_at)
    assert remind(call.closes_at + timedelta(hours=1)) == 0
    assert Reminder.objects.planned().get().due_at == call.letters_until - timedelta(days=1)
    assert remind(call.letters_until - timedelta(days=1)) == 1


def test_writing_in_a_returned_one_does_not_make_its_reminder_moot(coordinator, call, outbox):
    application = ApplicationFactory(call=call, state="submitted")
    workflow.return_for_changes(application, by=coordinator, at=call.closes_at, why="The biosketch is old.")
    due = call.letters_until - timedelta(days=1)
    assert remind(due + timedelta(minutes=1)) == 1
    reminder = outbox()[-1]
    Application.objects.update(saved_at=due + timedelta(minutes=2))
    assert mail.overtaken(reminder, due + timedelta(minutes=3)) == ""


def test_the_task_uses_the_clock(old_draft):
    assert tasks.remind() in (0, 1)
    assert Reminder.objects.exists()


def test_an_extension_brings_the_whole_ladder_again(old_draft, call):
    """All four were sent; two hours before the deadline the director gives thirty days more."""
    minute = timedelta(minutes=1)
    assert [remind(call.closes_at - timedelta(days=day) + minute) for day in (14, 7, 3, 1)] == [1, 1, 1, 1]
    begun = call.closes_at - timedelta(hours=2)
    Call.objects.update(closes_at=call.closes_at + timedelta(days=30), review_due_at=call.closes_at + timedelta(days=60))
    call.refresh_from_db()
    beats = [call.closes_at - timedelta(days=day) + minute for day in range(30, -1, -1)]
    assert [(call.closes_at - beat).days + 1 for beat in beats if beat >= begun and remind(beat)] == [14, 7, 3, 1]
    assert Email.objects.count() == 8


MOOT = "The application was submitted, withdrawn or returned meanwhile, or its deadline has passed or moved."


class TestWhatLayInTheQueue:
    """The mail server was away: who has acted meanwhile is not told that they have not."""

    @pytest.fixture
    def queued(self, old_draft, call):
        """A reminder three days before the deadline, written and not sent."""
        remind(call.closes_at - timedelta(days=3))
        return Email.objects.get()

    def leaves(self, email, at):
        gone = mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        return gone or (email.state, email.last_error)

    def test_a_draft_is_still_reminded(self, queued, call):
        assert self.leaves(queued, call.closes_at - timedelta(seconds=1)) is True

    def test_who_has_submitted_is_not(self, queued, call, at):
        Application.objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
        assert self.leaves(queued, call.closes_at - timedelta(seconds=1)) == ("expired", MOOT)

    def test_nor_who_has_withdrawn(self, queued, old_draft, call, applicant):
        at = call.closes_at - timedelta(days=2)
        workflow.withdraw(old_draft, by=applicant, at=at)
        assert self.leaves(queued, at) == ("expired", MOOT)

    def test_a_returned_one_waits_for_its_own_reminder(self, queued, call, at):
        facts = {"submitted_at": at, "tracking_number": "HL-2345-67", "saved_at": call.closes_at - timedelta(days=20)}
        Application.objects.update(state="returned", **facts)
        assert self.leaves(queued, call.closes_at - timedelta(days=2)) == ("expired", MOOT)
        assert remind(call.letters_until - timedelta(days=1)) == 1
        own = Email.objects.latest("pk")
        assert self.leaves(own, call.letters_until - timedelta(seconds=1)) is True

    def test_one_that_is_submitted_again_is_not_reminded_to(self, old_draft, call, at):
        facts = {"submitted_at": at, "tracking_number": "HL-2345-67", "saved_at": call.closes_at - timedelta(days=20)}
        Application.objects.update(state="returned", **facts)
        assert remind(call.letters_until - timedelta(days=1)) == 1
        Application.objects.update(state="submitted")
        assert self.leaves(Email.objects.get(), call.letters_until - timedelta(hours=1)) == ("expired", MOOT)

    @pytest.mark.parametrize(("days", "said"), [(10, "The date it names has moved. Another reminder is planned."), (40, MOOT)])
    def test_after_an_extension_the_new_date_is_told(self, queued, call, days, said):
        later = call.closes_at + timedelta(days=days)
        Call.objects.update(closes_at=later, review_due_at=later + timedelta(days=30))
        assert self.leaves(queued, call.closes_at - timedelta(days=2)) == ("expired", said)
        assert [remind(later - timedelta(days=day)) for day in (4, 3)] == [0, 1]

    def test_the_office_does_not_send_it_again(self, queued, call, coordinator, at):
        assert self.leaves(queued, call.closes_at - timedelta(days=3)) is True
        Application.objects.update(state="submitted", submitted_at=at, tracking_number="HL-2345-67")
        with pytest.raises(NotPossible, match="submitted, withdrawn or returned meanwhile"):
            office.send_again(queued, by=coordinator, at=call.closes_at - timedelta(days=2))
        assert Email.objects.count() == 1
