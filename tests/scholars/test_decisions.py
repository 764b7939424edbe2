"""Staging unseen, the line of the ranked list, releasing within places and money, offering on to an alternate."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from applications import workflow as applications
from programs.models import HistoryEntry
from programs.transitions import NotPossible
from scholars import workflow
from scholars.models import Award, AwardLetter, Decision
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory
from tests.factories.scholars import AwardFactory

pytestmark = pytest.mark.django_db


def outcomes(call):
    rows = Decision.objects.filter(application__call=call).order_by("application__title")
    return [(row.application.title, row.outcome, row.alternate_order) for row in rows]


def test_a_director_stages_and_changes_a_decision(application, director, at):
    workflow.stage(application, outcome="award", by=director, at=at)
    decision = workflow.stage(application, outcome="alternate", alternate_order=2, by=director, at=at)
    assert (decision.outcome, decision.alternate_order, decision.staged_by, decision.released_at) == (
        "alternate",
        2,
        director,
        None,
    )
    assert Decision.objects.count() == 1


def test_the_history_keeps_why_and_an_alternates_number(application, director, at):
    workflow.stage(application, outcome="award", by=director, at=at, why="Fills the gap in primary care.")
    workflow.stage(application, outcome="alternate", alternate_order=2, by=director, at=at, why="The money is short.")
    told = HistoryEntry.objects.of_applicant(application.call_id, application.applicant_id)
    assert sorted(told.values_list("why", flat=True)) == [
        "Alternate number 2.\nThe money is short.",
        "Fills the gap in primary care.",
    ]
    workflow.release(application.call, by=director, at=at)
    shown = told.shown_to_applicant().get()
    assert (shown.to_state, shown.why) == ("alternate", "Alternate number 2.")


def test_staging_tells_nobody_and_the_applicants_history_nothing(application, director, at, outbox):
    workflow.stage(application, outcome="award", by=director, at=at)
    workflow.unstage(application, by=director, at=at)
    assert outbox() == []
    told = HistoryEntry.objects.of_applicant(application.call_id, application.applicant_id)
    assert told.count() == 2
    assert told.shown_to_applicant().count() == 0
    application.refresh_from_db()
    assert application.state == "under_review"


@pytest.mark.parametrize("who", ["coordinator", "committee", "finance", "reviewer", "other_director", "applicant"])
def test_only_a_director_of_the_programme_decides(who, application, call, at, request):
    person = request.getfixturevalue(who)
    for attempt in (
        lambda: workflow.stage(application, outcome="award", by=person, at=at),
        lambda: workflow.unstage(application, by=person, at=at),
        lambda: workflow.stage_line(call, application_ids=[application.pk], by=person, at=at),
        lambda: workflow.release(call, by=person, at=at),
        lambda: workflow.offer_next(call, by=person, at=at),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("submitted", "The application is submitted, not under review."),
        ("withdrawn", "The application is withdrawn, not under review."),
        ("ineligible", "The application is not eligible, not under review."),
        ("complete", "The application is not under review yet, so it can only be staged as not awarded."),
    ],
)
def test_an_application_not_under_review_is_refused(state, sentence, call, director, at):
    application = ApplicationFactory(call=call, state=state)
    with pytest.raises(NotPossible, match=sentence):
        workflow.stage(application, outcome="award", by=director, at=at)


def test_a_complete_application_without_review_can_be_not_awarded(call, director, at):
    application = ApplicationFactory(call=call, state="complete")
    assert workflow.stage(application, outcome="not_awarded", by=director, at=at).outcome == "not_awarded"


def test_an_order_among_alternates_is_given_once(reviewed, director, at):
    first, second = reviewed(2)
    workflow.stage(first, outcome="alternate", alternate_order=1, by=director, at=at)
    workflow.stage(first, outcome="alternate", alternate_order=1, by=director, at=at)
    with pytest.raises(workflow.OrderTaken, match=r"Applicant 1 is alternate 1 already."):
        workflow.stage(second, outcome="alternate", alternate_order=1, by=director, at=at)
    with pytest.raises(workflow.OrderTaken, match="Please give the alternate’s order"):
        workflow.stage(second, outcome="alternate", by=director, at=at)


def test_a_released_decision_stays(application, staged, director, at):
    staged(application, "not_awarded")
    workflow.release(application.call, by=director, at=at)
    with pytest.raises(NotPossible, match=r"is released. It cannot be changed"):
        workflow.stage(application, outcome="award", by=director, at=at)
    with pytest.raises(NotPossible, match="no staged decision to take back"):
        workflow.unstage(application, by=director, at=at)
    with pytest.raises(NotPossible, match="No application on the list is under review and undecided"):
        workflow.stage_line(application.call, application_ids=[application.pk], by=director, at=at)
    assert Decision.objects.get().outcome == "not_awarded"


@pytest.mark.parametrize(("seconds", "possible"), [(-1, False), (0, True), (1, True)])
def test_decisions_open_with_the_deadline(application, staged, reviewed, call, director, seconds, possible):
    staged(application, "not_awarded")
    (other,) = reviewed(1)
    when = call.closes_at + timedelta(seconds=seconds)
    for attempt in (
        lambda: workflow.stage(other, outcome="award", by=director, at=when),
        lambda: workflow.stage_line(call, application_ids=[other.pk], by=director, at=when),
        lambda: workflow.release(call, by=director, at=when),
    ):
        if possible:
            attempt()
        else:
            with pytest.raises(NotPossible, match=r"^The call is open until .* Decisions open after the deadline\.$"):
                attempt()
    assert Decision.objects.released().exists() == possible


def test_the_line_awards_as_far_as_the_places_reach(reviewed, call, director, at):
    ranked = reviewed(8)
    workflow.stage_line(call, application_ids=[row.pk for row in ranked], by=director, at=at)
    assert outcomes(call) == [
        ("Project 1", "award", None), ("Project 2", "award", None), ("Project 3", "award", None), ("Project 4", "award", None),
        ("Project 5", "alternate", 1), ("Project 6", "alternate", 2), ("Project 7", "not_awarded", None),
        ("Project 8", "not_awarded", None),
    ]  # fmt: skip


def test_the_line_awards_as_far_as_the_money_reaches(reviewed, call, cohort, director, at):
    cohort.budget = Decimal("689999.99")
    cohort.save()
    ranked = reviewed(5)
    workflow.stage_line(call, application_ids=[row.pk for row in reversed(ranked)], by=director, at=at)
    assert outcomes(call) == [
        ("Project 1", "not_awarded", None), ("Project 2", "alternate", 2), ("Project 3", "alternate", 1),
        ("Project 4", "award", None), ("Project 5", "award", None),
    ]  # fmt: skip


def test_the_line_takes_the_place_of_what_was_staged_but_never_of_what_is_released(reviewed, staged, call, director, at):
    known, forgotten, *ranked = reviewed(5)
    staged(known, "award")
    workflow.release(call, by=director, at=at)
    staged(forgotten, "award")
    staged(ranked[0], "not_awarded")
    call.cohort.places = 2
    call.cohort.save()
    workflow.stage_line(call, application_ids=[known.pk, *[row.pk for row in ranked]], by=director, at=at)
    assert outcomes(call) == [
        ("Project 1", "award", None), ("Project 3", "award", None), ("Project 4", "alternate", 1), ("Project 5", "alternate", 2),
    ]  # fmt: skip
    assert Decision.objects.get(application=known).released_at is not None


def test_what_the_line_takes_back_is_in_the_history(reviewed, staged, call, director, at):
    forgotten, *ranked = reviewed(2)
    staged(forgotten, "award")
    workflow.stage_line(call, application_ids=[row.pk for row in ranked], by=director, at=at)
    rows = HistoryEntry.objects.of_applicant(call.pk, forgotten.applicant_id)
    assert [(row.verb, row.from_state, row.why, row.office_only) for row in rows] == [
        ("take the staged decision back", "award", "By the ranked list, which does not name it.", True)
    ]


def test_the_number_of_an_alternate_who_withdrew_is_free(reviewed, staged, call, director, at):
    gone, other = reviewed(2)
    staged(gone, "alternate", 1)
    applications.withdraw(gone, by=gone.applicant, at=at)
    workflow.stage(other, outcome="alternate", alternate_order=1, by=director, at=at)
    assert workflow.release(call, by=director, at=at).total == 1


def test_new_alternates_come_after_those_who_wait(reviewed, staged, call, director, at):
    waiting, *ranked = reviewed(3)
    staged(waiting, "alternate", 1)
    workflow.release(call, by=director, at=at)
    call.cohort.places = 1
    call.cohort.save()
    workflow.stage_line(call, application_ids=[row.pk for row in ranked], by=director, at=at)
    assert outcomes(call) == [("Project 1", "alternate", 1), ("Project 2", "award", None), ("Project 3", "alternate", 2)]


def test_the_line_refuses_a_stranger_and_leaves_out_who_withdrew(reviewed, call, other_call, director, at):
    first, second = reviewed(2)
    stranger = ApplicationFactory(call=other_call, state="under_review")
    with pytest.raises(NotPossible, match="names an application that is not of this call"):
        workflow.stage_line(call, application_ids=[first.pk, stranger.pk], by=director, at=at)
    second.state = "withdrawn"
    second.save()
    workflow.stage_line(call, application_ids=[second.pk, first.pk, first.pk], by=director, at=at)
    assert outcomes(call) == [("Project 1", "award", None)]


def test_a_release_offers_writes_and_tells(reviewed, staged, call, director, at, outbox):
    winner, following, other = reviewed(3)
    staged(winner)
    staged(following, "alternate", 1)
    staged(other, "not_awarded")
    released = workflow.release(call, by=director, at=at)
    assert [award.awardee for award in released.awards] == [winner.applicant]
    assert [row.application for row in released.alternates] == [following]
    assert [row.application for row in released.not_awarded] == [other]
    for application, state in ((winner, "awarded"), (following, "alternate"), (other, "not_awarded")):
        application.refresh_from_db()
        assert application.state == state
    assert set(Decision.objects.values_list("released_at", "released_by")) == {(at, director.pk)}
    assert [(mail.to, mail.subject) for mail in outbox()] == [
        (following.applicant.email, "Your application to Harbor LEAP K12 has been decided"),
        (other.applicant.email, "Your application to Harbor LEAP K12 has been decided"),
    ]
    assert "alternate number 1" in outbox()[0].text
    assert AwardLetter.objects.get().state == "queued"


def test_an_award_is_offered_on_the_terms_of_its_cohort(award, cohort, director, at):
    award.refresh_from_db()
    assert (award.salary_per_year, award.research_per_year, award.total) == (Decimal("90000"), Decimal("25000"), Decimal("230000"))
    assert (award.starts_on, award.ends_on, award.effort_percent) == (cohort.starts_on, cohort.ends_on, 75)
    assert (award.state, award.offered_by, award.offered_at) == ("offered", director, at)
    assert timedelta(days=13) < award.accept_by - at < timedelta(days=15)


def test_five_awards_for_four_places_release_nothing(reviewed, staged, call, cohort, director, at, outbox):
    cohort.budget = Decimal("5000000")
    cohort.save()
    for application in reviewed(5):
        staged(application)
    with pytest.raises(NotPossible, match=r"^5 awards staged, 4 places left.$"):
        workflow.release(call, by=director, at=at)
    assert Award.objects.count() == Decision.objects.released().count() == len(outbox()) == 0


def test_awards_over_the_budget_release_nothing(reviewed, staged, call, cohort, director, at):
    cohort.places = 9
    cohort.save()
    for application in reviewed(5):
        staged(application)
    with pytest.raises(NotPossible) as refusal:
        workflow.release(call, by=director, at=at)
    assert str(refusal.value) == "The awards of the cohort would come to $1,150,000 of $920,000."
    assert Award.objects.count() == 0


def test_places_and_money_are_counted_over_all_calls_of_the_cohort(reviewed, staged, call, cohort, director, at):
    sister = CallFactory(cohort=cohort)
    for _ in range(3):
        AwardFactory(application=ApplicationFactory(call=sister, state="awarded"), offered_by=director)
    AwardFactory(application=ApplicationFactory(call=sister, state="declined"), offered_by=director, state="declined")
    first, second = reviewed(2)
    staged(first)
    staged(second)
    with pytest.raises(NotPossible, match=r"2 awards staged, 1 place left."):
        workflow.release(call, by=director, at=at)
    workflow.stage(second, outcome="alternate", alternate_order=1, by=director, at=at)
    assert len(workflow.release(call, by=director, at=at).awards) == 1


def test_without_awards_a_full_cohort_can_still_release(reviewed, staged, call, cohort, director, at):
    sister = CallFactory(cohort=cohort)
    for _ in range(5):
        AwardFactory(application=ApplicationFactory(call=sister, state="awarded"), offered_by=director)
    staged(reviewed(1)[0], "not_awarded")
    assert workflow.release(call, by=director, at=at).total == 1


def test_a_second_release_finds_nothing(application, staged, director, at):
    staged(application)
    workflow.release(application.call, by=director, at=at)
    with pytest.raises(NotPossible, match="No decision is staged"):
        workflow.release(application.call, by=director, at=at)
    assert Award.objects.count() == 1


def test_nobody_releases_what_they_have_not_seen(reviewed, staged, call, director, at):
    first, second = reviewed(2)
    decision = staged(first)
    seen = workflow.fingerprint([decision])
    staged(second, "not_awarded")
    with pytest.raises(NotPossible, match="have changed since you opened the page"):
        workflow.release(call, by=director, at=at, expecting=seen)
    assert Decision.objects.released().count() == 0


def test_an_application_withdrawn_after_staging_is_left_out(reviewed, staged, call, director, at):
    gone, stays = reviewed(2)
    staged(gone)
    staged(stays)
    gone.state = "withdrawn"
    gone.save()
    assert [award.application for award in workflow.release(call, by=director, at=at).awards] == [stays]
    assert Decision.objects.get(application=gone).released_at is None


@pytest.fixture
def one_place(cohort, call, reviewed, staged, director, at):
    """One place, its award released, two alternates waiting."""
    cohort.places = 1
    cohort.save()
    winner, second, third = reviewed(3)
    staged(winner)
    staged(third, "alternate", 1)
    staged(second, "alternate", 2)
    (award,) = workflow.release(call, by=director, at=at).awards
    return award, third, second


def test_a_free_place_goes_to_the_alternates_in_their_order(one_place, call, director, at):
    award, following, last = one_place
    workflow.decline(award, reason="A position elsewhere.", by=award.awardee, at=at)
    offered = workflow.offer_next(call, by=director, at=at, expecting=following.pk)
    assert offered.application == following
    following.refresh_from_db()
    assert following.state == "awarded"
    assert AwardLetter.objects.filter(award=offered, state="queued").count() == 1
    workflow.decline(offered, reason="", by=offered.awardee, at=at)
    assert workflow.offer_next(call, by=director, at=at).application == last
    with pytest.raises(NotPossible, match="No alternate of this call is waiting"):
        workflow.offer_next(call, by=director, at=at)


def test_no_place_no_offer(one_place, call, director, at):
    with pytest.raises(NotPossible, match=r"^1 award to offer, 0 places left."):
        workflow.offer_next(call, by=director, at=at)


def test_two_clicks_offer_one_place(one_place, call, director, at, cohort):
    _, following, _ = one_place
    cohort.places = 3
    cohort.save()
    workflow.offer_next(call, by=director, at=at, expecting=following.pk)
    with pytest.raises(NotPossible, match="Another alternate is next now"):
        workflow.offer_next(call, by=director, at=at, expecting=following.pk)
    assert Award.objects.count() == 2
