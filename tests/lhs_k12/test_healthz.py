"""/healthz/ is 200 when web, database and queue work, and tells strangers nothing more."""

from datetime import timedelta

import pytest
from celery.signals import beat_init
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from lhs_k12.celery import app, report_at_once
from programs.models import Email
from programs.tasks import BEAT_KEY, beat
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_all_is_well_after_the_worker_reported(client):
    beat()
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_no_worker_is_503_without_details_for_a_stranger_and_no_error_in_the_log(client, caplog):
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (503, b"not healthy\n")
    assert [record.getMessage() for record in caplog.records if record.name == "django.request"] == []


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


def test_the_clock_asks_for_the_first_report_when_it_starts(monkeypatch):
    asked = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: asked.append((name, options)))
    beat_init.send(sender=None)
    assert asked == [("programs.tasks.beat", {"expires": 60})]
    assert app.conf.beat_schedule["show that the queue works"]["task"] == "programs.tasks.beat"


def test_the_clock_starts_without_its_broker(monkeypatch, caplog):
    def away(name, **options):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(app, "send_task", away)
    report_at_once()
    assert "The broker did not take the clock's first message: Connection refused" in caplog.text
