"""/healthz/ is 200 when web, database and queue work, and tells strangers nothing more."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from programs.models import Email
from programs.tasks import BEAT_KEY, beat
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_all_is_well_after_the_worker_reported(client):
    beat()
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_no_worker_is_503_without_details_for_a_stranger(client):
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (503, b"not healthy\n")


def test_a_worker_that_stopped_is_noticed(client):
    cache.set(BEAT_KEY, (timezone.now() - timedelta(minutes=4)).isoformat())
    assert client.get("/healthz/").status_code == 503


def test_mail_that_waits_is_noticed_and_the_operator_learns_why(client, client_of):
    beat()
    at = timezone.now() - timedelta(minutes=11)
    Email.objects.create(kind="x", dedupe_key="x", to="a@example.org", subject="s", text="t", created_at=at, due_at=at)
    assert client.get("/healthz/").content == b"not healthy\n"
    operator = client_of(UserFactory(is_superuser=True, is_staff=True))
    assert operator.get("/healthz/").content == b"1 e-mails have waited for ten minutes\n"
