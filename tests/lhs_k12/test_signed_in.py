"""Who is signed in: how a session and its account are read, and when they are not."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from lhs_k12.sessions import SessionStore

pytestmark = pytest.mark.django_db
DESK = "/accounts/profile/"


@pytest.fixture
def kept():
    """A session with something in it, as its row says."""
    store = SessionStore()
    store["who"] = "Samuel"
    store.create()
    return Session.objects.get(session_key=store.session_key)


def test_a_session_is_read_by_one_statement(kept, django_assert_num_queries):
    store = SessionStore(kept.session_key)
    with django_assert_num_queries(1):
        assert store["who"] == "Samuel"
    assert store.session_key == kept.session_key


def test_a_session_that_is_over_is_empty_and_its_key_is_not_used_again(kept):
    kept.expire_date = timezone.now() - timedelta(seconds=1)
    kept.save()
    over = SessionStore(kept.session_key)
    assert (over.get("who"), over.session_key) == (None, None)
    kept.expire_date = timezone.now() + timedelta(minutes=1)
    kept.save()
    assert SessionStore(kept.session_key).get("who") == "Samuel"


@pytest.mark.parametrize("key", ["nobody-made-this-key", "' OR 1=1 --", "é" * 40])
def test_a_key_that_is_not_there_opens_nothing(kept, key):
    store = SessionStore(key)
    assert (store.get("who"), store.session_key) == (None, None)


def test_the_person_is_read_by_one_statement_with_every_field(applicant, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = User.objects.signed_in(applicant.pk)
        facts = {field.attname: getattr(found, field.attname) for field in User._meta.concrete_fields}
    assert facts == {field.attname: getattr(applicant, field.attname) for field in User._meta.concrete_fields}


def test_an_account_that_is_closed_or_gone_is_signed_out_with_the_next_page(applicant, client_of):
    browser = client_of(applicant)
    assert browser.get(DESK).status_code == 200
    User.objects.filter(pk=applicant.pk).update(is_active=False)
    assert browser.get(DESK).status_code == 302
    User.objects.filter(pk=applicant.pk).update(is_active=True)
    assert client_of(applicant).get(DESK).status_code == 200
    assert User.objects.signed_in(0) is None


def test_one_backend_opens_accounts_so_a_wrong_password_is_hashed_once():
    assert settings.AUTHENTICATION_BACKENDS == ["accounts.backends.AccountBackend"]
