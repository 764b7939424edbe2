"""The page of my desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import workflow
from sponsors.models import SponsorCommitment
from tests.factories.applications import ApplicationFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory
from tests.factories.reviews import AssignmentFactory
from tests.factories.scholars import DecisionFactory

pytestmark = pytest.mark.django_db
URL = reverse("reports:desk")


def test_the_first_row_has_the_one_primary_button(client_of, call, coordinator, reviewer, at):
    application = ApplicationFactory(call=call, state="under_review", title="Sepsis alerts")
    AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=at - timedelta(days=2, minutes=1))
    ApplicationFactory(call=call, state="submitted")
    page = client_of(coordinator).get(URL).content.decode()
    assert "Two things await you. Call 2027 closes in 8 days." in page
    assert page.index("Review by Ivan Petrov is overdue") < page.index("An application awaits screening")
    assert page.count("btn-primary") == 1
    assert page.index("btn-primary") < page.index("An application awaits screening")
    assert "2 days late" in page


def test_the_office_sees_how_far_its_call_is(client_of, call, coordinator):
    ApplicationFactory(call=call, state="submitted")
    page = client_of(coordinator).get(URL).content.decode()
    assert '<progress class="bar bar-bare" value="1" max="1" aria-label="Submitted">1</progress>' in page


def test_an_empty_desk_says_what_to_do(client_of, stranger):
    page = client_of(stranger).get(URL).content.decode()
    assert "Nothing awaits you" in page
    assert "You are up to date" in page
    assert reverse("programs:calls") in page


def test_an_applicant_finds_the_application_that_others_have_now(client_of, call, applicant):
    mine = ApplicationFactory(call=call, applicant=applicant, state="under_review", title="Sepsis alerts")
    page = client_of(applicant).get(URL).content.decode()
    assert "Nothing awaits you" in page
    assert f'href="/applications/{mine.pk}/"' in page
    assert page.index("Nothing awaits you") < page.index("To look at") < page.index("Sepsis alerts")
    assert "btn-primary" not in page
    assert "begin with an open call" not in page


def test_who_works_for_a_programme_is_not_asked_to_apply(client_of, other_director):
    page = client_of(other_director).get(URL).content.decode()
    assert "When your programme needs something of you" in page
    assert "begin with an open call" not in page


def test_one_button_asks_again_and_comes_back(client_of, application, applicant, health_system, at):
    whom = {"name": "Dana Whitfield", "email": "dana@county.example", "title": "Chief", "summary": "We titrate.", "note": ""}
    workflow.name_sponsor(application, **whom, health_system=health_system, by=applicant, at=at - timedelta(days=3))
    client = client_of(applicant)
    page = client.get(URL).content.decode()
    address = reverse("sponsors:ask_again", args=[SponsorCommitment.objects.get().pk])
    assert f'<form method="post" action="{address}">' in page
    assert f'<a href="{reverse("applications:application", args=[application.pk])}">Your sponsor has not answered yet</a>' in page
    page = client.post(address, {"next": URL}, follow=True)
    assert page.redirect_chain == [(URL, 302)]
    text = page.content.decode()
    assert "Dana Whitfield has been asked again." in text
    assert "has not answered yet" not in text


def test_visitors_sign_in_first(client):
    assert client.get(URL)["Location"].startswith(reverse("account_login"))


def test_it_is_read_only(client_of, stranger):
    assert client_of(stranger).post(URL).status_code == 405


def filled(call, count, at, *, coordinator, director, reviewer, applicant, health_system):
    """Give every source of the desk `count` more rows."""
    for _ in range(count):
        asked = ApplicationFactory(call=call)
        who = {"call": call, "applicant": asked.applicant, "asked_at": at - timedelta(days=5)}
        SponsorCommitmentFactory(**who, health_system=health_system, email=applicant.email)
        MentorAgreementFactory(**who, email=applicant.email)
        reviewed = ApplicationFactory(call=call, state="under_review", written=False)
        AssignmentFactory(application=reviewed, reviewer=reviewer, assigned_by=coordinator, due_at=at - timedelta(days=1))
        DecisionFactory(application=reviewed, staged_by=director)
        for state in ("submitted", "complete"):
            ApplicationFactory(call=call, state=state, written=False)


@pytest.mark.parametrize(
    ("who", "queries"), [("applicant", 9), ("reviewer", 6), ("coordinator", 16), ("director", 17), ("finance", 8)]
)
def test_one_and_thirty_rows_cost_the_same(
    client_of, call, coordinator, director, reviewer, applicant, finance, health_system, application, at, who, queries, request,
    django_assert_num_queries,
):  # fmt: skip
    client = client_of(request.getfixturevalue(who))
    for count in (1, 29):
        filled(
            call, count, at, coordinator=coordinator, director=director, reviewer=reviewer, applicant=applicant,
            health_system=health_system,
        )  # fmt: skip
        with django_assert_num_queries(queries):
            client.get(URL)
