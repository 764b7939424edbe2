"""The ranked list: order, ties, the line of places and money, and what stays closed to whom."""

from decimal import Decimal

import pytest
from django.utils import timezone

from reports import ranking
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import MentorAgreementFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import AwardFactory, DecisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scored(call, coordinator):
    """Return a maker of applications under review with these overall scores; None is a review that is not in."""

    def made(*scores, state="under_review", **facts):
        application = ApplicationFactory(call=call, state=state, written=False, **facts)
        for score in scores:
            assignment = AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=coordinator)
            if score is not None:
                ReviewFactory(assignment=assignment, overall_impact=score)
        return application

    return made


def shown(found):
    return [(row.pk, row.rank, row.impact) for row in found.rows]


def test_best_first_and_equal_impacts_share_a_rank(call, director, scored):
    third, second, first, also_second, none = scored(5), scored(2, 2, 2, 3), scored(1), scored(2, 2, 3), scored(None)
    assert shown(ranking.of_call(call, director)) == [
        (first.pk, 1, 10),
        (second.pk, 2, 23),
        (also_second.pk, 2, 23),
        (third.pk, 4, 50),
        (none.pk, None, None),
    ]


def test_whoever_lost_every_reviewer_is_last_and_counted_as_waiting(call, director, coordinator, scored):
    lost, reviewed = scored(), scored(4, None)
    AssignmentFactory(application=lost, reviewer=UserFactory(), assigned_by=coordinator, state="conflicted", conflict="Sister.")
    found = ranking.of_call(call, director)
    assert [(row.pk, row.asked, row.there, row.rank) for row in found.rows] == [(reviewed.pk, 2, 1, 1), (lost.pk, 0, 0, None)]
    assert (found.reviewed, found.waiting, found.open_ids) == (1, 2, [reviewed.pk])


def test_a_draft_of_a_review_counts_as_asked_and_its_score_as_nothing(call, director, coordinator, scored):
    application = scored(2, 3)
    draft = AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=coordinator)
    ReviewFactory(assignment=draft, overall_impact=9, state="draft", submitted_at=None)
    [row] = rows = ranking.of_call(call, director).rows
    assert (row.asked, row.there, row.impact) == (3, 2, 25)
    ranking.dress(page := rows[:1])
    assert (page[0].score_words, page[0].drawing.count("<circle")) == ("2, 3", 2)


def test_a_page_of_the_list_is_the_list(call, director, scored):
    for score in (5, 1, 3, 3, 9):
        scored(score)
    rows = ranking.of_call(call, director).rows
    assert rows[1:3] == list(rows)[1:3]
    assert (len(rows), rows[-1].impact, [row.rank for row in rows]) == (5, 90, [1, 2, 2, 4, 5])


def test_drafts_withdrawn_and_other_calls_are_not_on_it(call, director, scored, other_call):
    kept = scored(2)
    for state in ("draft", "submitted", "returned", "complete", "ineligible", "withdrawn"):
        ApplicationFactory(call=call, state=state)
    ApplicationFactory(call=other_call, state="under_review")
    found = ranking.of_call(call, director)
    assert (shown(found), found.unreviewed) == ([(kept.pk, 1, 20)], 1)


def test_the_line_falls_after_the_last_place(call, director, scored):
    for score in (1, 2, 3, 4, 5, 6):
        scored(score)
    found = ranking.of_call(call, director)
    assert found.line_after == 4
    assert [row.is_above for row in found.rows] == [True] * 4 + [False] * 2


def test_money_can_end_before_the_places(call, director, scored):
    call.cohort.budget = Decimal("600000")
    call.cohort.save(update_fields=["budget"])
    for score in (1, 2, 3, 4):
        scored(score)
    assert ranking.of_call(call, director).line_after == 2


def test_an_award_held_above_the_line_takes_a_place_and_a_refusal_frees_it(call, director, scored):
    awarded, declined, *_ = (scored(1, state="accepted"), scored(2, state="declined"), *(scored(3) for _ in range(5)))
    AwardFactory(application=awarded, offered_by=director, accepted=True)
    AwardFactory(application=declined, offered_by=director, state="declined")
    found = ranking.of_call(call, director)
    assert (found.room.places_left, found.line_after) == (3, 5)


def test_awards_of_another_call_of_the_cohort_take_their_places(call, director, scored):
    from tests.factories.programs import CallFactory  # noqa: PLC0415

    elsewhere = ApplicationFactory(call=CallFactory(cohort=call.cohort), state="awarded")
    AwardFactory(application=elsewhere, offered_by=director)
    for score in (1, 2, 3, 4):
        scored(score)
    assert ranking.of_call(call, director).line_after == 3


def test_what_remains_counts_what_is_staged(call, director, scored):
    first, second, third = scored(1), scored(2), scored(3)
    for application, outcome in ((first, "award"), (second, "award"), (third, "not_awarded")):
        DecisionFactory(application=application, staged_by=director, outcome=outcome)
    found = ranking.of_call(call, director)
    assert (found.staged, found.staged_awards) == (3, 2)
    assert (found.places_remaining, found.money_remaining) == (2, Decimal("460000"))


def test_a_tie_across_the_line_is_noticed(call, director, scored):
    for score in (1, 1, 1, 2, 2):
        scored(score)
    assert ranking.of_call(call, director).tie_on_line


def test_no_tie_is_claimed_elsewhere(call, director, scored):
    for score in (1, 1, 2, 3, 4):
        scored(score)
    assert not ranking.of_call(call, director).tie_on_line


def test_reviews_that_are_not_in_are_counted(call, director, scored):
    scored(2, None, None)
    [row] = ranking.of_call(call, director).rows
    assert (row.asked, row.lacks, row.impact) == (3, 2, 20)


@pytest.fixture
def decided(call, director, scored):
    """Return a maker of a decided application in a state, with the award it holds where it holds one."""

    def made(score, state):
        application = scored(score, state=state)
        outcome = "alternate" if state == "alternate" else "not_awarded" if state == "not_awarded" else "award"
        DecisionFactory(
            application=application, staged_by=director, released_by=director, released_at=timezone.now(), outcome=outcome,
            alternate_order=1 if outcome == "alternate" else None,
        )  # fmt: skip
        if state in ("awarded", "accepted", "declined"):
            held = {"awarded": "offered", "accepted": "accepted", "declined": "declined"}[state]
            signed = {"answered_at": timezone.now(), "signed_name": "X"} if held == "accepted" else {}
            AwardFactory(application=application, offered_by=director, state=held, **signed)
        return application

    return made


class TestTheLineOfADecidedCall:
    def line(self, call, director):
        return ranking.of_call(call, director).line_after

    def test_without_alternates_it_stays_where_the_places_end(self, call, director, decided):
        for score, state in enumerate(["accepted", "declined", *["accepted"] * 3, *["not_awarded"] * 4], start=1):
            decided(score, state)
        assert self.line(call, director) == 5

    def test_with_alternates_it_stays_there_too(self, call, director, decided):
        for score, state in enumerate([*["accepted"] * 4, "alternate", "not_awarded", "not_awarded"], start=1):
            decided(score, state)
        assert self.line(call, director) == 4

    def test_an_alternate_ranked_before_the_last_award_takes_no_place_that_is_held(self, call, director, decided):
        for score, state in enumerate([*["accepted"] * 3, "alternate", "awarded", "not_awarded"], start=1):
            decided(score, state)
        assert self.line(call, director) == 5

    def test_a_free_place_reaches_the_alternate_who_waits(self, call, director, decided):
        for score, state in enumerate(["declined", *["accepted"] * 3, "not_awarded", "alternate", "not_awarded"], start=1):
            decided(score, state)
        assert self.line(call, director) == 6

    def test_a_free_place_that_nobody_can_take_does_not_move_it_down(self, call, director, decided):
        for score, state in enumerate(["accepted", "declined", "not_awarded", "not_awarded"], start=1):
            decided(score, state)
        assert self.line(call, director) == 1

    def test_no_tie_is_left_to_separate(self, call, director, decided):
        call.cohort.places = 1
        call.cohort.save(update_fields=["places"])
        decided(2, "accepted")
        decided(2, "not_awarded")
        found = ranking.of_call(call, director)
        assert (found.is_decided, found.line_after, found.tie_on_line) == (True, 1, False)


@pytest.mark.parametrize(
    ("places", "budget", "words"),
    [
        (2, 460000, "1 award and $230,000 over"),
        (2, 2000000, "1 award over"),
        (9, 460000, "$230,000 over"),
        (1, 230000, "2 awards and $460,000 over"),
        (3, 690000, ""),
    ],
)
def test_staged_awards_over_places_or_money_are_said(call, director, scored, places, budget, words):
    call.cohort.places, call.cohort.budget = places, Decimal(budget)
    call.cohort.save()
    for score in (1, 2, 3):
        DecisionFactory(application=scored(score), staged_by=director)
    scored(4)
    found = ranking.of_call(call, director)
    assert found.over_words == words
    assert found.line_after == min(places, 4, budget // 230000)
    if words:
        assert "-" not in found.remaining_words


def test_what_became_of_a_released_decision_is_said_in_words(call, director, scored):
    words = {}
    for order, (outcome, state) in enumerate(
        [("award", "awarded"), ("alternate", "awarded"), ("alternate", "accepted"), ("alternate", "alternate"),
         ("alternate", "not_awarded"), ("award", "declined"), ("not_awarded", "not_awarded")], start=1,
    ):  # fmt: skip
        application = scored(order, state=state)
        DecisionFactory(
            application=application, outcome=outcome, alternate_order=order if outcome == "alternate" else None,
            staged_by=director, released_by=director, released_at=timezone.now(),
        )  # fmt: skip
        words[application.pk] = (outcome, state)
    assert [(*words[row.pk], row.released_words) for row in ranking.of_call(call, director).rows] == [
        ("award", "awarded", "Offered"),
        ("alternate", "awarded", "Offered the place"),
        ("alternate", "accepted", "Accepted"),
        ("alternate", "alternate", "Waiting"),
        ("alternate", "not_awarded", "Told that no place comes"),
        ("award", "declined", "Declined or lapsed"),
        ("not_awarded", "not_awarded", "Released"),
    ]


@pytest.mark.parametrize("why", ["conflict", "own review", "own application", "named as mentor"])
def test_what_a_person_must_not_judge_is_left_out_and_not_counted(call, director, coordinator, scored, why):
    closed = scored(1, applicant=director) if why == "own application" else scored(1)
    if why == "named as mentor":
        MentorAgreementFactory(call=call, applicant=closed.applicant, email=director.email)
    elif why != "own application":
        facts = {"state": "conflicted", "conflict": "We share a grant."} if why == "conflict" else {}
        AssignmentFactory(application=closed, reviewer=director, assigned_by=coordinator, **facts)
    other = scored(5)
    found = ranking.of_call(call, director)
    assert (shown(found), found.closed) == ([(other.pk, 1, 50)], 1)
    assert closed.pk not in found.open_ids
    assert found.stands_aside == (why != "own review")


class TestTheDrawing:
    def test_equal_scores_are_stacked(self):
        drawn = ranking.strip([2, 2, 3])
        assert drawn.dots == [(24.0, 22), (24.0, 13.0), (42.0, 22)]
        assert (drawn.mean, drawn.words) == (29.4, "2, 2, 3")

    def test_many_equal_scores_stay_inside(self):
        drawn = ranking.strip([9] * 20)
        assert {x for x, _ in drawn.dots} == {150.0}
        assert min(y for _, y in drawn.dots) >= ranking.RADIUS
