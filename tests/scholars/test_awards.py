"""Accepting, declining and lapsing: who becomes a scholar with what money, who is told, what becomes free."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection

from mentors.models import MentorAgreement
from programs.models import Call, HistoryEntry
from programs.templatetags.portal import in_zone
from programs.transitions import ClosedToYou, NotPossible
from scholars import workflow
from scholars.appointments import answer_until
from scholars.models import Award, AwardLetter, Scholar, ScholarYear
from sponsors.models import SponsorCommitment
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory
from tests.factories.promises import ChairCommitmentFactory
from tests.factories.scholars import AwardFactory, accept, built

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_accepting_makes_a_scholar_with_two_years_of_money(award, applicant, cohort, at):
    scholar = accept(award, signed_name="Samuel Ng", by=applicant, at=at)
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
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert award.total == Decimal("287500.00")
    assert list(ScholarYear.objects.values_list("salary", "research"))[-1] == (Decimal("45000.00"), Decimal("12500.00"))
    assert sum(year.salary + year.research for year in ScholarYear.objects.all()) == award.total


def test_everybody_who_promised_is_told(award, applicant, at, outbox):
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
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
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    [mail] = [mail for mail in outbox() if mail.to == backing.email]
    assert "- Protect 80 per cent of the applicant’s full-time professional effort" in mail.text
    [confirmed] = [mail for mail in outbox() if mail.to == applicant.email]
    assert "Dana Whitfield, Maya Okafor and Grace Lindqvist have been told." in confirmed.text


@pytest.mark.parametrize(
    ("left", "words"), [("mentor", "Dana Whitfield has been told. The"), ("nobody", "2029. The programme office")]
)
def test_who_is_said_to_have_been_told_was(award, applicant, at, outbox, left, words):
    """An application can be complete, with a reason, although somebody never answered."""
    unanswered = {"state": "asked", "answered_at": None, "signed_name": ""}
    MentorAgreement.objects.update(**unanswered)
    if left == "nobody":
        SponsorCommitment.objects.update(**unanswered)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    [confirmed] = [mail for mail in outbox() if mail.to == applicant.email]
    assert words in confirmed.text
    assert ("told" in confirmed.text) == (left == "mentor")
    assert len([mail for mail in outbox() if mail.kind == "award accepted"]) == (left == "mentor")


def test_a_mentor_who_declined_is_not_told(award, applicant, at, outbox):
    MentorAgreement.objects.update(state="declined", reason="On sabbatical.")
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert "mentor@example.org" not in {mail.to for mail in outbox()}


@pytest.mark.parametrize("who", ["director", "coordinator", "finance", "stranger"])
def test_only_the_awardee_answers(who, award, at, request):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        accept(award, signed_name="Samuel Ng", by=person, at=at)
    with pytest.raises(PermissionDenied):
        workflow.decline(award, reason="", by=person, at=at)
    assert Scholar.objects.count() == 0


def test_one_second_before_the_date_the_offer_stands(award, applicant):
    assert accept(award, signed_name="Samuel Ng", by=applicant, at=award.accept_by - SECOND)


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_at_the_date_and_after_it_does_not(late, award, applicant):
    with pytest.raises(NotPossible, match="The date to answer this offer has passed"):
        accept(award, signed_name="Samuel Ng", by=applicant, at=award.accept_by + late)
    with pytest.raises(NotPossible, match="The date to answer this offer has passed"):
        workflow.decline(award, reason="", by=applicant, at=award.accept_by + late)
    assert Award.objects.get().state == "offered"


def test_an_answer_is_given_once(award, applicant, at):
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    with pytest.raises(NotPossible, match="is not possible any more: the award is accepted"):
        accept(award, signed_name="Samuel Ng", by=applicant, at=at)
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
    assert set(told) == {"samuel@example.org", "office@example.org", "sponsor@example.org", "mentor@example.org"}
    assert "The reason given: A position elsewhere." in told["office@example.org"].text
    for promiser in ("sponsor@example.org", "mentor@example.org"):
        assert "Samuel Ng was offered an award" in told[promiser].text
        assert "binds you no more" in told[promiser].text
        assert "A position elsewhere." not in told[promiser].text


def test_only_who_promised_is_told_that_it_was_declined(award, applicant, at, outbox):
    MentorAgreement.objects.update(state="declined", reason="On sabbatical.")
    workflow.decline(award, reason="", by=applicant, at=at)
    assert {mail.to for mail in outbox() if mail.kind == "award ended"} == {"sponsor@example.org"}


def test_declining_needs_no_reason(award, applicant, at, outbox):
    workflow.decline(award, reason="", by=applicant, at=at)
    assert "No reason was given." in next(mail.text for mail in outbox() if mail.to == "office@example.org")


def test_an_unanswered_offer_lapses_at_its_date(award, cohort, outbox):
    built(award)
    assert workflow.lapse_overdue(award.accept_by - SECOND) == 0
    assert workflow.lapse_overdue(award.accept_by) == 1
    assert workflow.lapse_overdue(award.accept_by + SECOND) == 0
    award.refresh_from_db()
    award.application.refresh_from_db()
    assert (award.state, award.application.state) == ("lapsed", "declined")
    assert workflow.room(cohort).taken == 0
    told = {mail.to for mail in outbox()}
    assert told == {"samuel@example.org", "office@example.org", "sponsor@example.org", "mentor@example.org"}


def test_nobody_makes_an_offer_lapse_early(award, at):
    with pytest.raises(NotPossible, match="The offer still stands"):
        workflow.lapse(award, at=at)


def test_an_accepted_offer_does_not_lapse(award, applicant, at):
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    assert workflow.lapse_overdue(award.accept_by) == 0


def test_the_history_tells_who_answered(award, applicant, at):
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    rows = HistoryEntry.objects.of_applicant(award.application.call_id, applicant.pk).shown_to_applicant()
    assert [(row.verb, row.who) for row in rows if row.content_type.model in ("award", "scholar")] == [
        ("appoint", "Samuel Ng"), ("accept", "Samuel Ng"), ("offer", "Rosa Alvarez"),
    ]  # fmt: skip


class TestTheLetterThatIsSigned:
    def test_it_is_kept_with_the_award(self, award, applicant, at):
        letter = built(award)
        workflow.accept(award, letter=letter.pk, signed_name="Samuel Ng", by=applicant, at=at)
        assert Award.objects.get().letter == letter

    @pytest.mark.parametrize("state", ["queued", "working", "failed"])
    def test_without_one_nothing_is_accepted(self, state, award, applicant, at):
        letter = built(award)
        AwardLetter.objects.update(state=state)
        for read in (letter.pk, None):
            with pytest.raises(NotPossible, match="Your letter is still being built"):
                workflow.accept(award, letter=read, signed_name="Samuel Ng", by=applicant, at=at)
        assert (Award.objects.get().state, Scholar.objects.count()) == ("offered", 0)

    def test_another_version_is_to_be_read_first(self, award, applicant, coordinator, at):
        first = built(award)
        workflow.build_again(award, by=coordinator, at=at)
        with pytest.raises(NotPossible, match="still being built"):
            workflow.accept(award, letter=first.pk, signed_name="Samuel Ng", by=applicant, at=at)
        second = built(award)
        for read in (first.pk, None, second.pk + 1):
            with pytest.raises(NotPossible, match="another version of your letter"):
                workflow.accept(award, letter=read, signed_name="Samuel Ng", by=applicant, at=at)
        workflow.accept(award, letter=second.pk, signed_name="Samuel Ng", by=applicant, at=at)
        assert Award.objects.get().letter == second

    def test_nobody_signs_the_letter_of_another_award(self, award, reviewed, staged, director, applicant, at):
        built(award)
        [application] = reviewed(1)
        staged(application)
        [other] = workflow.release(application.call, by=director, at=at).awards
        with pytest.raises(NotPossible, match="another version"):
            workflow.accept(award, letter=built(other).pk, signed_name="Samuel Ng", by=applicant, at=at)


class TestTimeToAnswer:
    def test_it_begins_anew_with_the_first_letter_that_could_be_built(self, award, coordinator, at):
        AwardLetter.objects.update(state="failed")
        later, was = at + timedelta(days=10), award.accept_by
        letter = workflow.build_again(award, by=coordinator, at=later)
        award.refresh_from_db()
        assert award.accept_by == answer_until(later, days=award.application.call.accept_days, zone=award.application.call.zone)
        assert award.accept_by > was
        assert in_zone(award.accept_by, award.application.call.time_zone) in letter.text

    def test_a_later_version_leaves_it(self, award, coordinator, at):
        built(award)
        workflow.build_again(award, by=coordinator, at=at + timedelta(days=5))
        assert Award.objects.get().accept_by == award.accept_by

    def test_a_director_gives_more_and_a_new_letter_says_so(self, award, director, applicant, at):
        built(award)
        later = at + timedelta(days=5)
        until = workflow.give_time(award, by=director, at=later)
        now = Award.objects.get()
        assert (until, now.accept_by) == (now.accept_by, award.accept_by + timedelta(days=5))
        letter = AwardLetter.objects.of_award(award.pk).first()
        assert (letter.version, letter.state) == (2, "queued")
        assert in_zone(until, award.application.call.time_zone) in letter.text
        [row] = HistoryEntry.objects.of_applicant(award.application.call_id, applicant.pk).filter(verb="give more time to answer")
        assert (row.who, row.office_only) == ("Rosa Alvarez", False)

    def test_more_than_the_calls_days_are_not_given_and_not_twice_at_once(self, award, director, at):
        built(award)
        with pytest.raises(NotPossible, match="stands as long already"):
            workflow.give_time(award, by=director, at=at)
        workflow.give_time(award, by=director, at=at + timedelta(days=5))
        with pytest.raises(NotPossible, match="The letter is being built"):
            workflow.give_time(award, by=director, at=at + timedelta(days=6))

    @pytest.mark.parametrize("who", ["coordinator", "finance", "applicant", "other_director"])
    def test_only_a_director_gives_it(self, who, award, at, request):
        built(award)
        with pytest.raises(PermissionDenied):
            workflow.give_time(award, by=request.getfixturevalue(who), at=at + timedelta(days=5))

    def test_it_begins_anew_too_when_a_later_letter_failed(self, award, coordinator, at):
        built(award)
        workflow.build_again(award, by=coordinator, at=at)
        AwardLetter.objects.filter(version=2).update(state="failed")
        workflow.build_again(award, by=coordinator, at=at + timedelta(days=9))
        assert Award.objects.get().accept_by == award.accept_by + timedelta(days=9)

    def test_nobody_gives_it_who_must_stand_aside(self, award, director, at):
        built(award)
        MentorAgreement.objects.update(email=director.email)
        with pytest.raises(ClosedToYou):
            workflow.give_time(award, by=director, at=at + timedelta(days=5))
        assert Award.objects.get().accept_by == award.accept_by

    def test_an_offer_that_has_ended_gets_none(self, award, applicant, director, at):
        workflow.decline(award, reason="", by=applicant, at=at)
        with pytest.raises(NotPossible, match="or it has ended"):
            workflow.give_time(award, by=director, at=at + timedelta(days=5))

    def test_an_offer_whose_date_was_moved_meanwhile_does_not_lapse(self, award, director):
        built(award)
        stale = Award.objects.for_page().get()
        workflow.give_time(award, by=director, at=award.accept_by - SECOND)
        with pytest.raises(NotPossible, match="The offer still stands"):
            workflow.lapse(stale, at=stale.accept_by)


@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_nobody_holds_two_places_of_a_cohort(state, award, call, staged, director, at):
    """By another call of the same cohort; once the first was declined, the second is possible."""
    if state == "accepted":
        accept(award, signed_name="Samuel Ng", by=award.awardee, at=at)
    other = CallFactory(cohort=call.cohort, opens_at=call.opens_at, closes_at=call.closes_at)
    second = ApplicationFactory(call=other, applicant=award.awardee, state="under_review")
    staged(second)
    with pytest.raises(NotPossible, match=r"Samuel Ng holds a place of Cohort 2027 already: nobody is offered two\."):
        workflow.release(other, by=director, at=at)
    assert Award.objects.count() == 1
    second.refresh_from_db()
    assert second.state == "under_review"
    Award.objects.update(state="declined")
    assert workflow.release(other, by=director, at=at).total == 1


def test_two_places_of_before_are_named(award, call, staged, at):
    refuse = import_module("scholars.migrations.0003_letter_that_was_accepted").refuse_two_places
    refuse(apps, None)
    with connection.cursor() as cursor:  # as it was before; the end of the test brings the index back
        cursor.execute("DROP INDEX one_place_a_person_in_a_cohort")
    other = CallFactory(cohort=call.cohort, opens_at=call.opens_at, closes_at=call.closes_at)
    second = ApplicationFactory(call=other, applicant=award.awardee, state="awarded")
    AwardFactory(application=second, offered_by=award.offered_by)
    with pytest.raises(RuntimeError, match=r"two places of one cohort: samuel@example.org \(Cohort 2027\)\. Let one"):
        refuse(apps, None)


def test_what_was_accepted_before_is_noted(award, applicant, coordinator, at):
    first = built(award)
    accept(award, signed_name="Samuel Ng", by=applicant, at=at)
    facts = {"text": "x", "due_at": at, "state": "done", "file": "x.pdf", "sha256": "1" * 64, "done_at": at + SECOND}
    AwardLetter.objects.create(award=award, version=2, **facts)
    Award.objects.update(letter=None)
    note = import_module("scholars.migrations.0003_letter_that_was_accepted").note_what_was_accepted
    note(apps, None)
    assert Award.objects.get().letter == first
    Award.objects.update(letter=None, answered_at=at - timedelta(days=1))
    note(apps, None)
    assert Award.objects.get().letter == first
