"""The programme office's first pages: which programmes a person runs, and one of them with cohorts and calls."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Cohort, Program
from programs.moments import local_time
from tests.factories.programs import CallFactory, CohortFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_one_programme_is_opened_at_once(client_of, program, coordinator):
    answer = client_of(coordinator).get("/programs/")
    assert answer.headers["Location"] == reverse("programs:office", args=["harbor-leap"])


def test_two_programmes_are_listed_and_no_third(client_of, program, other_program, coordinator):
    MembershipFactory(program=other_program, user=coordinator, role="director")
    MembershipFactory(program__name="Hidden programme")
    text = client_of(coordinator).get("/programs/").content.decode()
    assert "Harbor LEAP K12" in text
    assert "Lakeshore LHS K12" in text
    assert "Hidden programme" not in text


def test_who_runs_nothing_is_told_so(client_of, stranger):
    assert "You do not run a programme" in client_of(stranger).get("/programs/").content.decode()


def test_the_office_shows_places_money_and_calls(client_of, call, director):
    text = client_of(director).get("/programs/harbor-leap/").content.decode()
    for words in ("Cohort 2027", "$920,000", "$230,000", "Call 2027", "Open"):
        assert words in text
    for name in ("programs:describe", "programs:cohort_new", "programs:members", "programs:emails", "programs:reminders"):
        assert reverse(name, args=["harbor-leap"]) in text
    assert reverse("scholars:letter_template", args=["harbor-leap"]) in text
    assert reverse("programs:call_edit", args=[call.pk]) in text


def test_a_call_leads_to_its_ranked_list_and_awards_once_it_has_closed(client_of, call, coordinator):
    later = [reverse(name, args=[call.pk]) for name in ("reports:decide", "scholars:awards")]
    client, pages = client_of(coordinator), ["/programs/harbor-leap/", reverse("applications:of_call", args=[call.pk])]
    assert not any(way in client.get(page).content.decode() for page in pages for way in later)
    call.closes_at = timezone.now()
    call.save()
    assert all(way in client.get(page).content.decode() for page in pages for way in later)


def test_no_call_is_offered_for_a_cohort_that_is_over(client_of, call, director):
    url = reverse("programs:call_new", args=[call.cohort_id])
    assert url in client_of(director).get("/programs/harbor-leap/").content.decode()
    Cohort.objects.update(starts_on=date(2019, 7, 1))
    assert url not in client_of(director).get("/programs/harbor-leap/").content.decode()


def test_a_cohort_is_over_when_its_last_day_is_over_where_the_programme_is(client_of, program, cohort, director):
    """A day that is over on Kiritimati is never over in Pago Pago, 25 hours behind."""
    url, day_after = reverse("programs:call_new", args=[cohort.pk]), local_time(timezone.now(), "Pacific/Kiritimati").date()
    Cohort.objects.update(starts_on=day_after.replace(year=day_after.year - 4), months=48)
    for zone, is_offered in (("Pacific/Kiritimati", False), ("Pacific/Pago_Pago", True)):
        Program.objects.update(time_zone=zone)
        assert (url in client_of(director).get("/programs/harbor-leap/").content.decode()) == is_offered


def test_a_coordinator_reads_and_does_not_direct(client_of, call, coordinator):
    text = client_of(coordinator).get("/programs/harbor-leap/").content.decode()
    assert "Call 2027" in text
    assert reverse("programs:call_edit", args=[call.pk]) not in text
    assert reverse("programs:cohort_new", args=["harbor-leap"]) not in text
    assert reverse("scholars:letter_template", args=["harbor-leap"]) not in text


def test_for_everybody_else_it_is_not_there(client, client_of, call, reviewer, finance, committee, applicant, other_director):
    for person in (reviewer, finance, committee, applicant, other_director):
        assert client_of(person).get("/programs/harbor-leap/").status_code == 404
    assert client.get("/programs/harbor-leap/").status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client_of, program, director, count, django_assert_num_queries):
    for _ in range(count):
        CallFactory(cohort=CohortFactory(program=program), parts=False)
    client = client_of(director)
    with django_assert_num_queries(7):
        client.get("/programs/harbor-leap/")


def test_an_office_without_cohorts_says_what_to_do(client_of, program, director):
    assert "Set up the first cohort" in client_of(director).get("/programs/harbor-leap/").content.decode()


def test_fifty_cohorts_a_page(client_of, program, director):
    CohortFactory.create_batch(51, program=program)
    client = client_of(director)
    assert "1–50 of 51 cohorts" in client.get("/programs/harbor-leap/").content.decode()
    assert len(client.get("/programs/harbor-leap/", {"page": 2}).context["cohorts"]) == 1
