"""Reminders of reviews: once each, on their days, never for what is in or gone."""

from datetime import timedelta

import pytest

from applications import workflow as applications
from programs import mail
from programs.models import Email, Membership, Reminder
from reviews import workflow
from reviews.models import Assignment
from reviews.tasks import remind_at
from tests.factories.applications import ApplicationFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def sent_on(outbox, days, clear):
    for day in days:
        remind_at(clear.due_at + timedelta(days=day, minutes=1))
    return [email.subject for email in outbox()]


@pytest.fixture
def early(clear):
    """The assignment, made a month before its review is due."""
    clear.assigned_at = clear.due_at - timedelta(days=30)
    clear.save(update_fields=["assigned_at"])
    return clear


def test_the_ladder_is_climbed_once(early, outbox):
    days = [-8, -7, -7, -6, -3, -2, -1, 0, 0.5, 1, 2, 3, 4, 7, 8, 12]
    due = "[Action required] Your review for Harbor LEAP K12 is due soon"
    overdue = "[Action required] Your review for Harbor LEAP K12 is overdue"
    assert sent_on(outbox, days, early) == [due] * 3 + [overdue] * 3


def test_the_reminder_names_the_date_and_leads_to_the_review(early, outbox):
    sent_on(outbox, [-3], early)
    [email] = outbox()
    assert (email.to, email.action_path) == (early.reviewer.email, f"/reviews/{early.pk}/")
    assert "Pacific" in email.text.split("\n\n")[1]
    assert early.application.title not in email.text


def test_a_review_that_is_in_is_not_reminded(early, outbox):
    ReviewFactory(assignment=early)
    assert sent_on(outbox, [-3, 1], early) == []


def test_a_draft_is_reminded(early, outbox):
    ReviewFactory(assignment=early, state="draft")
    assert len(sent_on(outbox, [-3], early)) == 1
    assert "What you have saved so far is waiting for you." in outbox()[-1].text


@pytest.mark.parametrize("state", ["assigned", "clear"])
def test_who_has_not_begun_is_not_told_of_a_draft(early, outbox, state):
    Assignment.objects.update(state=state)
    assert len(sent_on(outbox, [1], early)) == 1
    text = outbox()[-1].text
    assert "saved" not in text
    assert "If you cannot review it, please answer this e-mail" in text


def test_a_conflict_or_a_withdrawal_ends_the_reminders(early, outbox):
    early.application.state = "withdrawn"
    early.application.save(update_fields=["state"])
    assert sent_on(outbox, [-3], early) == []


def test_steps_before_the_assignment_are_not_made_up_for(clear, outbox):
    clear.assigned_at = clear.due_at - timedelta(days=2)
    clear.save(update_fields=["assigned_at"])
    assert sent_on(outbox, [-2], clear) == []


def test_the_office_sees_what_is_planned_and_can_hold_it(early, outbox):
    remind_at(early.due_at - timedelta(days=10))
    assert list(Reminder.objects.planned().order_by("due_at").values_list("summary", flat=True))[:4] == [
        "Review by Ivan Petrov is due",
        "Review by Ivan Petrov is due",
        "Review by Ivan Petrov is due",
        "Review by Ivan Petrov is overdue",
    ]
    Reminder.objects.update(held_at=early.assigned_at, held_by=early.assigned_by)
    assert sent_on(outbox, [-3], early) == []


def withdraw(assignment, at):
    applications.withdraw(assignment.application, by=assignment.application.applicant, at=at)


def told(outbox):
    return [email for email in outbox() if email.kind == "review withdrawn"]


def test_a_withdrawal_is_told_once_to_who_has_not_finished(early, reviewer2, coordinator, other_review, at, outbox):
    withdraw(early, at)
    for minutes in (1, 5, 60 * 24 * 3):
        remind_at(at + timedelta(minutes=minutes))
    [email] = told(outbox)
    assert email.to == early.reviewer.email
    assert f"the application “{early.application.title}” to “{early.application.call.title}” was withdrawn" in email.text


@pytest.mark.parametrize("state", ["conflicted", "ended", "not a reviewer", "a month ago"])
def test_a_withdrawal_is_not_told_to_whom_it_does_not_concern(early, at, outbox, state):
    facts = {
        "conflicted": {"state": "conflicted", "conflict": "A friend."},
        "ended": {"state": "ended", "ended_at": at, "ended_by": early.assigned_by},
    }.get(state)
    if facts:
        Assignment.objects.update(**facts)
    if state == "not a reviewer":
        Membership.objects.filter(user=early.reviewer).update(ended_at=at, ended_by=early.assigned_by)
    withdraw(early, at - timedelta(days=30) if state == "a month ago" else at)
    remind_at(at + timedelta(minutes=1))
    assert told(outbox) == []


def test_a_withdrawal_that_cannot_be_told_holds_up_no_reminder(early, reviewer2, coordinator, at, outbox, monkeypatch):
    other = ApplicationFactory(call=early.application.call, state="under_review")
    gone = AssignmentFactory(application=other, reviewer=reviewer2, assigned_by=coordinator)
    withdraw(gone, at)
    monkeypatch.setattr(workflow.emails, "withdrawn", lambda assignment: 1 / 0)
    assert remind_at(early.due_at - timedelta(days=3)) == 1
    assert [email.to for email in outbox() if email.kind == "review reminder"] == [early.reviewer.email]


class TestWhatLayInTheQueue:
    """The mail server was away: who has handed the review in is not told that it is due."""

    @pytest.fixture
    def queued(self, early):
        remind_at(early.due_at - timedelta(days=1))
        return Email.objects.get(kind="review reminder")

    def leaves(self, email, at):
        gone = mail.deliver(email.pk, at=at)
        email.refresh_from_db()
        return gone or (email.state, email.last_error)

    def test_who_has_not_finished_is_still_reminded(self, queued, early):
        ReviewFactory(assignment=early, state="draft")
        assert self.leaves(queued, early.due_at - timedelta(seconds=1)) is True

    def test_after_the_date_it_does_not_say_that_the_review_is_due_soon(self, queued, early):
        assert self.leaves(queued, early.due_at) == ("expired", "The time it speaks of has passed.")

    @pytest.mark.parametrize("what", ["in", "ended", "conflicted", "withdrawn", "not a reviewer"])
    @pytest.mark.parametrize("days", [-1, 1])
    def test_who_owes_nothing_any_more_is_not(self, early, at, what, days):
        remind_at(early.due_at + timedelta(days=days))
        if what == "in":
            ReviewFactory(assignment=early)
        elif what == "ended":
            Assignment.objects.update(state="ended", ended_at=at, ended_by=early.assigned_by)
        elif what == "conflicted":
            Assignment.objects.update(state="conflicted", conflict="A friend.")
        elif what == "withdrawn":
            withdraw(early, at)
        else:
            Membership.objects.filter(user=early.reviewer).update(ended_at=at, ended_by=early.assigned_by)
        queued = Email.objects.get(kind="review reminder")
        said = self.leaves(queued, early.due_at + timedelta(days=days, hours=1))
        assert said == ("expired", "The review is in, is not asked for any more, or has another date.")
