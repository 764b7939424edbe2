"""The office's page of one application's reviewers: whom to choose, why not the others, what they wrote."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Call
from programs.templatetags.portal import day
from reviews.models import Assignment
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, MembershipFactory
from tests.factories.promises import ChairCommitmentFactory, MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def url(application):
    return reverse("reviews:assign", args=[application.pk])


def test_the_office_assigns_and_the_reviewer_is_told(client_of, complete, coordinator, reviewer, outbox):
    answer = client_of(coordinator).post(url(complete), {"reviewer": reviewer.pk}, follow=True)
    assert "Ivan Petrov is assigned and gets an e-mail." in answer.content.decode()
    complete.refresh_from_db()
    assert complete.state == "under_review"
    assert [email.to for email in outbox() if email.kind == "review assigned"] == [reviewer.email]


def test_a_due_day_is_taken_at_the_time_and_in_the_zone_of_the_call(client_of, complete, coordinator, reviewer):
    day = (timezone.now() + timedelta(days=20)).date()
    client_of(coordinator).post(url(complete), {"reviewer": reviewer.pk, "due_on": day.isoformat()})
    due = Assignment.objects.get().due_at.astimezone(complete.call.zone)
    assert due.date() == day
    assert due.time() == complete.call.review_due_at.astimezone(complete.call.zone).time()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Please choose a reviewer."),
        ({"reviewer": "999999"}, "Please choose one of the reviewers below."),
        ({"reviewer": "x"}, "Please choose one of the reviewers below."),
        ({"due_on": "2020-01-01"}, "The review must be due in the future."),
        ({"due_on": "9999-12-31"}, "Please check the year: it lies between 1960 and 2100."),
        ({"due_on": "soon"}, "Please give a date, such as 2027-07-01."),
    ],
)
def test_bad_input_gets_a_sentence(client_of, complete, coordinator, reviewer, posted, words):
    posted = {"reviewer": reviewer.pk, **posted} if "due_on" in posted else posted
    answer = client_of(coordinator).post(url(complete), posted)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Assignment.objects.exists()


def test_parties_are_listed_with_the_reason_and_refused_when_posted(
    client_of, under_review, coordinator, program, promises, sponsor_person, mentor_person, chair_person, reviewer
):
    ChairCommitmentFactory(call=under_review.call, applicant=under_review.applicant, email=chair_person.email)
    for person in (sponsor_person, mentor_person, chair_person, under_review.applicant):
        MembershipFactory(program=program, user=person, role="reviewer")
    client = client_of(coordinator)
    page = client.get(url(under_review)).content.decode()
    for reason in ("is the applicant", "is named as mentor", "is named as sponsor", "is named as chair"):
        assert page.count(reason) == 1
    parties = (
        (sponsor_person, "sponsor"), (mentor_person, "mentor"), (chair_person, "chair"), (under_review.applicant, "applicant"),
    )  # fmt: skip
    for person, reason in parties:
        answer = client.post(url(under_review), {"reviewer": person.pk})
        assert answer.status_code == 409
        verb = "is the" if reason == "applicant" else "is named as"
        assert f"{person.name} {verb} {reason} and cannot review this application." in answer.content.decode()
    assert not Assignment.objects.exists()


@pytest.mark.both
def test_who_is_assigned_already_is_told_so_in_a_sentence(client_of, assigned, coordinator):
    answer = client_of(coordinator).post(url(assigned.application), {"reviewer": assigned.reviewer.pk})
    assert answer.context["form"].errors == {"reviewer": ["Ivan Petrov is assigned already."]}


def test_somebody_without_the_role_is_refused(client_of, complete, coordinator, stranger, reviewer):
    answer = client_of(coordinator).post(url(complete), {"reviewer": stranger.pk})
    assert "Please choose one of the reviewers below." in answer.content.decode()
    assert not Assignment.objects.exists()


def test_a_day_that_has_passed_is_refused_beside_its_field(client_of, complete, coordinator, reviewer):
    answer = client_of(coordinator).post(url(complete), {"reviewer": reviewer.pk, "due_on": "2020-01-02"})
    assert answer.context["form"].errors == {"due_on": ["The review must be due in the future."]}
    assert not Assignment.objects.exists()


def test_a_day_after_the_decisions_is_refused_beside_its_field_and_stays_typed(client_of, complete, coordinator, reviewer):
    client, late = client_of(coordinator), complete.call.decision_on + timedelta(days=1)
    answer = client.post(url(complete), {"reviewer": reviewer.pk, "due_on": late.isoformat()})
    words = f"The review must be due by the day of decisions, {day(complete.call.decision_on)}."
    assert answer.context["form"].errors == {"due_on": [words]}
    assert f'value="{late.isoformat()}"' in answer.content.decode()
    assert f'value="{reviewer.pk}" id="reviewer_{reviewer.pk}" checked' in answer.content.decode()
    assert not Assignment.objects.exists()
    client.post(url(complete), {"reviewer": reviewer.pk, "due_on": complete.call.decision_on.isoformat()})
    assert Assignment.objects.get().due_at.astimezone(complete.call.zone).date() == complete.call.decision_on


def test_load_and_division_are_shown(client_of, complete, call, coordinator, reviewer):
    other = ApplicationFactory(call=call, state="under_review")
    AssignmentFactory(application=other, reviewer=reviewer, assigned_by=coordinator)
    page = client_of(coordinator).get(url(complete)).content.decode()
    assert "1 to read" in page
    assert "same division as the applicant" in page


def test_a_review_that_is_in_is_not_left_to_read(client_of, complete, call, coordinator, reviewer):
    done, begun = (
        AssignmentFactory(
            application=ApplicationFactory(call=call, state="under_review"), reviewer=reviewer, assigned_by=coordinator
        )
        for _ in range(2)
    )
    for assignment, state in ((done, "submitted"), (begun, "draft")):
        ReviewFactory(assignment=assignment, state=state)
    assert "1 of 2 to read" in client_of(coordinator).get(url(complete)).content.decode()


def test_what_a_reviewer_owes_in_another_call_is_said(client_of, complete, call, coordinator, reviewer):
    other = ApplicationFactory(call=CallFactory(cohort=call.cohort), state="under_review")
    AssignmentFactory(application=other, reviewer=reviewer, assigned_by=coordinator)
    assert "0 to read, 1 in another call" in client_of(coordinator).get(url(complete)).content.decode()


def test_the_office_reads_all_reviews(client_of, other_review, coordinator):
    page = client_of(coordinator).get(url(other_review.assignment.application)).content.decode()
    for words in ("CANARY-SUMMARY", "CANARY-STRENGTH", "CANARY-WEAK", "Amina Diallo"):
        assert words in page
    assert 'Overall impact <strong class="tabular">70</strong>' in page


def test_an_office_person_who_reviews_waits_like_every_reviewer(client_of, other_review, program, coordinator, director):
    MembershipFactory(program=program, user=coordinator, role="reviewer")
    application = other_review.assignment.application
    own = AssignmentFactory(application=application, reviewer=coordinator, assigned_by=director)
    client = client_of(coordinator)
    page = client.get(url(application)).content.decode()
    assert "CANARY" not in page
    assert ">70<" not in page
    assert "The reviews of this application stay closed to you" in page
    ReviewFactory(assignment=own, overall_impact=3)
    assert "CANARY-SUMMARY" in client.get(url(application)).content.decode()


def test_an_office_person_with_a_conflict_never_reads_them(client_of, other_review, coordinator, director):
    application = other_review.assignment.application
    AssignmentFactory(
        application=application, reviewer=coordinator, assigned_by=director, state="conflicted", conflict="We share a grant."
    )
    page = client_of(coordinator).get(url(application)).content.decode()
    assert "CANARY" not in page
    assert ">70<" not in page


@pytest.mark.parametrize("party", [SponsorCommitmentFactory, MentorAgreementFactory, ChairCommitmentFactory])
def test_an_office_person_whom_the_application_names_never_reads_them(client_of, other_review, coordinator, party):
    application = other_review.assignment.application
    party(call=application.call, applicant=application.applicant, email=coordinator.email)
    page = client_of(coordinator).get(url(application)).content.decode()
    assert "CANARY" not in page
    assert ">70<" not in page
    assert "it names you as sponsor or mentor," in page
    Call.objects.update(asks_chair=True)
    assert "it names you as sponsor, mentor or chair," in client_of(coordinator).get(url(application)).content.decode()


@pytest.mark.parametrize("who", ["applicant", "reviewer", "reviewer2", "committee", "finance", "other_director", "stranger"])
def test_nobody_else_opens_it(client_of, other_review, who, request):
    client, address = client_of(request.getfixturevalue(who)), url(other_review.assignment.application)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


def test_an_office_person_does_not_open_it_for_the_own_application(client_of, call, coordinator):
    assert (
        client_of(coordinator).get(url(ApplicationFactory(call=call, applicant=coordinator, state="complete"))).status_code == 404
    )


def test_a_draft_says_why_nobody_is_assigned(client_of, application, coordinator, reviewer):
    client = client_of(coordinator)
    assert (
        "Reviewers are assigned to complete applications only; the state of this one is “draft”."
        in client.get(url(application)).content.decode()
    )
    assert client.post(url(application), {"reviewer": reviewer.pk}).status_code == 409


def test_a_programme_without_reviewers_says_what_to_do(client_of, complete, coordinator):
    assert "The programme has no reviewers yet." in client_of(coordinator).get(url(complete)).content.decode()


def test_one_and_thirty_reviewers_cost_the_same(client_of, complete, program, coordinator, director, django_assert_num_queries):
    client = client_of(coordinator)
    for count in (1, 29):
        for _ in range(count):
            person = UserFactory()
            MembershipFactory(program=program, user=person, role="reviewer")
            ReviewFactory(assignment=AssignmentFactory(application=complete, reviewer=person, assigned_by=director))
        with django_assert_num_queries(16):
            client.get(url(complete))


class TestEnd:
    def test_it_says_the_consequence_then_ends(self, client_of, clear, coordinator, outbox):
        client, address = client_of(coordinator), reverse("reviews:end", args=[clear.pk])
        assert "closes to Ivan Petrov at once" in client.get(address).content.decode()
        clear.refresh_from_db()
        assert clear.state == "clear"
        answer = client.post(address, {"why": "On leave"}, follow=True)
        assert "Ivan Petrov is not asked for this review any more." in answer.content.decode()
        clear.refresh_from_db()
        assert (clear.state, clear.ended_by) == ("ended", coordinator)
        assert [email.kind for email in outbox()] == ["review ended"]

    def test_a_reason_is_asked_for(self, client_of, clear, coordinator):
        answer = client_of(coordinator).post(reverse("reviews:end", args=[clear.pk]), {"why": " "})
        assert answer.status_code == 200
        assert "Please say why the assignment ends." in answer.content.decode()

    def test_a_review_that_is_in_stays(self, client_of, other_review, coordinator):
        answer = client_of(coordinator).post(reverse("reviews:end", args=[other_review.assignment_id]), {"why": "Too harsh"})
        assert answer.status_code == 409
        assert "The review is in and stays with the application." in answer.content.decode()

    def test_nobody_else(self, client_of, clear, applicant, reviewer, other_director, committee):
        for person in (applicant, reviewer, other_director, committee):
            assert client_of(person).post(reverse("reviews:end", args=[clear.pk]), {"why": "x"}).status_code == 404
        clear.refresh_from_db()
        assert clear.state == "clear"
