"""Who finds which assignment and which score."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from programs.models import Membership
from reviews.models import Assignment, Review
from reviews.tasks import remind_at
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def test_a_withdrawn_application_leaves_every_list_at_once(clear, reviewer, coordinator, at):
    lists = [
        lambda: Assignment.objects.own(reviewer),
        lambda: Assignment.objects.on_desk(reviewer),
        lambda: Assignment.objects.unfinished(at),
        lambda: Assignment.objects.overdue(coordinator, clear.due_at),
    ]
    assert [list(found()) for found in lists] == [[clear]] * 4
    clear.application.state = "withdrawn"
    clear.application.save(update_fields=["state"])
    assert [list(found()) for found in lists] == [[]] * 4


def test_what_somebody_had_to_review_who_is_no_reviewer_any_more_waits_for_the_office(clear, reviewer, coordinator, at):
    assert not Assignment.objects.given_up(coordinator)
    Membership.objects.filter(user=reviewer).update(ended_at=at, ended_by=coordinator)
    assert list(Assignment.objects.given_up(coordinator)) == [clear]
    assert not Assignment.objects.overdue(coordinator, clear.due_at)
    MembershipFactory(program=clear.application.call.program, user=reviewer, role="reviewer")
    assert not Assignment.objects.given_up(coordinator)
    Membership.objects.update(ended_at=at, ended_by=coordinator)
    assert not Assignment.objects.given_up(type(coordinator).objects.get(pk=coordinator.pk))  # the office has ended too
    Membership.objects.filter(user=coordinator).update(ended_at=None, ended_by=None)
    ReviewFactory(assignment=clear)
    assert not Assignment.objects.given_up(type(coordinator).objects.get(pk=coordinator.pk))


def test_whoever_is_no_reviewer_any_more_finds_nothing(clear, reviewer, at):
    Membership.objects.filter(user=reviewer).update(ended_at=at, ended_by=reviewer)
    reviewer = type(reviewer).objects.get(pk=reviewer.pk)
    assert not Assignment.objects.own(reviewer)
    assert not Assignment.objects.on_desk(reviewer)
    assert not Assignment.objects.unfinished(at)


def test_the_desk_begins_with_what_is_due_and_ends_with_conflicts(call, reviewer, coordinator, other_review, at):
    def made(days, **facts):
        application = ApplicationFactory(call=call, state="under_review")
        due = at + timezone.timedelta(days=days)
        return AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due, **facts)

    conflict = made(1, state="conflicted", conflict="Sister.")
    later, sooner, written = made(9), made(2, state="assigned"), made(1)
    ReviewFactory(assignment=written)
    assert list(Assignment.objects.on_desk(reviewer)) == [sooner, later, written, conflict]
    assert list(Assignment.objects.to_do(reviewer)) == [sooner, later]


def test_what_was_submitted_before_the_desk_had_its_order_is_noted(clear, other_review):
    ReviewFactory(assignment=clear, state="draft")
    Assignment.objects.update(review_in=False)
    import_module("reviews.migrations.0002_desk_order").note_what_is_in(apps, None)
    found = dict(Assignment.objects.values_list("pk", "rank"))
    assert found == {clear.pk: 0, other_review.assignment_id: 1}


def test_a_review_that_came_in_during_an_upgrade_finds_its_place(clear, other_review, at):
    Assignment.objects.update(review_in=False)
    remind_at(at)
    assert dict(Assignment.objects.values_list("pk", "rank")) == {clear.pk: 0, other_review.assignment_id: 1}


def test_code_of_the_version_before_assigns_without_knowing_of_the_desk(clear):
    clear.delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviews_assignment (application_id, reviewer_id, assigned_by_id, state, conflict, assigned_at, due_at)"
            " VALUES (%s, %s, %s, 'clear', '', '2026-11-01 00:00:00+00', '2026-12-01 00:00:00+00')",
            [clear.application_id, clear.reviewer_id, clear.assigned_by_id],
        )
    assert [(row.review_in, row.rank) for row in Assignment.objects.on_desk(clear.reviewer)] == [(False, 0)]


def test_the_desk_keeps_what_was_chosen_before(call, reviewer, coordinator, at):
    def made(days):
        application = ApplicationFactory(call=call, state="under_review")
        due = at + timezone.timedelta(days=days)
        return AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due)

    late, soon, first = made(9), made(5), made(1)
    for chosen, found in (
        (Assignment.objects.all(), [first, soon, late]),
        (Assignment.objects.filter(pk__in=[late.pk, soon.pk]), [soon, late]),
        (Assignment.objects.exclude(pk=first.pk), [soon, late]),
        (Assignment.objects.none(), []),
    ):
        assert list(chosen.on_desk(reviewer)) == found
        assert list(chosen.to_do(reviewer)) == found


def test_scores_of_a_call_leave_out_drafts_ended_and_conflicted(call, under_review, other_review, coordinator, program):
    from tests.factories.accounts import UserFactory  # noqa: PLC0415

    for state, facts in (("clear", {"state": "draft"}), ("ended", {}), ("conflicted", {})):
        extra = {"ended_at": timezone.now(), "ended_by": coordinator} if state == "ended" else {}
        extra |= {"conflict": "Sister."} if state == "conflicted" else {}
        assignment = AssignmentFactory(
            application=under_review, reviewer=UserFactory(), assigned_by=coordinator, state=state, **extra
        )
        ReviewFactory(assignment=assignment, overall_impact=1, **facts)
    assert Review.objects.scores_of_call(call.pk) == {under_review.pk: [7]}


def test_an_open_review_of_ones_own_closes_the_scores_whatever_the_role(clear, reviewer, coordinator):
    assert Assignment.objects.blinding(reviewer) == {clear.application_id}
    assert Assignment.objects.blinding(coordinator) == set()
    ReviewFactory(assignment=clear)
    assert Assignment.objects.blinding(reviewer) == set()


def test_a_conflict_closes_the_scores_for_good(clear, reviewer):
    Assignment.objects.update(state="conflicted", conflict="Sister.")
    assert Assignment.objects.blinding(reviewer) == {clear.application_id}


def test_load_counts_what_a_reviewer_has_in_the_call_and_what_waits_in_others(
    clear, other_review, call, program, other_program, reviewer, reviewer2, coordinator
):
    for cohort in (CohortFactory(program=program), CohortFactory(program=other_program)):
        other = CallFactory(cohort=cohort)
        for state in ("under_review", "under_review", "not_awarded", "withdrawn"):
            judged = ApplicationFactory(call=other, state=state)
            AssignmentFactory(application=judged, reviewer=reviewer2, assigned_by=coordinator)
    assert Assignment.objects.load(call) == {reviewer.pk: (1, 1, 0), reviewer2.pk: (1, 0, 2)}
