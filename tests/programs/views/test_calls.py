"""The list of calls: published ones for everybody, drafts for the office of their programme."""

import pytest
from django.urls import reverse

from tests.factories.programs import CallFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/calls/"


@pytest.fixture
def draft(cohort):
    return CallFactory(cohort=cohort, title="Secret draft", published_at=None)


def titles(client):
    return {row.call.title for row in client.get(ADDRESS).context["rows"]}


def test_who_sees_a_draft(client, client_of, call, other_call, draft, coordinator, director, applicant, reviewer, other_director):
    for seen in (client, client_of(applicant), client_of(reviewer), client_of(other_director)):
        assert titles(seen) == {"Call 2027", "Lakeshore call"}
    for seen in (client_of(coordinator), client_of(director)):
        assert titles(seen) == {"Call 2027", "Lakeshore call", "Secret draft"}


def test_an_empty_list_says_why(client):
    assert "No call has been published yet" in client.get(reverse("programs:calls")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client, cohort, count, django_assert_num_queries):
    for _ in range(count):
        CallFactory(cohort=cohort)
    with django_assert_num_queries(2):
        page = client.get(ADDRESS)
    assert len(page.context["rows"]) == min(count, 25)


def test_the_second_page(client, cohort):
    for _ in range(26):
        CallFactory(cohort=cohort)
    assert len(client.get(ADDRESS, {"page": 2}).context["rows"]) == 1
    assert len(client.get(ADDRESS, {"page": "x'"}).context["rows"]) == 25
