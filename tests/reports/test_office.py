"""What the office's desk says of conflicts and of decisions that are not open yet."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reports import desk, office
from reviews import workflow
from reviews.models import Assignment
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import MembershipFactory
from tests.factories.reviews import AssignmentFactory
from tests.factories.scholars import DecisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ANOTHER = "An application needs another reviewer"


def tasks(person, at):
    return [row.task for row in desk.lines(office.tasks(office.of(person, at)), at)]


@pytest.fixture
def conflicted(call, reviewer, coordinator, at):
    """An application under review whose only reviewer declared a conflict yesterday."""
    application = ApplicationFactory(call=call, state="under_review", title="Sepsis alerts")
    return AssignmentFactory(
        application=application, reviewer=reviewer, assigned_by=coordinator, state="conflicted", conflict="We share a grant.",
        assigned_at=at - timedelta(days=2), declared_at=at - timedelta(days=1),
    )  # fmt: skip


def test_an_application_that_lost_its_reviewer_is_on_the_whole_offices_desk(conflicted, coordinator, director, at):
    for person in (coordinator, director):
        [task] = tasks(person, at)
        assert (task.title, task.label) == (ANOTHER, "Assign")
        assert task.url == reverse("reviews:assign", args=[conflicted.application_id])
        assert "Sepsis alerts" in task.detail
        assert "grant" not in task.detail
        assert conflicted.reviewer.name not in task.detail


def test_it_stays_until_somebody_is_assigned(conflicted, coordinator, reviewer2, at):
    MembershipFactory(program=conflicted.application.call.program, user=coordinator, role="reviewer")
    AssignmentFactory(
        application=conflicted.application, reviewer=coordinator, assigned_by=coordinator, assigned_at=at - timedelta(days=3)
    )
    assert [task.title for task in tasks(coordinator, at)] == [ANOTHER]
    made = workflow.assign(conflicted.application, reviewer=reviewer2, by=coordinator, at=at)
    assert tasks(coordinator, at) == []
    workflow.end(made, by=coordinator, at=at, why="On leave")
    assert [task.title for task in tasks(coordinator, at)] == [ANOTHER]


@pytest.mark.parametrize("state", ["withdrawn", "awarded", "not_awarded"])
def test_it_ends_with_the_review(conflicted, coordinator, at, state):
    type(conflicted.application).objects.update(state=state)
    assert ANOTHER not in [task.title for task in tasks(coordinator, at)]


def test_it_is_not_for_others_nor_about_the_own_application(conflicted, coordinator, committee, other_director, at):
    assert [task.title for task in tasks(committee, at)] == ["The ranked list of Call 2027"]
    assert tasks(other_director, at) == []
    type(conflicted.application).objects.update(applicant=coordinator)
    assert tasks(coordinator, at) == []


def test_many_become_one_row(call, reviewer, coordinator, at):
    for _ in range(8):
        AssignmentFactory(
            application=ApplicationFactory(call=call, state="under_review"), reviewer=reviewer, assigned_by=coordinator,
            state="conflicted", conflict="Sister.", declared_at=at,
        )  # fmt: skip
    assert [task.title for task in tasks(coordinator, at)] == [ANOTHER] * 5 + ["More applications need another reviewer"]


def test_the_mail_leads_to_the_page_with_the_reason(assigned_by_verb, reviewer, coordinator, client_of, at, outbox):
    workflow.declare_conflict(assigned_by_verb, conflict="We share a grant.", by=reviewer, at=at)
    mail = outbox()[-1]
    assert mail.to == coordinator.email
    assert "The reason is on the page that the button opens" in mail.text
    assert "We share a grant." in client_of(coordinator).get(mail.action_path).content.decode()


@pytest.fixture
def assigned_by_verb(call, reviewer, coordinator, at):
    application = ApplicationFactory(call=call, state="complete")
    return workflow.assign(application, reviewer=reviewer, by=coordinator, at=at)


def test_staged_decisions_wait_for_the_deadline(call, director, at):
    DecisionFactory(application=ApplicationFactory(call=call, state="under_review"), staged_by=director)
    assert tasks(director, at) == []
    assert [task.title for task in tasks(director, call.closes_at)] == ["Release 1 staged decision"]
    assert not Assignment.objects.exists()
