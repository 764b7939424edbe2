"""The reviewer's past reviews: decided applications, the own review only, a page at a time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Membership
from tests.factories.applications import ApplicationFactory
from tests.factories.reviews import AssignmentFactory, ReviewFactory

pytestmark = pytest.mark.django_db
URL = reverse("reviews:past")


@pytest.fixture
def judged(call, reviewer, coordinator):
    """Return a function that makes an assignment with a review of an application in some state."""

    def make(title, state="not_awarded", review="submitted", **facts):
        application = ApplicationFactory(call=call, state=state, title=title, written=False)
        assignment = AssignmentFactory(**{"application": application, "reviewer": reviewer, "assigned_by": coordinator, **facts})
        if review:
            ReviewFactory(assignment=assignment, state=review)
        return assignment

    return make


def titles(page):
    return [row["title"] for row in page.context["rows"]]


def test_what_is_decided_moves_from_the_desk_to_the_past_and_opens(client_of, reviewer, judged):
    first, second = judged("First"), judged("Second", "accepted")
    first.review.submitted_at = timezone.now() - timedelta(days=30)
    first.review.save()
    client = client_of(reviewer)
    desk = client.get(reverse("reviews:desk"))
    assert titles(desk) == []
    assert f'href="{URL}"' in desk.content.decode()
    page = client.get(URL)
    assert titles(page) == ["Second", "First"]
    for assignment in (first, second):
        door = reverse("reviews:review", args=[assignment.pk])
        assert f'href="{door}"' in page.content.decode()
        assert client.get(door).status_code == 200


def test_what_is_not_past_or_not_open_is_not_there(client_of, reviewer, reviewer2, coordinator, judged):
    judged("In review", "under_review")
    judged("Draft", review="draft")
    judged("Not begun", review="")
    judged("Withdrawn", "withdrawn")
    ended = judged("Ended", "awarded")
    ended.state, ended.ended_at, ended.ended_by = "ended", timezone.now(), coordinator
    ended.save()
    judged("Of another", "awarded", reviewer=reviewer2)
    page = client_of(reviewer).get(URL)
    assert titles(page) == []
    assert "No review of yours is past" in page.content.decode()
    assert titles(client_of(reviewer2).get(URL)) == ["Of another"]
    Membership.objects.filter(user=reviewer2).update(ended_at=timezone.now(), ended_by=coordinator)
    assert titles(client_of(reviewer2).get(URL)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_one_and_thirty_rows_cost_the_same(client_of, reviewer, judged, count, django_assert_num_queries):
    for number in range(count):
        judged(f"Number {number}")
    client = client_of(reviewer)
    with django_assert_num_queries(6):
        page = client.get(URL)
    assert len(titles(page)) == count


def test_fifty_a_page(client_of, reviewer, judged):
    for number in range(51):
        judged(f"Number {number}")
    client = client_of(reviewer)
    assert (len(titles(client.get(URL))), titles(client.get(URL, {"page": 2}))) == (50, ["Number 0"])
