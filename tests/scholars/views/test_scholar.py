"""The list of scholars and the page of one: who sees whom, and who sees money."""

from decimal import Decimal

import pytest
from django.urls import reverse

from programs.models import Call
from scholars.models import ScholarYear
from tests.factories.applications import ApplicationFactory
from tests.factories.programs import CallFactory, CohortFactory
from tests.factories.promises import ChairCommitmentFactory
from tests.factories.scholars import AwardFactory, ScholarFactory, accept

pytestmark = pytest.mark.django_db
LIST = "/scholars/"


@pytest.fixture
def scholar(award, applicant, at):
    return accept(award, signed_name="Samuel Ng", by=applicant, at=at)


@pytest.fixture
def more(call, director):
    def one(call):
        application = ApplicationFactory(call=call, state="accepted", written=False)
        return ScholarFactory(award=AwardFactory(application=application, offered_by=director, accepted=True))

    def make(count, call=call):
        return [one(call) for _ in range(count)]

    return make


def test_the_list_shows_the_scholars_of_the_programme(scholar, coordinator, client_of):
    page = client_of(coordinator).get(LIST)
    text = page.content.decode()
    assert "1 scholar." in text
    for fact in (
        "Samuel Ng",
        "Telehealth titration for heart failure",
        "Cohort 2027",
        "1 July 2027 to 30 June 2029",
        "75%",
        "Appointed",
    ):
        assert fact in text
    assert reverse("scholars:scholar", args=[scholar.pk]) in text
    assert "$" not in text


def test_the_list_is_filtered_by_cohort(scholar, more, program, director, coordinator, client_of):
    earlier = CallFactory(cohort=CohortFactory(program=program, name="Cohort 2022", starts_on="2022-07-01"))
    more(2, call=earlier)
    client = client_of(coordinator)
    assert client.get(LIST).context["page_obj"].paginator.count == 3
    page = client.get(LIST, {"cohort": scholar.cohort_id})
    assert [row.user.name for row, _ in page.context["rows"]] == ["Samuel Ng"]
    assert [label for _, label, chosen in page.context["cohorts"] if chosen] == ["Cohort 2027, Harbor LEAP K12"]
    for nonsense in ("x", "999999", "1; drop"):
        assert client.get(LIST, {"cohort": nonsense}).context["page_obj"].paginator.count == 3


def test_the_list_asks_the_same_number_of_queries_for_1_and_30(scholar, more, director, client_of, django_assert_num_queries):
    client = client_of(director)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)
    more(30)
    with django_assert_num_queries(6):
        assert len(client.get(LIST).context["rows"]) == 31


def test_the_list_has_pages_of_fifty(more, director, client_of):
    more(51)
    client = client_of(director)
    assert len(client.get(LIST).context["rows"]) == 50
    assert len(client.get(LIST, {"page": 2}).context["rows"]) == 1


def test_another_programme_sees_none_of_them(scholar, other_director, stranger, client_of):
    for person in (other_director, stranger):
        page = client_of(person).get(LIST)
        assert b"There are no scholars here yet" in page.content
        assert b"Samuel Ng" not in page.content
        assert client_of(person).get(reverse("scholars:scholar", args=[scholar.pk])).status_code == 404


@pytest.mark.parametrize("who", ["director", "coordinator", "finance", "applicant"])
def test_those_who_may_see_money_see_each_year(who, scholar, client_of, request):
    page = client_of(request.getfixturevalue(who)).get(reverse("scholars:scholar", args=[scholar.pk]))
    text = page.content.decode()
    assert (page.context["salary"], page.context["research"], page.context["total"]) == (
        Decimal("180000"), Decimal("50000"), Decimal("230000"),
    )  # fmt: skip
    assert text.count("$115,000") == 2
    assert "$230,000" in text
    for fact in ("Dana Whitfield", "Maya Okafor", "Telehealth titration for heart failure", "1 July 2027 to 30 June 2028"):
        assert fact in text


def test_the_committee_sees_the_scholar_without_money(scholar, committee, client_of):
    page = client_of(committee).get(reverse("scholars:scholar", args=[scholar.pk]))
    assert b"Dana Whitfield" in page.content
    assert b"$" not in page.content
    assert b"Award and letter" not in page.content


def test_the_scholar_finds_the_own_page_and_award(scholar, applicant, client_of):
    client = client_of(applicant)
    assert [row.pk for row, _ in client.get(LIST).context["rows"]] == [scholar.pk]
    page = client.get(reverse("scholars:scholar", args=[scholar.pk]))
    assert b"Your award and its letter" in page.content


def test_the_chair_stands_there_where_the_call_asks_for_one(scholar, director, client_of):
    application = scholar.award.application
    ChairCommitmentFactory(call=application.call, applicant=scholar.user, committed=True)
    client, url = client_of(director), reverse("scholars:scholar", args=[scholar.pk])
    assert b"Grace Lindqvist" not in client.get(url).content
    Call.objects.update(asks_chair=True)
    text = client.get(url).content.decode()
    assert "Grace Lindqvist" in text
    assert "Department of Medicine · committed" in text


def test_a_reviewer_sees_no_scholars(scholar, reviewer, client_of):
    assert client_of(reviewer).get(LIST).context["page_obj"].paginator.count == 0
    assert client_of(reviewer).get(reverse("scholars:scholar", args=[scholar.pk])).status_code == 404


def test_a_short_last_year_shows_its_cents(scholar, director, client_of):
    ScholarYear.objects.filter(number=2).update(salary=Decimal("7500"), research=Decimal("2083.33"))
    page = client_of(director).get(reverse("scholars:scholar", args=[scholar.pk]))
    assert b"$2,083.33" in page.content
    assert b"$9,583.33" in page.content


def test_the_scholars_page_asks_a_fixed_number_of_queries(scholar, director, client_of, django_assert_num_queries):
    client, url = client_of(director), reverse("scholars:scholar", args=[scholar.pk])
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)
