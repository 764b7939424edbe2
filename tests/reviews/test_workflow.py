"""The verbs of the review: what they change, whom they tell, what they refuse."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications import workflow as applications
from programs import mail
from programs.models import HistoryEntry, Membership
from programs.transitions import NotPossible
from reviews import workflow
from reviews.models import Assignment, CriterionScore, Review
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import MembershipFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db


def whole(call, **changes):
    scores = {criterion.pk: 2 for criterion in call.criteria.all()}
    facts = {"scores": scores, "overall_impact": 3, "strengths": "A.", "weaknesses": "B.", "summary": "C.", "version": 0}
    return {**facts, **changes}


class TestAssign:
    def test_first_assignment_puts_the_application_under_review(self, complete, reviewer, coordinator, at):
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at)
        complete.refresh_from_db()
        assert (complete.state, made.state, made.due_at) == ("under_review", "assigned", complete.call.review_due_at)

    def test_second_assignment_leaves_it_there(self, under_review, reviewer, reviewer2, coordinator, at):
        for person in (reviewer, reviewer2):
            workflow.assign(under_review, reviewer=person, by=coordinator, at=at)
        under_review.refresh_from_db()
        assert under_review.state == "under_review"
        assert Assignment.objects.of_application(under_review.pk).count() == 2

    def test_reviewer_is_told_by_when_and_nothing_of_the_packet(self, complete, reviewer, coordinator, at, outbox):
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at)
        [email] = [email for email in outbox() if email.kind == "review assigned"]
        assert (email.to, email.subject) == (reviewer.email, "[Action required] A review for Harbor LEAP K12")
        assert email.action_path == f"/reviews/{made.pk}/declare/"
        assert "Pacific" in email.text.split("\n\n")[1]
        assert complete.title not in email.text
        assert complete.applicant.name not in email.text

    @pytest.mark.parametrize(("left", "to"), [(False, "coordinator"), (True, "office@example.org")])
    def test_another_reviewer_is_asked_of_who_can_choose_one(self, complete, reviewer, coordinator, at, outbox, left, to):
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at)
        if left:
            Membership.objects.filter(user=coordinator).update(ended_at=at, ended_by=coordinator)
        made = Assignment.objects.for_page().get(pk=made.pk)
        workflow.declare_conflict(made, conflict="We share a grant.", by=reviewer, at=at)
        [email] = [email for email in outbox() if email.kind == "another reviewer needed"]
        assert email.to == (to if left else coordinator.email)

    @pytest.mark.parametrize("how", ["ended", "in conflict", "review in", "withdrawn"])
    def test_who_has_nothing_to_review_is_not_asked_again(self, complete, reviewer, coordinator, at, outbox, how):
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at)
        [asked] = [email for email in outbox() if email.kind == "review assigned"]
        assert mail.again(asked, at=at).to == reviewer.email
        if how == "ended":
            workflow.end(made, by=coordinator, at=at, why="On leave.")
        elif how == "in conflict":
            workflow.declare_conflict(made, conflict="We share a grant.", by=reviewer, at=at)
        elif how == "review in":
            workflow.declare_clear(made, by=reviewer, at=at)
            workflow.submit(made, **whole(complete.call), by=reviewer, at=at)
        else:
            applications.withdraw(complete, by=complete.applicant, at=at)
        with pytest.raises(
            NotPossible, match=r"The review is in, or is not asked for any more\. Sending it again would help nobody"
        ):
            mail.again(asked, at=at)

    def test_history_is_for_the_office_only(self, complete, reviewer, coordinator, at):
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at)
        entry = HistoryEntry.objects.about(made).get()
        assert (entry.verb, entry.why, entry.office_only, entry.applicant) == (
            "assign reviewer",
            reviewer.name,
            True,
            complete.applicant,
        )

    def test_after_the_review_date_there_is_a_week(self, complete, reviewer, coordinator):
        late = complete.call.review_due_at + timedelta(days=1)
        made = workflow.assign(complete, reviewer=reviewer, by=coordinator, at=late)
        assert made.due_at == late + timedelta(days=7)

    def test_a_due_date_of_its_own(self, complete, reviewer, coordinator, at):
        due = at + timedelta(days=3)
        assert workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at, due_at=due).due_at == due

    def test_a_due_date_in_the_past_is_refused(self, complete, reviewer, coordinator, at):
        with pytest.raises(NotPossible, match="future"):
            workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at, due_at=at)

    @pytest.mark.parametrize("state", ["draft", "submitted", "returned", "ineligible", "withdrawn", "awarded", "not_awarded"])
    def test_only_complete_applications(self, call, reviewer, coordinator, at, state):
        application = ApplicationFactory(call=call, state=state)
        with pytest.raises(NotPossible, match="Reviewers are assigned to complete applications only"):
            workflow.assign(application, reviewer=reviewer, by=coordinator, at=at)

    def refuses(self, application, person, by, at, words):
        with pytest.raises(NotPossible, match=words):
            workflow.assign(application, reviewer=person, by=by, at=at)
        assert not Assignment.objects.exists()
        application.refresh_from_db()
        assert application.state == "complete"

    def test_the_applicant_is_refused(self, complete, coordinator, at, program):
        MembershipFactory(program=program, user=complete.applicant, role="reviewer")
        self.refuses(complete, complete.applicant, coordinator, at, "is the applicant")

    def test_a_mentor_is_refused_by_address(self, complete, reviewer, coordinator, at):
        MentorAgreementFactory(call=complete.call, applicant=complete.applicant, email=reviewer.email)
        self.refuses(complete, reviewer, coordinator, at, "is named as mentor")

    def test_a_mentor_is_refused_by_another_address_of_the_account(self, complete, reviewer, coordinator, at):
        EmailAddress.objects.create(user=reviewer, email="petrov@hospital.example", verified=True)
        MentorAgreementFactory(call=complete.call, applicant=complete.applicant, email="petrov@hospital.example")
        self.refuses(complete, reviewer, coordinator, at, "is named as mentor")

    def test_a_co_mentor_is_refused(self, complete, reviewer, coordinator, at):
        MentorAgreementFactory(call=complete.call, applicant=complete.applicant, email=reviewer.email, role="co")
        self.refuses(complete, reviewer, coordinator, at, "is named as mentor")

    def test_the_sponsor_is_refused(self, complete, reviewer, coordinator, at, health_system):
        SponsorCommitmentFactory(
            call=complete.call, applicant=complete.applicant, email=reviewer.email, health_system=health_system
        )
        self.refuses(complete, reviewer, coordinator, at, "is named as sponsor")

    def test_a_mentor_of_somebody_else_may_review(self, complete, reviewer, coordinator, at):
        MentorAgreementFactory(call=complete.call, applicant=UserFactory(), email=reviewer.email)
        assert workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at).reviewer == reviewer

    def test_a_reviewer_whose_account_is_switched_off_is_not_assigned(self, complete, reviewer, coordinator, at):
        reviewer.is_active = False
        reviewer.save()
        self.refuses(complete, reviewer, coordinator, at, "The account of Ivan Petrov is switched off.")

    def test_a_person_without_the_role_is_refused(self, complete, stranger, coordinator, at):
        self.refuses(complete, stranger, coordinator, at, "is not a reviewer of Harbor LEAP K12")

    def test_a_reviewer_of_another_programme_is_refused(self, complete, stranger, coordinator, at, other_program):
        MembershipFactory(program=other_program, user=stranger, role="reviewer")
        self.refuses(complete, stranger, coordinator, at, "is not a reviewer of Harbor LEAP K12")

    def test_somebody_assigned_already_is_refused(self, assigned, coordinator, at):
        with pytest.raises(NotPossible, match="is assigned already"):
            workflow.assign(assigned.application, reviewer=assigned.reviewer, by=coordinator, at=at)

    def test_somebody_with_a_conflict_is_refused(self, assigned, coordinator, at):
        workflow.declare_conflict(assigned, conflict="Sister.", by=assigned.reviewer, at=at)
        with pytest.raises(NotPossible, match="declared a conflict"):
            workflow.assign(assigned.application, reviewer=assigned.reviewer, by=coordinator, at=at)

    def test_a_day_behind_the_decisions_is_taken_only_when_these_are_overdue(self, complete, reviewer, coordinator, at):
        call = complete.call
        call.decision_on = at.astimezone(call.zone).date()
        with pytest.raises(workflow.DueRefused, match="by the day of decisions"):
            workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at, due_at=at + timedelta(days=1))
        call.decision_on -= timedelta(days=1)
        due_at = at + timedelta(days=1)
        assert workflow.assign(complete, reviewer=reviewer, by=coordinator, at=at, due_at=due_at).due_at == due_at

    @pytest.mark.parametrize("who", ["reviewer", "applicant", "committee", "finance", "other_director", "stranger"])
    def test_only_the_office_assigns(self, complete, reviewer, at, who, request):
        with pytest.raises(PermissionDenied):
            workflow.assign(complete, reviewer=reviewer, by=request.getfixturevalue(who), at=at)

    def test_the_office_does_not_assign_its_own_application(self, call, reviewer, coordinator, at):
        own = ApplicationFactory(call=call, applicant=coordinator, state="complete")
        with pytest.raises(PermissionDenied):
            workflow.assign(own, reviewer=reviewer, by=coordinator, at=at)


class TestEnd:
    def test_it_frees_the_reviewer_and_tells_them(self, clear, coordinator, at, outbox):
        workflow.end(clear, by=coordinator, at=at, why="On leave")
        assert (clear.state, clear.ended_by, clear.ended_at) == ("ended", coordinator, at)
        [email] = outbox()
        assert (email.to, email.kind) == (clear.reviewer.email, "review ended")
        assert f"the application “{clear.application.title}” to “{clear.application.call.title}” any more" in email.text
        assert "On leave" not in email.text

    def test_a_reason_is_needed(self, clear, coordinator, at):
        with pytest.raises(NotPossible, match="say why"):
            workflow.end(clear, by=coordinator, at=at, why="  ")

    def test_the_same_person_can_be_assigned_again(self, clear, coordinator, at):
        workflow.end(clear, by=coordinator, at=at, why="By mistake")
        assert workflow.assign(clear.application, reviewer=clear.reviewer, by=coordinator, at=at).pk != clear.pk

    def test_a_review_that_is_in_stays(self, other_review, coordinator, at):
        with pytest.raises(NotPossible, match="stays with the application"):
            workflow.end(other_review.assignment, by=coordinator, at=at, why="Too harsh")

    def test_a_reviewer_does_not_end_assignments(self, clear, at):
        with pytest.raises(PermissionDenied):
            workflow.end(clear, by=clear.reviewer, at=at, why="No time")


class TestDeclare:
    def test_none_opens_the_packet(self, assigned, at):
        workflow.declare_clear(assigned, by=assigned.reviewer, at=at)
        assert (assigned.state, assigned.declared_at) == ("clear", at)

    def test_a_conflict_closes_it_and_the_office_is_asked(self, assigned, coordinator, at, outbox):
        workflow.declare_conflict(assigned, conflict="We are married.", by=assigned.reviewer, at=at)
        assert (assigned.state, assigned.conflict) == ("conflicted", "We are married.")
        [email] = outbox()
        assert email.to == coordinator.email
        assert assigned.reviewer.name not in email.text
        assert "married" not in email.text
        assert "conflict" not in email.subject.lower()

    def test_a_conflict_needs_words(self, assigned, at):
        with pytest.raises(NotPossible, match="say what the conflict is"):
            workflow.declare_conflict(assigned, conflict=" ", by=assigned.reviewer, at=at)

    def test_a_conflict_found_while_reading(self, clear, at):
        workflow.declare_conflict(clear, conflict="I know the site.", by=clear.reviewer, at=at)
        assert clear.state == "conflicted"

    def test_no_way_back_from_a_conflict(self, assigned, at):
        workflow.declare_conflict(assigned, conflict="Sister.", by=assigned.reviewer, at=at)
        with pytest.raises(NotPossible):
            workflow.declare_clear(assigned, by=assigned.reviewer, at=at)

    def test_not_after_the_review_is_in(self, other_review, at):
        with pytest.raises(NotPossible, match="stays with the application"):
            workflow.declare_conflict(other_review.assignment, conflict="Sister.", by=other_review.assignment.reviewer, at=at)

    def test_nobody_declares_for_another(self, assigned, coordinator, reviewer2, at):
        for person in (coordinator, reviewer2):
            with pytest.raises(PermissionDenied):
                workflow.declare_clear(assigned, by=person, at=at)


class TestWrite:
    def test_a_draft_may_be_partial(self, clear, call, at):
        first = call.criteria.first()
        facts = whole(call, scores={first.pk: 4}, overall_impact=None, summary="")
        review = workflow.save_draft(clear, **facts, by=clear.reviewer, at=at)
        assert (review.state, review.version, review.overall_impact) == ("draft", 1, None)
        assert list(review.scores.values_list("criterion", "score")) == [(first.pk, 4)]

    def test_a_second_save_replaces_the_first(self, clear, call, at):
        workflow.save_draft(clear, **whole(call), by=clear.reviewer, at=at)
        review = workflow.save_draft(clear, **whole(call, strengths="New.", version=1), by=clear.reviewer, at=at)
        assert (review.version, Review.objects.get().strengths) == (2, "New.")
        assert CriterionScore.objects.count() == 6

    def test_a_stale_tab_is_told_and_writes_nothing(self, clear, call, at):
        workflow.save_draft(clear, **whole(call, strengths="First tab."), by=clear.reviewer, at=at)
        for version in (0, 2):
            with pytest.raises(workflow.Overtaken):
                workflow.save_draft(clear, **whole(call, strengths="Second tab.", version=version), by=clear.reviewer, at=at)
        assert Review.objects.get().strengths == "First tab."

    def test_submit_without_a_draft(self, clear, call, at):
        review = workflow.submit(clear, **whole(call), by=clear.reviewer, at=at)
        review.refresh_from_db()
        assert (review.state, review.submitted_at, review.overall_impact) == ("submitted", at, 3)
        assert set(review.scores.values_list("score", flat=True)) == {2}
        clear.refresh_from_db()
        assert (clear.review_in, clear.rank) == (True, 1)

    def test_history_keeps_no_score(self, clear, call, at):
        review = workflow.submit(clear, **whole(call), by=clear.reviewer, at=at)
        entry = HistoryEntry.objects.about(review).get()
        assert (entry.verb, entry.office_only, entry.why) == ("submit review", True, "")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"scores": {}}, "Please score every criterion; missing: Candidate, "),
            ({"overall_impact": None}, "overall impact"),
            ({"summary": " \n "}, "overall paragraph"),
        ],
    )
    def test_submit_asks_for_what_is_missing(self, clear, call, at, changes, words):
        with pytest.raises(NotPossible, match=words):
            workflow.submit(clear, **whole(call, **changes), by=clear.reviewer, at=at)
        assert not Review.objects.exists()

    def test_a_criterion_of_another_call_is_refused(self, clear, call, other_call, at):
        scores = {**whole(call)["scores"], other_call.criteria.first().pk: 1}
        with pytest.raises(NotPossible, match="does not belong"):
            workflow.submit(clear, **whole(call, scores=scores), by=clear.reviewer, at=at)

    def test_what_is_in_stays_as_it_is(self, clear, call, at):
        workflow.submit(clear, **whole(call), by=clear.reviewer, at=at)
        for verb in (workflow.save_draft, workflow.submit):
            with pytest.raises(NotPossible, match="in already"):
                verb(clear, **whole(call, overall_impact=9, version=1), by=clear.reviewer, at=at)
        assert Review.objects.get().overall_impact == 3

    def test_a_late_review_counts_and_is_marked(self, clear, call):
        late = clear.due_at + timedelta(hours=1)
        workflow.submit(clear, **whole(call), by=clear.reviewer, at=late)
        clear = Assignment.objects.get(pk=clear.pk)
        assert clear.is_late
        assert Review.objects.scores_of_call(call.pk) == {clear.application_id: [3]}

    @pytest.mark.parametrize("state", ["withdrawn", "awarded", "not_awarded", "returned"])
    def test_nothing_is_written_after_the_review_closed(self, clear, call, at, state):
        type(clear.application).objects.filter(pk=clear.application_id).update(state=state)
        for verb in (workflow.save_draft, workflow.submit):
            with pytest.raises(NotPossible, match="closed"):
                verb(clear, **whole(call), by=clear.reviewer, at=at)
        assert not Review.objects.exists()

    def test_nothing_is_written_before_declaring(self, assigned, call, at):
        with pytest.raises(NotPossible, match="declaring"):
            workflow.save_draft(assigned, **whole(call), by=assigned.reviewer, at=at)

    def test_nothing_is_written_after_a_conflict(self, clear, call, at):
        workflow.declare_conflict(clear, conflict="Sister.", by=clear.reviewer, at=at)
        with pytest.raises(NotPossible, match="declaring"):
            workflow.save_draft(clear, **whole(call), by=clear.reviewer, at=at)

    def test_nobody_writes_for_another(self, clear, call, coordinator, reviewer2, at):
        for person in (coordinator, reviewer2):
            with pytest.raises(PermissionDenied):
                workflow.submit(clear, **whole(call), by=person, at=at)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize("score", [0, 10])
    def test_scores_off_the_scale(self, clear, score):
        review = ReviewFactory(assignment=clear, state="draft")
        for rows, field in ((Review.objects.all(), "overall_impact"), (review.scores.all(), "score")):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**{field: score})

    def test_a_submitted_review_without_its_paragraph(self, other_review):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.update(summary="")

    def test_two_standing_assignments_of_one_reviewer(self, clear, at, coordinator):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(
                application=clear.application, reviewer=clear.reviewer, assigned_at=at, assigned_by=coordinator, due_at=at
            )
