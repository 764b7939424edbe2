"""The reviewer's desk: the own assignments, due first, with one thing to do each."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.applications import ApplicationFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db
URL = reverse("reviews:desk")


def many(call, reviewer, coordinator, count):
    for number in range(count):
        application = ApplicationFactory(call=call, state="under_review", written=False)
        due = timezone.now() + timedelta(days=number)
        AssignmentFactory(application=application, reviewer=reviewer, assigned_by=coordinator, due_at=due)


def test_each_state_has_its_word_and_its_button(client_of, assigned, reviewer, call, coordinator):
    written = AssignmentFactory(
        application=ApplicationFactory(call=call, state="under_review", title="Sepsis alerts"),
        reviewer=reviewer, assigned_by=coordinator, due_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    ReviewFactory(assignment=written)
    page = client_of(reviewer).get(URL).content.decode()
    assert page.index("Telehealth titration") < page.index("Sepsis alerts")
    assert "Not declared yet" in page
    assert reverse("reviews:declare", args=[assigned.pk]) in page
    assert "Submitted late" in page
    assert reverse("reviews:review", args=[written.pk]) in page
    assert page.count("btn-primary") == 1


def test_overdue_says_so(client_of, clear, reviewer):
    clear.due_at = timezone.now() - timedelta(days=2, minutes=1)
    clear.save(update_fields=["due_at"])
    assert "2 days ago, overdue" in client_of(reviewer).get(URL).content.decode()


def test_a_conflict_has_no_way_in(client_of, clear, reviewer):
    clear.state, clear.conflict = "conflicted", "Sister."
    clear.save(update_fields=["state", "conflict"])
    page = client_of(reviewer).get(URL).content.decode()
    assert "Conflict declared" in page
    assert f"/reviews/{clear.pk}/" not in page


def test_others_see_nothing_of_it(client_of, clear, reviewer2, coordinator, other_director, stranger):
    for person in (reviewer2, coordinator, other_director, stranger):
        page = client_of(person).get(URL).content.decode()
        assert "No application waits for your review" in page
        assert clear.application.title not in page


def test_one_and_thirty_rows_cost_the_same(client_of, call, reviewer, coordinator, django_assert_num_queries):
    client = client_of(reviewer)
    for count in (1, 29):
        many(call, reviewer, coordinator, count)
        with django_assert_num_queries(5):
            client.get(URL)


def test_the_second_page(client_of, call, reviewer, coordinator):
    many(call, reviewer, coordinator, 50)
    first = client_of(reviewer).get(URL).content.decode()
    assert "1–50 of 50 assignments" in first
    assert "Next page" not in first
    many(call, reviewer, coordinator, 1)
    assert "?page=2" in client_of(reviewer).get(URL).content.decode()
    page = client_of(reviewer).get(URL, {"page": "2"}).content.decode()
    assert "51–51 of 51 assignments" in page
    assert "?page=1" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [*((asked, "Assignments 1–50") for asked in ("", "0", "x", "-1", "9" * 30)), ("3", "51–51 of 51"), ("99999", "51–51 of 51")],
)
def test_a_page_that_is_none_is_the_first_or_the_last(client_of, call, reviewer, coordinator, asked, words):
    many(call, reviewer, coordinator, 51)
    assert words in client_of(reviewer).get(URL, {"page": asked}).content.decode()


def test_a_second_page_of_an_empty_desk(client_of, reviewer):
    assert "No application waits for your review" in client_of(reviewer).get(URL, {"page": "2"}).content.decode()


def test_visitors_sign_in_first(client):
    assert client.get(URL)["Location"].startswith(reverse("account_login"))
