"""Accepting, declining and lapsing: who becomes a scholar with what money, who is told, what becomes free."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from mentors.models import MentorAgreement
from programs.models import Call, HistoryEntry
from programs.transitions import NotPossible
from scholars import workflow
from scholars.models import Award, Scholar, ScholarYear
from tests.factories.promises import ChairCommitmentFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_accepting_makes_a_scholar_with_two_years_of_money(award, applicant, cohort, at):
    scholar = workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    award.refresh_from_db()
    assert (award.state, award.signed_name, award.answered_at) == ("accepted", "Samuel Ng", at)
    assert (scholar.user, scholar.cohort, scholar.state, scholar.effort_percent) == (applicant, cohort, "appointed", 75)
    assert list(scholar.years.values_list("number", "starts_on", "ends_on", "salary", "research")) == [
        (1, date(2027, 7, 1), date(2028, 6, 30), Decimal("90000.00"), Decimal("25000.00")),
        (2, date(2028, 7, 1), date(2029, 6, 30), Decimal("90000.00"), Decimal("25000.00")),
    ]
    award.application.refresh_from_db()
    assert award.application.state == "accepted"


def test_thirty_months_make_a_half_third_year(application, cohort, applicant, staged, director, at):
    cohort.months = 30
    cohort.save()
    staged(application)
    (award,) = workflow.release(application.call, by=director, at=at).awards
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert award.total == Decimal("287500.00")
    assert list(ScholarYear.objects.values_list("salary", "research"))[-1] == (Decimal("45000.00"), Decimal("12500.00"))
    assert sum(year.salary + year.research for year in ScholarYear.objects.all()) == award.total


def test_everybody_who_promised_is_told(award, applicant, at, outbox):
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    told = {mail.to: mail for mail in outbox()}
    assert set(told) == {"samuel@example.org", "office@example.org", "sponsor@example.org", "mentor@example.org"}
    assert "becomes a scholar on 1 July 2027" in told["sponsor@example.org"].text
    assert "Secure institutional support" in told["sponsor@example.org"].text
    assert "Meet every week" in told["mentor@example.org"].text
    assert "Signed as Samuel Ng" in told["office@example.org"].text
    assert "$230,000" in told["office@example.org"].text
    assert all("accept" not in mail.subject.lower() for mail in outbox())


def test_the_chair_is_told_what_was_signed(award, call, applicant, cohort, at, outbox):
    backing = ChairCommitmentFactory(call=call, applicant=applicant, committed=True, effort_percent=80)
    Call.objects.update(asks_chair=True)
    award.application.call.refresh_from_db()
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    [mail] = [mail for mail in outbox() if mail.to == backing.email]
    assert "- Protect 80 per cent of the applicant’s full-time professional effort" in mail.text
    [confirmed] = [mail for mail in outbox() if mail.to == applicant.email]
    assert "Your sponsor, your mentor and your chair have been told." in confirmed.text


def test_a_mentor_who_declined_is_not_told(award, applicant, at, outbox):
    MentorAgreement.objects.update(state="declined", reason="On sabbatical.")
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert "mentor@example.org" not in {mail.to for mail in outbox()}


@pytest.mark.parametrize("who", ["director", "coordinator", "finance", "stranger"])
def test_only_the_awardee_answers(who, award, at, request):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        workflow.accept(award, signed_name="Samuel Ng", by=person, at=at)
    with pytest.raises(PermissionDenied):
        workflow.decline(award, reason="", by=person, at=at)
    assert Scholar.objects.count() == 0


def test_one_second_before_the_date_the_offer_stands(award, applicant):
    assert workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=award.accept_by - SECOND)


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_at_the_date_and_after_it_does_not(late, award, applicant):
    with pytest.raises(NotPossible, match="The date to answer this offer has passed"):
        workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=award.accept_by + late)
    with pytest.raises(NotPossible, match="The date to answer this offer has passed"):
        workflow.decline(award, reason="", by=applicant, at=award.accept_by + late)
    assert Award.objects.get().state == "offered"


def test_an_answer_is_given_once(award, applicant, at):
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    with pytest.raises(NotPossible, match="is not possible any more: the award is accepted"):
        workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    with pytest.raises(NotPossible, match="the award is accepted"):
        workflow.decline(award, reason="", by=applicant, at=at)
    assert Scholar.objects.count() == 1


def test_declining_frees_the_place_and_tells_the_office_why(award, applicant, cohort, at, outbox):
    assert workflow.room(cohort).taken == 1
    workflow.decline(award, reason="A position elsewhere.", by=applicant, at=at)
    award.refresh_from_db()
    award.application.refresh_from_db()
    assert (award.state, award.reason, award.application.state) == ("declined", "A position elsewhere.", "declined")
    assert workflow.room(cohort).taken == 0
    told = {mail.to: mail for mail in outbox()}
    assert set(told) == {"samuel@example.org", "office@example.org"}
    assert "The reason given: A position elsewhere." in told["office@example.org"].text


def test_declining_needs_no_reason(award, applicant, at, outbox):
    workflow.decline(award, reason="", by=applicant, at=at)
    assert "No reason was given." in next(mail.text for mail in outbox() if mail.to == "office@example.org")


def test_an_unanswered_offer_lapses_at_its_date(award, cohort, outbox):
    assert workflow.lapse_overdue(award.accept_by - SECOND) == 0
    assert workflow.lapse_overdue(award.accept_by) == 1
    assert workflow.lapse_overdue(award.accept_by + SECOND) == 0
    award.refresh_from_db()
    award.application.refresh_from_db()
    assert (award.state, award.application.state) == ("lapsed", "declined")
    assert workflow.room(cohort).taken == 0
    assert {mail.to for mail in outbox()} == {"samuel@example.org", "office@example.org"}


def test_nobody_makes_an_offer_lapse_early(award, at):
    with pytest.raises(NotPossible, match="The offer still stands"):
        workflow.lapse(award, at=at)


def test_an_accepted_offer_does_not_lapse(award, applicant, at):
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert workflow.lapse_overdue(award.accept_by) == 0


def test_the_history_tells_who_answered(award, applicant, at):
    workflow.accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    rows = HistoryEntry.objects.of_applicant(award.application.call_id, applicant.pk).shown_to_applicant()
    assert [(row.verb, row.who) for row in rows if row.content_type.model in ("award", "scholar")] == [
        ("appoint", "Samuel Ng"), ("accept", "Samuel Ng"), ("offer", "Rosa Alvarez"),
    ]  # fmt: skip
