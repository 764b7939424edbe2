"""The clock forgets sessions that are over, with what is kept about each, and no other."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import tasks, workflow
from lhs_k12.sessions import SessionStore
from tests.accounts.conftest import PASSWORD, is_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kept(member):
    """Return how a session is kept that ends at a moment: its key; an entry of the person's page of sessions is made with it."""

    def keep(ends_at, *, since):
        store = SessionStore()
        store.create()
        Session.objects.filter(session_key=store.session_key).update(expire_date=ends_at)
        UserSession.objects.create(
            user=member, ip="127.0.0.1", session_key=store.session_key, user_agent="x", created_at=since, last_seen_at=since
        )
        return store.session_key

    return keep


def test_what_is_over_is_forgotten_and_what_goes_on_stays(kept):
    now = timezone.now()
    kept(now - timedelta(seconds=1), since=now - 14 * DAY)
    going_on = kept(now + DAY, since=now - 13 * DAY)
    assert tasks.forget_sessions() == 1
    assert Session.objects.get().session_key == UserSession.objects.get().session_key == going_on
    assert tasks.forget_sessions() == 0


def test_an_entry_whose_session_ended_otherwise_goes_after_a_day(kept, at):
    """A session is written before its entry, but not in one transaction: what is new is left alone."""
    kept(at + DAY, since=at - DAY)
    Session.objects.all().delete()
    assert workflow.forget_sessions(at=at) == 0
    assert workflow.forget_sessions(at=at + timedelta(seconds=1)) == 1
    assert not UserSession.objects.exists()


def test_whoever_is_signed_in_stays_so(browser, member):
    client = browser()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    UserSession.objects.update(created_at=timezone.now() - 2 * DAY)
    assert tasks.forget_sessions() == 0
    assert is_in(client)
    assert UserSession.objects.get().user == member


def test_the_number_of_statements_does_not_grow(kept, at, django_assert_num_queries):
    for _ in range(30):
        kept(at - DAY, since=at - 15 * DAY)
    with django_assert_num_queries(2):
        assert tasks.forget_sessions() == 30
