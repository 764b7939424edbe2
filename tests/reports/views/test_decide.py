"""The page of the ranked list: who reads it, who acts, and what it never shows."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory
from tests.factories.scholars import DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(call, at):
    """The call is closed: decisions are open."""
    call.opens_at, call.closes_at = at - timedelta(days=90), at - timedelta(days=1)
    call.save()
    return call


def url(call):
    return reverse("reports:decide", args=[call.pk])


@pytest.fixture
def scored(call, coordinator, health_system):
    def made(title, *scores, asked=None):
        application = ApplicationFactory(call=call, state="under_review", title=title, written=False)
        SponsorCommitmentFactory(call=call, applicant=application.applicant, health_system=health_system, committed=True)
        for number in range(asked or len(scores)):
            assignment = AssignmentFactory(application=application, reviewer=UserFactory(), assigned_by=coordinator)
            if number < len(scores):
                ReviewFactory(assignment=assignment, overall_impact=scores[number])
        return application

    return made


def test_ranks_impacts_systems_and_the_line(client_of, call, director, scored):
    for title, *scores in (("Second", 2, 2, 2, 3), ("First", 2), ("Third", 3), ("Fourth", 4), ("Fifth", 5)):
        scored(title, *scores)
    page = client_of(director).get(url(call)).content.decode()
    places = [
        page.index(title) for title in (">First<", ">Second<", ">Third<", ">Fourth<", "4 places · $920,000 — the line", ">Fifth<")
    ]
    assert places == sorted(places)
    assert re.findall(r"<strong>(\d\d)</strong>", page) == ["20", "23", "30", "40", "50"]
    assert page.count("County General") == 5
    assert "remaining: 4 places, $920,000" in page
    assert page.count('role="img"') == 5
    assert "Scores 2, 2, 2, 3</title>" in page
    assert "5 reviewed." in page


def test_what_lacks_reviews_is_marked(client_of, call, director, scored):
    application = scored("Waiting", 2, asked=3)
    page = client_of(director).get(url(call)).content.decode()
    assert "1 with a review; 1 still waits for reviews." in page
    assert f'<a class="due" href="{reverse("reviews:assign", args=[application.pk])}">1 of 3<' in page


def test_a_director_stages_from_the_order_of_the_page(client_of, call, director, scored):
    worse, best, unread = scored("Worse", 5), scored("Best", 1), scored("Unread", asked=2)
    page = client_of(director).get(url(call)).content.decode()
    assert reverse("scholars:stage_line", args=[call.pk]) in page
    assert re.findall(r'name="application" value="(\d+)"', page) == [str(best.pk), str(worse.pk)]
    assert f'href="{reverse("scholars:stage", args=[unread.pk])}"' in page
    assert page.count("btn-primary") == 1


def test_staging_and_back_to_the_page(client_of, call, director, scored):
    for number in range(7):
        scored(f"Project {number}", number + 1)
    client = client_of(director)
    ids = re.findall(r'name="application" value="(\d+)"', client.get(url(call)).content.decode())
    page = client.post(reverse("scholars:stage_line", args=[call.pk]), {"application": ids}, follow=True).content.decode()
    assert re.findall(r"(Award|Alternate \d|Not awarded)</a>\s*<span class=\"second-line\">staged", page) == [
        "Award", "Award", "Award", "Award", "Alternate 1", "Alternate 2", "Not awarded",
    ]  # fmt: skip
    assert "remaining: 0 places, $0" in page
    assert reverse("scholars:release", args=[call.pk]) in page
    assert page.count("btn-primary") == 1


@pytest.mark.parametrize("who", ["coordinator", "committee"])
def test_others_read_and_do_not_act(client_of, call, director, scored, who, request):
    DecisionFactory(application=scored("First", 2), staged_by=director)
    page = client_of(request.getfixturevalue(who)).get(url(call)).content.decode()
    assert "First" in page
    assert ">Award<" in page
    for act in ("stage_line", "release"):
        assert reverse(f"scholars:{act}", args=[call.pk]) not in page
    assert "/scholars/decisions/" not in page
    assert 'name="application"' not in page


def test_the_committee_gets_no_way_into_applications(client_of, call, committee, scored):
    application = scored("First", 2)
    page = client_of(committee).get(url(call)).content.decode()
    assert reverse("applications:application", args=[application.pk]) not in page
    assert reverse("reviews:assign", args=[application.pk]) not in page


@pytest.mark.parametrize("who", ["applicant", "reviewer", "finance", "other_director", "stranger", "mentor_person"])
def test_nobody_else_finds_it(client_of, call, scored, who, request):
    scored("First", 2)
    assert client_of(request.getfixturevalue(who)).get(url(call)).status_code == 404


def test_a_conflict_hides_title_scores_and_rank(client_of, call, director, coordinator, scored):
    hidden = scored("CANARY", 8, 9)
    scored("Seen", 3)
    AssignmentFactory(application=hidden, reviewer=director, assigned_by=coordinator, state="conflicted", conflict="Sister.")
    page = client_of(director).get(url(call)).content.decode()
    assert "CANARY" not in page
    assert ">85<" not in page
    assert "1 application is left out for you" in page


def test_nothing_under_review_says_what_to_do(client_of, call, director):
    page = client_of(director).get(url(call)).content.decode()
    assert "No application is under review" in page
    assert reverse("applications:of_call", args=[call.pk]) in page


def test_it_is_read_only(client_of, call, director):
    assert client_of(director).post(url(call)).status_code == 405


def test_one_and_thirty_rows_cost_the_same(client_of, call, director, scored, django_assert_num_queries):
    client = client_of(director)
    for count in (1, 29):
        for number in range(count):
            scored(f"Project {number}", 2, 3)
        with django_assert_num_queries(11):
            client.get(url(call))


def test_the_line_is_on_the_page_it_falls_on(client_of, call, director, scored):
    for number in range(101):
        scored(f"Project {number}", 2)
    client = client_of(director)
    first, second = (client.get(url(call), {"page": page}).content.decode() for page in ("1", "2"))
    assert ("— the line" in first, "— the line" in second) == (True, False)
    assert "101–101 of 101 applications" in second


def test_before_the_deadline_it_says_when_decisions_open(client_of, call, director, scored, at):
    call.closes_at = at + timedelta(days=9)
    call.save()
    DecisionFactory(application=scored("First", 2), staged_by=director)
    page = client_of(director).get(url(call)).content.decode()
    assert "Decisions open after the deadline," in page
    for act in ("stage_line", "release"):
        assert reverse(f"scholars:{act}", args=[call.pk]) not in page
    assert "/scholars/decisions/" not in page


def test_too_many_staged_awards_are_said_in_red_and_the_release_is_not_the_next_step(client_of, call, director, scored):
    call.cohort.places, call.cohort.budget = 2, 460000
    call.cohort.save()
    for number in range(3):
        DecisionFactory(application=scored(f"Project {number}", 2), staged_by=director)
    page = client_of(director).get(url(call)).content.decode()
    assert "The staged awards do not fit Cohort 2027: 1 award and $230,000 over." in page
    assert "remaining:" not in page
    assert "btn-primary" not in page
    assert f'<a class="btn btn-secondary" href="{reverse("scholars:release", args=[call.pk])}">' in page


def test_the_office_finds_the_critiques_of_every_row_also_after_the_release(client_of, call, director, coordinator, scored, at):
    application = scored("First", 2)
    DecisionFactory(application=application, staged_by=director, released_by=director, released_at=at)
    type(application).objects.update(state="awarded")
    page = client_of(coordinator).get(url(call)).content.decode()
    assert f'href="{reverse("reviews:assign", args=[application.pk])}">1 of 1<' in page


def test_after_the_release_it_says_so_and_leads_to_the_awards(client_of, call, director, scored, at):
    application = scored("First", 2)
    DecisionFactory(application=application, staged_by=director, released_by=director, released_at=at)
    type(application).objects.update(state="awarded")
    page = client_of(director).get(url(call)).content.decode()
    assert "1 reviewed. All decisions are released." in page
    assert "Decisions are due" not in page
    assert "Stage from the line" not in page
    assert f'<a class="btn btn-primary" href="{reverse("scholars:awards", args=[call.pk])}">See the awards</a>' in page


def test_a_director_who_must_stand_aside_draws_no_line(client_of, call, director, scored):
    scored("Seen", 3)
    closed = scored("CANARY", 2)
    type(closed).objects.filter(pk=closed.pk).update(applicant=director)
    page = client_of(director).get(url(call)).content.decode()
    assert "CANARY" not in page
    assert reverse("scholars:stage_line", args=[call.pk]) not in page
    assert "You cannot stage from the line" in page
