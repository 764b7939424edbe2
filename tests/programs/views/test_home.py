"""The front page: for everybody, with the calls that are open, coming and just closed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.programs import CallFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_sees_calls_where_they_stand(client, call, cohort):
    now = timezone.now()
    CallFactory(cohort=cohort, title="Coming call", opens_at=now + timedelta(days=5))
    CallFactory(cohort=cohort, title="Old call", closes_at=now - timedelta(days=5))
    CallFactory(cohort=cohort, title="Ancient call", opens_at=now - timedelta(days=900), closes_at=now - timedelta(days=800))
    CallFactory(cohort=cohort, title="Secret draft", published_at=None)
    page = client.get("/")
    assert [row.call.title for row in page.context["open_calls"]] == ["Call 2027"]
    assert [row.call.title for row in page.context["upcoming_calls"]] == ["Coming call"]
    assert [row.call.title for row in page.context["closed_calls"]] == ["Old call"]
    text = page.content.decode()
    assert "Secret draft" not in text
    assert "Pacific" in text
    assert "in 8 days" in text or "in 9 days" in text


def test_without_calls_it_says_so(client):
    assert "No call is open at the moment" in client.get(reverse("programs:home")).content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(client, cohort, count, django_assert_num_queries):
    for _ in range(count):
        CallFactory(cohort=cohort)
    with django_assert_num_queries(3):
        client.get("/")


def test_reading_only(client):
    assert client.post("/").status_code == 405
