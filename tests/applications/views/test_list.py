"""The office's lists: calls, and the applications of a call, at a constant cost."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from applications.models import Application
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory
from tests.factories.promises import MentorAgreementFactory, SponsorCommitmentFactory

QUERIES = 7  # session, person, roles; call, counts, which rows, the rows


@pytest.fixture
def office(client_of, coordinator):
    return client_of(coordinator)


@pytest.fixture
def url(call):
    return reverse("applications:of_call", args=[call.pk])


def fill(call, count, **facts):
    for _ in range(count):
        row = ApplicationFactory(call=call, written=False, **facts)
        SponsorCommitmentFactory(call=call, applicant=row.applicant)
        MentorAgreementFactory(call=call, applicant=row.applicant)


@pytest.mark.parametrize("rows", [1, 30])
def test_takes_the_same_queries_for_one_row_and_thirty(office, call, url, rows, django_assert_num_queries):
    fill(call, rows, state="submitted")
    with django_assert_num_queries(QUERIES):
        response = office.get(url)
    assert len(response.context["rows"]) == rows


def test_a_row_says_what_the_office_needs(office, call, url):
    row = ApplicationFactory(call=call, state="submitted", title="Interpreter-first <triage>", applicant__name="Lucía Fernández")
    SponsorCommitmentFactory(call=call, applicant=row.applicant, committed=True)
    MentorAgreementFactory(call=call, applicant=row.applicant, declined=True)
    [shown] = office.get(url).context["rows"]
    badges = [strip_tags(shown[name]).strip() for name in ("state", "sponsor", "mentor")]
    assert (shown["title"], shown["applicant"], *badges) == (
        "Interpreter-first <triage>", "Lucía Fernández", "Submitted", "Committed", "Declined",
    )  # fmt: skip
    assert shown["missing"] == "1"  # the mentor; its parts were whole when it was submitted
    assert shown["submitted"].endswith("Pacific")
    assert "Interpreter-first &lt;triage&gt;" in office.get(url).content.decode()
    Application.objects.update(state="returned")
    [shown] = office.get(url).context["rows"]
    assert shown["missing"] == "2"  # the biosketch too


def test_fifty_a_page(office, call, url):
    fill(call, 53)
    first, second = office.get(url), office.get(url, {"page": 2})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    assert "51–53 of 53 applications" in second.content.decode()
    assert len(office.get(url, {"page": "x"}).context["rows"]) == 50


@pytest.mark.both
def test_filters_by_state_with_counts(office, call, url):
    fill(call, 2)
    fill(call, 3, state="submitted")
    response = office.get(url, {"state": "submitted"})
    assert len(response.context["rows"]) == 3
    assert [(tab["label"], tab["count"], tab["current"]) for tab in response.context["tabs"]] == [
        ("All", 5, False), ("Draft", 2, False), ("Submitted", 3, True),
    ]  # fmt: skip
    assert "1–3 of 3 applications" in response.content.decode()


@pytest.mark.parametrize("query", [{"state": "nonsense"}, {"sort": "applicant__password"}, {"sort": "-pk"}, {"q": "\x00"}])
def test_what_is_not_in_the_lists_is_left_out(office, call, url, query):
    fill(call, 2)
    assert len(office.get(url, query).context["rows"]) == 2


@pytest.mark.both
def test_orders_by_applicant_and_title(office, call, url):
    for name, title in (("Zoe", "A plan"), ("Ada", "B plan")):
        ApplicationFactory(call=call, applicant__name=name, title=title)
    assert [row["applicant"] for row in office.get(url, {"sort": "applicant"}).context["rows"]] == ["Ada", "Zoe"]
    assert [row["applicant"] for row in office.get(url, {"sort": "title"}).context["rows"]] == ["Zoe", "Ada"]


@pytest.mark.both
def test_search_finds_the_own_and_leaks_no_other_programme(office, call, other_call, url):
    own = ApplicationFactory(call=call, title="Canary song in Harbor")
    ApplicationFactory(call=other_call, title="Canary song in Lakeshore", applicant__name="Canary Person")
    response = office.get(url, {"q": "canary"})
    assert [row["title"] for row in response.context["rows"]] == [own.title]
    assert [tab["count"] for tab in response.context["tabs"]] == [1, 1]
    assert "Lakeshore" not in response.content.decode()
    assert Application.objects.matching("canary").count() == 2


def test_says_why_it_is_empty(office, call, url):
    assert "Nobody has started an application yet" in office.get(url).content.decode()
    fill(call, 1)
    assert "No application matches" in office.get(url, {"q": "nothing like this"}).content.decode()


def test_the_calls_show_their_counts_and_no_other_programme(office, call, other_call):
    fill(call, 2)
    fill(call, 1, state="submitted")
    fill(other_call, 4)
    response = office.get(reverse("applications:list"))
    [row] = response.context["rows"]
    assert (row["call"], row["total"], row["drafts"], row["to_screen"]) == (call, 3, 2, 1)
    assert "Lakeshore" not in response.content.decode()


@pytest.mark.parametrize("calls", [1, 30])
def test_the_calls_take_the_same_queries_for_one_and_thirty(office, cohort, calls, django_assert_num_queries):
    for _ in range(calls):
        fill(CallFactory(cohort=cohort), 1)
    with django_assert_num_queries(6):  # session, person, roles; counts of rows, number of calls, calls
        response = office.get(reverse("applications:list"))
    assert len(response.context["rows"]) == calls


@pytest.mark.parametrize("person", ["applicant", "reviewer", "finance", "committee", "stranger"])
def test_the_lists_are_the_offices(client_of, url, person, request):
    client = client_of(request.getfixturevalue(person))
    assert client.get(url).status_code == 404
    assert client.get(reverse("applications:list")).status_code == 403


def test_the_list_of_another_programmes_call_does_not_exist(client_of, other_director, url):
    assert client_of(other_director).get(url).status_code == 404
