"""First the lock, then the checks: rows that are older than somebody else's act, and two people at the same moment."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from applications import workflow as applications
from applications.models import Application
from programs.transitions import NotPossible
from reviews import workflow
from reviews.models import Assignment, Review
from scholars import workflow as scholars
from scholars.models import Award, Decision
from tests.factories.reviews import ReviewFactory
from tests.factories.scholars import DecisionFactory

ROUNDS = 20
NEVER_BLOCKED_SO_LONG = 0.4  # seconds; whoever does not wait for the lock is done long before


def whole(assignment, **changes):
    scores = {criterion.pk: 2 for criterion in assignment.application.call.criteria.all()}
    facts = {"scores": scores, "overall_impact": 3, "strengths": "A.", "weaknesses": "B.", "summary": "C.", "version": 0}
    return {**facts, **changes}


def said(act):
    """Return what the act returned, or the sentence that refused it."""
    try:
        return act()
    except (NotPossible, workflow.Overtaken) as refusal:
        return str(refusal)


def thread_of(act, answers):
    def run():
        try:
            answers.append(said(act))
        finally:
            connection.close()

    started = threading.Thread(target=run)
    started.start()
    return started


@pytest.mark.django_db
class TestStaleRows:
    """The page's row was read before the other act; the verb reads again."""

    def test_nobody_is_assigned_to_what_was_withdrawn_meanwhile(self, under_review, reviewer, coordinator, at):
        stale = Application.objects.for_page().get(pk=under_review.pk)
        applications.withdraw(under_review, by=under_review.applicant, at=at, why="A position elsewhere.")
        with pytest.raises(NotPossible, match="the state of this one is “withdrawn”"):
            workflow.assign(stale, reviewer=reviewer, by=coordinator, at=at)
        assert not Assignment.objects.exists()

    def test_an_assignment_whose_review_came_in_meanwhile_does_not_end(self, clear, coordinator, at, outbox):
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        assert stale.written is None
        workflow.submit(clear, **whole(clear), by=clear.reviewer, at=at)
        with pytest.raises(NotPossible, match=r"^The review is in and stays with the application\.$"):
            workflow.end(stale, by=coordinator, at=at, why="On leave")
        clear.refresh_from_db()
        assert (clear.state, [email.kind for email in outbox()]) == ("clear", [])

    def test_no_conflict_is_declared_when_the_review_came_in_meanwhile(self, clear, at, outbox):
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        assert stale.written is None
        workflow.submit(clear, **whole(clear), by=clear.reviewer, at=at)
        with pytest.raises(NotPossible, match=r"^The review is in and stays with the application\.$"):
            workflow.declare_conflict(stale, conflict="We share a grant.", by=clear.reviewer, at=at)
        clear.refresh_from_db()
        assert (clear.state, clear.conflict, outbox()) == ("clear", "", [])

    def test_a_draft_is_not_written_into_an_assignment_that_ended_meanwhile(self, clear, coordinator, at):
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        workflow.save_draft(clear, **whole(clear), by=clear.reviewer, at=at)
        workflow.end(clear, by=coordinator, at=at, why="On leave")
        with pytest.raises(NotPossible, match="after declaring that there is no conflict"):
            workflow.save_draft(stale, **whole(clear, version=1, summary="Later."), by=clear.reviewer, at=at)
        assert Review.objects.get().summary == "C."


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """While one holds the row, the other waits, then judges what became of it."""

    def waits(self, holder, other):
        """Run `other` while `holder` is not committed yet; return what it said after it had to wait."""
        answers = []
        with transaction.atomic():
            holder()
            waiting = thread_of(other, answers)
            time.sleep(NEVER_BLOCKED_SO_LONG)
            assert answers == [], "the other did not wait for the lock"
        waiting.join(timeout=60)
        [answer] = answers
        return answer

    def test_assigning_waits_for_a_withdrawal(self, under_review, reviewer, coordinator, at):
        stale = Application.objects.for_page().get(pk=under_review.pk)
        answer = self.waits(
            lambda: applications.withdraw(under_review, by=under_review.applicant, at=at, why=""),
            lambda: workflow.assign(stale, reviewer=reviewer, by=coordinator, at=at),
        )
        assert answer == "Reviewers are assigned to complete applications only; the state of this one is “withdrawn”."
        assert not Assignment.objects.exists()

    def test_ending_waits_for_a_submit(self, clear, coordinator, at):
        workflow.save_draft(clear, **whole(clear), by=clear.reviewer, at=at)
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        answer = self.waits(
            lambda: workflow.submit(clear, **whole(clear, version=1), by=clear.reviewer, at=at),
            lambda: workflow.end(stale, by=coordinator, at=at, why="On leave"),
        )
        assert answer == "The review is in and stays with the application."
        assert (Assignment.objects.get().state, Review.objects.get().state) == ("clear", "submitted")

    def test_the_first_submit_waits_for_an_end(self, clear, coordinator, at):
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        answer = self.waits(
            lambda: workflow.end(clear, by=coordinator, at=at, why="On leave"),
            lambda: workflow.submit(stale, **whole(clear), by=clear.reviewer, at=at),
        )
        assert answer == "A review is written after declaring that there is no conflict."
        assert (Assignment.objects.get().state, Review.objects.count()) == ("ended", 0)

    @pytest.fixture
    def decided(self, call, clear, director):
        """What the director is about to release."""
        call.opens_at, call.closes_at = timezone.now() - timedelta(days=90), timezone.now() - timedelta(days=1)
        call.save()
        DecisionFactory(application=clear.application, staged_by=director, outcome="not_awarded")
        return lambda: f"{scholars.release(call, by=director, at=timezone.now()).total} released"

    @pytest.mark.parametrize("begun", [True, False])
    def test_a_review_waits_for_the_release_and_comes_too_late(self, decided, clear, at, begun):
        if begun:
            workflow.save_draft(clear, **whole(clear), by=clear.reviewer, at=at)
        stale = Assignment.objects.for_page().get(pk=clear.pk)
        facts = whole(clear, version=int(begun), summary="Later.")
        answer = self.waits(decided, lambda: workflow.submit(stale, **facts, by=clear.reviewer, at=at))
        assert answer == "The review of this application is closed."
        assert said(lambda: workflow.save_draft(stale, **facts, by=clear.reviewer, at=at)) == answer
        assert list(Review.objects.values_list("state", "summary")) == [("draft", "C.")] * begun

    def test_the_release_waits_for_a_review_that_comes_in(self, decided, clear, at):
        workflow.save_draft(clear, **whole(clear), by=clear.reviewer, at=at)
        answer = self.waits(lambda: workflow.submit(clear, **whole(clear, version=1), by=clear.reviewer, at=at), decided)
        assert answer == "1 released"
        assert (Review.objects.get().state, Application.objects.get(pk=clear.application_id).state) == ("submitted", "not_awarded")

    def race(self, contenders, reset, check):
        """Let two contenders start at the same moment, `ROUNDS` times."""
        for _ in range(ROUNDS):
            reset()
            barrier, answers = threading.Barrier(len(contenders), timeout=60), {}

            def run(name, act, barrier=barrier, answers=answers):
                try:
                    barrier.wait()
                    answers[name] = said(act)
                finally:
                    connection.close()

            threads = [threading.Thread(target=run, args=pair) for pair in contenders.items()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
            check(answers)

    def test_an_application_is_withdrawn_or_its_award_is_released_never_both(self, call, under_review, director):
        call.opens_at, call.closes_at = timezone.now() - timedelta(days=90), timezone.now() - timedelta(days=1)
        call.save()
        DecisionFactory(application=under_review, staged_by=director)

        def reset():
            for award in Award.objects.all():
                award.letters.all().delete()
                award.delete()
            Decision.objects.update(released_at=None, released_by=None)
            Application.objects.filter(pk=under_review.pk).update(state="under_review")

        def withdraw():
            mine = Application.objects.for_page().get(pk=under_review.pk)
            applications.withdraw(mine, by=mine.applicant, at=timezone.now(), why="")
            return "withdrawn"

        def release():
            return f"{scholars.release(call, by=director, at=timezone.now()).total} released"

        def check(answers):
            now = Application.objects.get(pk=under_review.pk).state
            held = (now, Award.objects.count(), Decision.objects.released().count())
            if answers["withdraw"] == "withdrawn":
                assert held == ("withdrawn", 0, 0)
                assert "released" not in answers["release"].split()[1:2]
            else:
                assert answers["release"] == "1 released"
                assert held == ("awarded", 1, 1)
                assert "award offered" in answers["withdraw"]

        self.race({"withdraw": withdraw, "release": release}, reset, check)

    def test_a_draft_never_overwrites_the_review_that_was_submitted(self, clear):
        typed, sent = whole(clear, summary="Draft.", version=1), whole(clear, summary="Final.", version=1)

        def reset():
            for review in Review.objects.all():
                review.scores.all().delete()
                review.delete()
            ReviewFactory(assignment=clear, state="draft", version=1, summary="Begun.")

        def autosave():
            return workflow.save_draft(clear, **typed, by=clear.reviewer, at=timezone.now()).state

        def submit():
            return workflow.submit(clear, **sent, by=clear.reviewer, at=timezone.now()).state

        def check(answers):
            now = Review.objects.get()
            if answers["submit"] == "submitted":
                assert (now.state, now.summary) == ("submitted", "Final.")
                assert answers["autosave"] == "Your review is in already; it cannot be changed any more."
            else:
                assert answers == {"autosave": "draft", "submit": "The review was saved in another tab meanwhile."}
                assert (now.state, now.summary, now.version) == ("draft", "Draft.", 2)

        self.race({"autosave": autosave, "submit": submit}, reset, check)
