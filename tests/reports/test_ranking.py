"""The ranked list: order, ties, the line of places and money, and what stays closed to whom."""

from decimal import Decimal

import pytest

from reports import ranking
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import AwardFactory, DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(call, coordinator):
    """Return a maker of applications under review with these overall scores; None is a review that is not in."""

    def made(*scores, state="under_review", **facts):
        application = ApplicationFactory(call=call, state=state, **facts)
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


@pytest.mark.parametrize("why", ["conflict", "own review", "own application"])
def test_what_a_person_must_not_judge_is_left_out_and_not_counted(call, director, coordinator, scored, why):
    closed = scored(1, applicant=director) if why == "own application" else scored(1)
    if why != "own application":
        facts = {"state": "conflicted", "conflict": "We share a grant."} if why == "conflict" else {}
        AssignmentFactory(application=closed, reviewer=director, assigned_by=coordinator, **facts)
    other = scored(5)
    found = ranking.of_call(call, director)
    assert (shown(found), found.closed) == ([(other.pk, 1, 50)], 1)
    assert closed.pk not in found.open_ids


class TestTheDrawing:
    def test_equal_scores_are_stacked(self):
        drawn = ranking.strip([2, 2, 3])
        assert drawn.dots == [(22.0, 30), (22.0, 21.0), (38.0, 30)]
        assert (drawn.mean, drawn.words) == (26.8, "2, 2, 3")

    def test_many_equal_scores_stay_inside(self):
        drawn = ranking.strip([9] * 20)
        assert {x for x, _ in drawn.dots} == {134.0}
        assert min(y for _, y in drawn.dots) >= 6
